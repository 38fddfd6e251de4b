#include "ui/training/watch/compare_page.h"

#include <QComboBox>
#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "ui/training/charts/chart_panel.h"
#include "ui/training/runs/run_command.h"
#include "ui/training/runs/run_feed.h"
#include "ui/training/runs/run_library.h"
#include "ui/training/runs/run_texts.h"
#include "ui/training/watch/differences_table.h"
#include "ui/training/watch/state_tone.h"
#include "ui/widgets/build.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kFirst = 6;  ///< ticked when nobody chose
constexpr int kMost = 10;  ///< ticked at once; more by hand
constexpr int kFolder = Qt::UserRole, kSortKey = Qt::UserRole + 1;

/// What a column shows: a figure of the run, a last value, or a setting.
struct Column {
    enum class Kind { Name, State, Step, Last, Setting, Time, Changed };
    const char* title;
    Kind kind;
    const char* key = "";
};
constexpr std::array<Column, 14> kColumns = {
    {{QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Run"), Column::Kind::Name},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "State"), Column::Kind::State},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Step"), Column::Kind::Step},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Loss"), Column::Kind::Last, "loss"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Held-out"), Column::Kind::Last, "held_out_loss"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Tokens/s"), Column::Kind::Last, "tokens_per_s"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Rate"), Column::Kind::Setting, "learning_rate"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Schedule"), Column::Kind::Setting,
      "lr_scheduler_type"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Batch"), Column::Kind::Setting,
      "per_device_train_batch_size"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Accumulation"), Column::Kind::Setting,
      "gradient_accumulation_steps"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Data"), Column::Kind::Setting, "dataset_use"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Base"), Column::Kind::Setting,
      "model_name_or_path"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Stage"), Column::Kind::Setting,
      "tune_mm_mlp_adapter"},
     {QT_TRANSLATE_NOOP("univi::ui::ComparePage", "Last sign"), Column::Kind::Changed}}};

/// Sorts by its key (a number or a text) instead of what is shown.
class Cell : public QTableWidgetItem {
  public:
    bool operator<(const QTableWidgetItem& other) const override {
        const QVariant a = data(kSortKey), b = other.data(kSortKey);
        if (a.typeId() == QMetaType::Double && b.typeId() == QMetaType::Double) {
            const double x = a.toDouble(), y = b.toDouble();
            if (std::isnan(x) || std::isnan(y)) return !std::isnan(x) && std::isnan(y);
            return x < y;
        }
        return a.toString().localeAwareCompare(b.toString()) < 0;
    }
};

struct CellText {
    QString text;
    QVariant key;
};

CellText settingCell(const RunInfo& info, const char* key) {
    const QJsonValue value = info.settings.value(QLatin1String(key));
    if (QLatin1String(key) == QLatin1String("tune_mm_mlp_adapter")) {
        const QString stage = info.settings.isEmpty() ? QString()
                              : value.toBool()        ? QStringLiteral("1")
                                                      : QStringLiteral("2");
        return {stage, stage};
    }
    if (value.isDouble()) return {figureText(value.toDouble()), value.toDouble()};
    QString text = settingText(value);
    if (text.contains(QLatin1Char('/'))) text = QDir(text).dirName();
    return {text == QStringLiteral("–") ? QString() : text, text};
}

CellText cellOf(const RunInfo& info, const Column& column) {
    const QLocale locale;
    switch (column.kind) {
        case Column::Kind::Name:
            return {info.name, info.name};
        case Column::Kind::State:
            return {stateName(info.state), stateName(info.state)};
        case Column::Kind::Step:
            return {locale.toString(info.step), double(info.step)};
        case Column::Kind::Last: {
            const auto value = info.last.constFind(QLatin1String(column.key));
            if (value == info.last.constEnd())
                return {{}, std::numeric_limits<double>::quiet_NaN()};
            return {curveValueText(QLatin1String(column.key), *value), *value};
        }
        case Column::Kind::Setting:
            return settingCell(info, column.key);
        case Column::Kind::Time:
        case Column::Kind::Changed:
            break;
    }
    return {locale.toString(info.changed, QLocale::ShortFormat),
            double(info.changed.toMSecsSinceEpoch())};
}

}  // namespace

ComparePage::ComparePage(RunLibrary* library, QWidget* parent)
    : QWidget(parent),
      library_(library),
      search_(new QLineEdit),
      table_(new QTableWidget(0, int(kColumns.size()))),
      charts_(new ChartPanel),
      differences_(new DifferencesTable(false)),
      first_(new QComboBox),
      second_(new QComboBox),
      equal_(makeLabel({}, "muted")),
      notice_(new NoticeBar) {
    setLook(this, "page");
    dressTable();
    dressSearch(search_, tr("Filter: name, setting or value…"), tr("Filter the runs"));
    search_->setMaximumWidth(360);
    charts_->setEmptyText(tr("Tick runs in the table to lay their curves over each other."));
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->tabBar()->setDrawBase(false);
    tabs->addTab(columnWidget({.margins = {0, 12, 0, 0}}, {charts_}), tr("Curves"));
    tabs->addTab(buildDifferences(), tr("Settings that differ"));
    QSplitter* parts = splitter(Qt::Vertical, table_, 2, tabs, 5);
    parts->setHandleWidth(1);
    column(this, {.margins = {24, 16, 24, 8}, .spacing = 12},
           {row({}, {{makeLabel(tr("Compare runs"), "title"), 1}, {search_, 1}}),
            notice_,
            {parts, 1}});
    wire();
}

void ComparePage::dressTable() {
    ui::dressTable(table_, tr("Runs to compare"));
    QStringList titles;
    for (const Column& each : kColumns) titles << tr(each.title);
    table_->setHorizontalHeaderLabels(titles);
    QHeaderView* header = table_->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionsMovable(true);
    header->setStretchLastSection(true);
    table_->setSortingEnabled(true);
    table_->sortByColumn(int(kColumns.size()) - 1, Qt::DescendingOrder);
    showTickBoxes();
}

void ComparePage::wire() {
    connect(charts_, &ChartPanel::exportFailed, this, [this](const QString& sentence) {
        notice_->showNotice(NoticeBar::Kind::Error, sentence);
    });
    connect(&Theme::instance(), &Theme::changed, this, &ComparePage::showTickBoxes);
    connect(search_, &QLineEdit::textChanged, this, &ComparePage::refresh);
    connect(library_, &RunLibrary::changed, this, [this] {
        if (isVisible()) refresh();
    });
    connect(table_, &QTableWidget::itemChanged, this, &ComparePage::onTick);
    connect(table_, &QTableWidget::cellDoubleClicked, this, [this](int row) {
        Q_EMIT openRequested(table_->item(row, 0)->data(kFolder).toString());
    });
}

ComparePage::~ComparePage() = default;

/// Gives tick boxes an outline that is seen on a dark ground: the style takes it from the window
/// colour.
void ComparePage::showTickBoxes() {
    QPalette palette = table_->palette();
    palette.setColor(QPalette::Window, Theme::instance().palette().textMuted);
    table_->setPalette(palette);
}

QWidget* ComparePage::buildDifferences() {
    for (QComboBox* box : {first_, second_}) {
        box->setMinimumWidth(200);
        connect(box, &QComboBox::currentIndexChanged, this, &ComparePage::showDifferences);
    }
    first_->setAccessibleName(tr("First run"));
    second_->setAccessibleName(tr("Second run"));
    equal_->setAlignment(Qt::AlignCenter);
    auto* choice =
        row({.spacing = 8}, {first_, makeLabel(tr("against"), "muted"), second_, Part::stretch()});
    return columnWidget({.margins = {0, 12, 0, 8}, .spacing = 8},
                        {choice, {equal_, 1}, {differences_, 1}});
}

void ComparePage::compare(const QStringList& folders) {
    ticked_ = folders.mid(0, kMost);
    if (ticked_.isEmpty())
        for (const RunEntry& entry : library_->runs())
            if (ticked_.size() < kFirst && entry.info.last.contains(QStringLiteral("loss")))
                ticked_ << entry.folder;
    refresh();
    follow();
}

QStringList ComparePage::ticked() const {
    return ticked_;
}

void ComparePage::setFilter(const QString& words) {
    search_->setText(words);
}

QColor ComparePage::colorOf(const QString& folder) {
    // A run keeps its colour while others come and go.
    if (!colored_.contains(folder)) colored_ << folder;
    return Theme::groupColor(int(colored_.indexOf(folder)));
}

void ComparePage::fillRow(int row, const RunInfo& info) {
    for (int column = 0; column < table_->columnCount(); ++column) {
        QTableWidgetItem* item = table_->item(row, column);
        if (!item) {
            item = new Cell;
            table_->setItem(row, column, item);
        }
        const CellText cell = cellOf(info, kColumns[std::size_t(column)]);
        item->setText(cell.text);
        item->setData(kSortKey, cell.key);
        if (column == 1) item->setForeground(stateColor(info.state));
        if (column != 0) continue;
        const bool on = ticked_.contains(info.folder);
        item->setData(kFolder, info.folder);
        item->setToolTip(info.folder);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(on ? Qt::Checked : Qt::Unchecked);
    }
}

void ComparePage::refresh() {
    filling_ = true;
    const QString words = search_->text().trimmed();
    QList<RunInfo> shown;
    for (const RunEntry& entry : library_->runs()) {
        bool fits = words.isEmpty();
        for (std::size_t i = 0; !fits && i < kColumns.size(); ++i)
            fits = cellOf(entry.info, kColumns[i]).text.contains(words, Qt::CaseInsensitive);
        if (fits) shown << entry.info;
    }
    table_->setSortingEnabled(false);
    table_->setRowCount(int(shown.size()));
    for (int row = 0; row < shown.size(); ++row) fillRow(row, shown[row]);
    table_->setSortingEnabled(true);
    filling_ = false;
    fillChoices();
}

void ComparePage::onTick(QTableWidgetItem* item) {
    if (filling_ || item->column() != 0) return;
    const QString folder = item->data(kFolder).toString();
    const bool on = item->checkState() == Qt::Checked;
    if (on == ticked_.contains(folder)) return;
    if (on)
        ticked_ << folder;
    else
        ticked_.removeAll(folder);
    follow();
    fillChoices();
}

/// Reads the runs that are ticked and no others.
void ComparePage::follow() {
    for (const QString& folder : feeds_.keys())
        if (!ticked_.contains(folder)) delete feeds_.take(folder);
    std::vector<ChartSource> sources;
    for (const QString& folder : std::as_const(ticked_)) {
        RunFeed*& feed = feeds_[folder];
        if (!feed) {
            feed = new RunFeed(folder, library_->thread(), this);
            connect(feed, &RunFeed::curvesChanged, charts_, &ChartPanel::refresh);
        }
        const RunEntry* entry = library_->find(folder);
        sources.push_back({entry ? entry->info.name : QDir(folder).dirName(), colorOf(folder),
                           [feed] { return &feed->curves(); }});
    }
    charts_->setSources(sources);
}

void ComparePage::leave() {
    charts_->setSources({});
    qDeleteAll(feeds_);
    feeds_.clear();
}

void ComparePage::fillChoices() {
    QStringList names;
    for (const QString& folder : std::as_const(ticked_))
        if (const RunEntry* entry = library_->find(folder)) names << entry->info.name;
    for (QComboBox* box : {first_, second_}) {
        const QString kept = box->currentData().toString();
        const QSignalBlocker block(box);
        box->clear();
        for (const QString& folder : std::as_const(ticked_))
            if (const RunEntry* entry = library_->find(folder))
                box->addItem(entry->info.name, folder);
        const int at = box->findData(kept);
        box->setCurrentIndex(at >= 0 ? at : std::min(box == second_ ? 1 : 0, box->count() - 1));
    }
    showDifferences();
}

void ComparePage::showDifferences() {
    const RunEntry* first = library_->find(first_->currentData().toString());
    const RunEntry* second = library_->find(second_->currentData().toString());
    QList<SettingDifference> list;
    if (first && second) list = differencesOf(first->info.settings, second->info.settings);
    differences_->setDifferences(list);
    differences_->setVisible(!list.isEmpty());
    equal_->setVisible(list.isEmpty());
    equal_->setText(!first || !second || first == second ? tr("Tick two runs to see what differs.")
                                                         : tr("Both runs have the same settings."));
    if (!list.isEmpty())
        differences_->setHorizontalHeaderLabels(
            {tr("Setting"), first->info.name, second->info.name});
}

}  // namespace univi::ui
