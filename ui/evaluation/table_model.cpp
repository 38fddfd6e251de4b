#include "ui/evaluation/table_model.h"

#include <QColor>
#include <QFont>

#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

using Kind = eval::TableRow::Kind;

QString text(const std::string& words) {
    return QString::fromStdString(words);
}

}  // namespace

void TableModel::setTable(eval::Table table) {
    beginResetModel();
    table_ = std::move(table);
    endResetModel();
}

const eval::TableColumn* TableModel::column(int column) const {
    return column <= 0 || std::size_t(column) > table_.columns.size()
               ? nullptr
               : &table_.columns[std::size_t(column) - 1];
}

int TableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(table_.rows.size());
}

int TableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(table_.columns.size()) + 1;
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const eval::TableRow& line = row(index.row());
    const eval::TableColumn* where = column(index.column());
    const Palette& palette = Theme::instance().palette();
    switch (role) {
        case Qt::DisplayRole:
            if (!where) return line.kind == Kind::Difference ? tr("difference") : text(line.name);
            return text(eval::shown(table_, line, *where));
        case Qt::TextAlignmentRole:
            return int(where ? Qt::AlignRight | Qt::AlignVCenter
                             : Qt::AlignLeft | Qt::AlignVCenter);
        case Qt::FontRole: {
            QFont font;
            font.setBold(line.kind == Kind::Ours);
            font.setItalic(line.kind == Kind::Difference);
            return font;
        }
        case Qt::ForegroundRole: {
            if (line.kind == Kind::Published) return palette.textMuted;
            if (line.kind == Kind::Ours || !where) return palette.text;
            const auto value = line.values.find(where->key);
            // More or less "yes" is neither better nor worse, nor is a figure of other questions.
            if (value == line.values.end() || where->metric == "yes_ratio" ||
                line.incomparable.contains(where->key))
                return palette.textMuted;
            return value->second < 0 ? palette.danger : palette.success;
        }
        case Qt::ToolTipRole:
            return toolTip(line, where);
        default:
            return {};
    }
}

QVariant TableModel::toolTip(const eval::TableRow& line, const eval::TableColumn* where) const {
    if (line.kind == Kind::Published) return tr("Published figure");
    if (line.kind == Kind::Difference) {
        const QString first = text(table_.rows.front().name);
        return where && line.incomparable.contains(where->key)
                   ? tr("%1 was asked other questions: neither better nor worse").arg(first)
                   : tr("Compared with %1").arg(first);
    }
    return where ? tr("Show the questions behind this figure") : text(line.name);
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignBottom);
    if (role != Qt::DisplayRole) return {};
    const eval::TableColumn* where = column(section);
    if (!where) return section == 0 ? tr("Model") : QVariant();
    return where->group.empty() ? text(where->header)
                                : text(where->group) + QLatin1Char('\n') + text(where->header);
}

Qt::ItemFlags TableModel::flags(const QModelIndex& index) const {
    const bool opens =
        index.isValid() && column(index.column()) && row(index.row()).kind == Kind::Ours;
    return opens ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::ItemIsEnabled;
}

}  // namespace univi::ui
