#include "ui/evaluation/items_model.h"

#include <QColor>
#include <algorithm>
#include <map>

#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

QString text(const std::string& words) {
    return QString::fromStdString(words);
}

QString oneLine(const std::vector<std::string>& lines) {
    return joinedLines(lines).simplified();
}

QColor verdictColor(const eval::ItemResult* item) {
    const Palette& palette = Theme::instance().palette();
    if (!item || !item->right) return palette.textMuted;
    return *item->right ? palette.success : palette.danger;
}

}  // namespace

QString joinedLines(const std::vector<std::string>& lines) {
    QStringList out;
    for (const std::string& line : lines) out << text(line);
    return out.join(QLatin1Char('\n'));
}

void ItemsModel::setItems(const eval::SetResult* set, const std::vector<std::size_t>& items,
                          const eval::SetResult* other, const QString& model,
                          const QString& other_model) {
    other_ = other;
    model_ = model;
    other_model_ = other_model;
    std::multimap<std::string, const eval::ItemResult*> others;
    if (other)
        for (const eval::ItemResult& item : other->items) others.emplace(item.key, &item);
    all_.clear();
    for (const std::size_t index : items) {
        Row row{&set->items.at(index), nullptr};
        const auto found = others.lower_bound(row.item->key);
        // The same number in another question file is another question.
        if (found != others.end() && found->first == row.item->key &&
            found->second->prompts == row.item->prompts) {
            row.other = found->second;
            others.erase(found);
        }
        all_.push_back(row);
    }
    if (!other_ && filter_ == Filter::Different) filter_ = Filter::All;
    rebuild();
}

void ItemsModel::clear() {
    other_ = nullptr;
    all_.clear();
    rebuild();
}

void ItemsModel::setFilter(Filter filter) {
    filter_ = filter;
    rebuild();
}

void ItemsModel::setSearch(const QString& words) {
    search_ = words.trimmed();
    rebuild();
}

bool ItemsModel::passes(const Row& row, Filter filter) const {
    switch (filter) {
        case Filter::All:
            return true;
        case Filter::Wrong:
            return row.item->right == false;
        case Filter::NotAnswered:
            return row.item->given.empty() || (!row.item->right && !row.item->note.empty());
        case Filter::Different:
            return row.other &&
                   (row.item->right != row.other->right || row.item->scores != row.other->scores);
    }
    return true;
}

bool ItemsModel::matches(const Row& row) const {
    if (search_.isEmpty()) return true;
    const auto holds = [&](const QString& words) {
        return words.contains(search_, Qt::CaseInsensitive);
    };
    return holds(joinedLines(row.item->prompts)) || holds(joinedLines(row.item->given)) ||
           holds(text(row.item->expected)) || holds(text(row.item->medium));
}

int ItemsModel::count(Filter filter) const {
    return int(std::ranges::count_if(all_, [&](const Row& row) { return passes(row, filter); }));
}

void ItemsModel::rebuild() {
    beginResetModel();
    shown_.clear();
    for (const Row& row : all_)
        if (passes(row, filter_) && matches(row)) shown_.push_back(row);
    endResetModel();
}

int ItemsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(shown_.size());
}

int ItemsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : other_ ? int(ColumnCount) : int(OtherGiven);
}

QVariant ItemsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const Row& line = row(index.row());
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
            case Number:
                return line.item->id.is_number() ? QString::number(line.item->id.get<qint64>())
                                                 : text(line.item->key);
            case Question:
                return oneLine(line.item->prompts);
            case Expected:
                return text(line.item->expected).simplified();
            case Given:
                return oneLine(line.item->given);
            case Verdict:
                return text(line.item->verdict);
            case OtherGiven:
                return line.other ? oneLine(line.other->given) : QString();
            case OtherVerdict:
                return line.other ? text(line.other->verdict) : QString();
            default:
                return {};
        }
    }
    if (role == Qt::ForegroundRole && index.column() == Verdict) return verdictColor(line.item);
    if (role == Qt::ForegroundRole && index.column() == OtherVerdict)
        return verdictColor(line.other);
    return {};
}

QVariant ItemsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const bool two = other_ != nullptr;
    switch (section) {
        case Number:
            return tr("No.");
        case Question:
            return tr("Question");
        case Expected:
            return tr("Expected");
        case Given:
            return two ? model_ : tr("Given");
        case Verdict:
            return tr("Verdict");
        case OtherGiven:
            return other_model_;
        case OtherVerdict:
            return tr("Verdict");
        default:
            return {};
    }
}

}  // namespace univi::ui
