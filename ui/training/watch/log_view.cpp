#include "ui/training/watch/log_view.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/build.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kAllRanks = -2;

QString textOf(const LogLine& line) {
    const QString time = line.time.isValid() ? line.time.toString(QStringLiteral("dd MMM HH:mm:ss"))
                                             : QStringLiteral("               ");
    const QString rank =
        line.rank >= 0 ? QStringLiteral("rank %1").arg(line.rank, -3) : QStringLiteral("start   ");
    return QStringLiteral("%1  %2  %3").arg(time, rank, line.text);
}

}  // namespace

int LogModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(rows_.size());
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rows_.size() || !lines_ ||
        rows_[index.row()] >= lines_->size())
        return {};
    const LogLine& line = (*lines_)[rows_[index.row()]];
    switch (role) {
        case Qt::DisplayRole:
            return textOf(line);
        case Qt::ToolTipRole:
            return line.text.size() > 120 ? line.text : QString();
        case Qt::ForegroundRole:
            if (line.level == LogLine::Level::Error) return Theme::instance().palette().danger;
            if (line.level == LogLine::Level::Warning) return Theme::instance().palette().warning;
            return {};
        default:
            return {};
    }
}

bool LogModel::passes(const LogLine& line) const {
    return (rank_ == kAllRanks || line.rank == rank_) && line.level >= level_ &&
           (words_.isEmpty() || line.text.contains(words_, Qt::CaseInsensitive));
}

void LogModel::setLines(const QList<LogLine>* lines, qsizetype first) {
    if (lines != lines_ || first == 0 || first != seen_) {
        beginResetModel();
        lines_ = lines;
        rows_.clear();
        for (qsizetype i = 0; lines_ && i < lines_->size(); ++i)
            if (passes((*lines_)[i])) rows_ << i;
        endResetModel();
    } else {
        QList<qsizetype> more;
        for (qsizetype i = first; i < lines_->size(); ++i)
            if (passes((*lines_)[i])) more << i;
        if (!more.isEmpty()) {
            beginInsertRows({}, int(rows_.size()), int(rows_.size() + more.size()) - 1);
            rows_ += more;
            endInsertRows();
        }
    }
    seen_ = lines_ ? lines_->size() : 0;
}

void LogModel::setFilter(int rank, LogLine::Level level, const QString& words) {
    rank_ = rank;
    level_ = level;
    words_ = words;
    setLines(lines_, 0);
}

int LogModel::firstError() const {
    for (qsizetype row = 0; row < rows_.size(); ++row)
        if ((*lines_)[rows_[row]].level == LogLine::Level::Error) return int(row);
    return -1;
}

int LogModel::rowWith(const QString& text) const {
    for (qsizetype row = rows_.size() - 1; row >= 0; --row)
        if ((*lines_)[rows_[row]].text.contains(text)) return int(row);
    return -1;
}

QList<int> LogModel::ranks() const {
    QList<int> found;
    for (qsizetype i = 0; lines_ && i < lines_->size(); ++i)
        if ((*lines_)[i].rank >= 0 && !found.contains((*lines_)[i].rank))
            found << (*lines_)[i].rank;
    std::ranges::sort(found);
    return found;
}

LogView::LogView(QWidget* parent)
    : QWidget(parent),
      model_(new LogModel(this)),
      list_(new QListView),
      rank_(new QComboBox),
      level_(new QComboBox),
      search_(new QLineEdit),
      first_error_(plain({}, "danger")),
      nothing_(makeLabel(tr("Nothing is logged yet."), "muted")) {
    list_->setObjectName(QStringLiteral("logView"));
    list_->setModel(model_);
    list_->setAccessibleName(tr("Log"));
    list_->setUniformItemSizes(true);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    auto* copy = new QAction(tr("Copy"), list_);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &LogView::copyChosen);
    list_->addAction(copy);
    list_->setContextMenuPolicy(Qt::ActionsContextMenu);
    nothing_->setAlignment(Qt::AlignCenter);
    column(this, {.margins = {0, 12, 0, 0}, .spacing = 8},
           {buildTools(), first_error_, {nothing_, 1}, {list_, 1}});
    first_error_->hide();
    list_->hide();
    connect(list_->verticalScrollBar(), &QScrollBar::valueChanged, this,
            [this](int value) { follows_ = value >= list_->verticalScrollBar()->maximum() - 2; });
}

QWidget* LogView::buildTools() {
    rank_->addItem(tr("All ranks"), kAllRanks);
    rank_->setAccessibleName(tr("Rank"));
    level_->addItem(tr("Everything"), int(LogLine::Level::Debug));
    level_->addItem(tr("Warnings and errors"), int(LogLine::Level::Warning));
    level_->addItem(tr("Errors"), int(LogLine::Level::Error));
    level_->setAccessibleName(tr("Level"));
    dressSearch(search_, tr("Search the log…"), tr("Search the log"));
    connect(rank_, &QComboBox::currentIndexChanged, this, &LogView::applyFilter);
    connect(level_, &QComboBox::currentIndexChanged, this, &LogView::applyFilter);
    connect(search_, &QLineEdit::textChanged, this, &LogView::applyFilter);
    return rowWidget({.margins = {}, .spacing = 8}, {{search_, 1}, rank_, level_});
}

void LogView::setLines(const QList<LogLine>* lines, qsizetype first) {
    const bool followed = follows_;
    model_->setLines(lines, first);
    for (const int rank : model_->ranks())
        if (rank_->findData(rank) < 0) rank_->addItem(tr("Rank %1").arg(rank), rank);
    list_->setVisible(lines && !lines->isEmpty());
    nothing_->setVisible(!lines || lines->isEmpty());
    showFirstError();
    if (followed) list_->scrollToBottom();
}

void LogView::applyFilter() {
    model_->setFilter(rank_->currentData().toInt(), LogLine::Level(level_->currentData().toInt()),
                      search_->text().trimmed());
    showFirstError();
}

void LogView::showFirstError() {
    const int row = model_->firstError();
    first_error_->setVisible(row >= 0);
    if (row >= 0)
        first_error_->setText(
            tr("First error: %1").arg(model_->index(row, 0).data().toString().simplified()));
}

void LogView::showLine(const QString& text) {
    rank_->setCurrentIndex(0);
    level_->setCurrentIndex(0);
    search_->clear();
    applyFilter();
    int row = text.isEmpty() ? -1 : model_->rowWith(text);
    if (row < 0) row = model_->firstError();
    if (row < 0) row = model_->rowCount() - 1;
    follows_ = false;
    list_->setCurrentIndex(model_->index(row, 0));
    list_->scrollTo(model_->index(row, 0), QAbstractItemView::PositionAtCenter);
    list_->setFocus();
}

int LogView::currentRow() const {
    return list_->currentIndex().row();
}

void LogView::focusSearch() {
    search_->setFocus();
    search_->selectAll();
}

void LogView::copyChosen() {
    QModelIndexList chosen = list_->selectionModel()->selectedIndexes();
    std::ranges::sort(chosen, {}, &QModelIndex::row);
    QStringList lines;
    for (const QModelIndex& index : std::as_const(chosen)) lines << index.data().toString();
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace univi::ui
