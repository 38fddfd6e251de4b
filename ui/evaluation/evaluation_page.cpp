#include "ui/evaluation/evaluation_page.h"

#include <QButtonGroup>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QShowEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QTextBrowser>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/eval/export.h"
#include "ui/evaluation/items_panel.h"
#include "ui/evaluation/score_chart.h"
#include "ui/evaluation/setup_dialog.h"
#include "ui/evaluation/table_model.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/save_dialog.h"
#include "ui/widgets/show_in_folder.h"

namespace univi::ui {
namespace {

constexpr eval::Task kTasks[] = {eval::Task::Image, eval::Task::Video, eval::Task::ScienceQa,
                                 eval::Task::VideoQa, eval::Task::Pope};
constexpr int kMargin = 24;

eval::Task taskNamed(const QString& name) {
    const auto found = std::ranges::find_if(
        kTasks, [&](eval::Task task) { return eval::to_string(task) == name.toStdString(); });
    return found == std::end(kTasks) ? kTasks[0] : *found;
}

}  // namespace

EvaluationPage::EvaluationPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      task_(taskNamed(parts.task)),
      runner_(new EvaluationRunner(parts.cli_program, this)),
      table_(new TableModel(this)),
      items_panel_(new ItemsPanel(parts.engine)),
      notice_(new NoticeBar),
      tasks_(new QButtonGroup(this)),
      new_button_(button(tr("New evaluation…"), ButtonRole::Primary)),
      export_button_(new QToolButton) {
    setLook(this, "page");
    QSplitter* halves = splitter(Qt::Vertical, buildTables(), 4, items_panel_, 5);
    dressSplitter(halves);
    stack_ = new QStackedWidget;
    stack_->addWidget(buildEmpty());
    stack_->addWidget(halves);
    column(this, {.margins = {kMargin, kMargin, kMargin, kMargin}, .spacing = 12},
           {buildHeader(), notice_, buildRunBar(), {stack_, 1}});
    notice_->hide();
    run_bar_->hide();
    wire();
    refresh();
}

EvaluationPage::~EvaluationPage() = default;

QWidget* EvaluationPage::buildHeader() {
    export_button_->setText(tr("Export"));
    export_button_->setIcon(icon(QStringLiteral("export")));
    export_button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    export_button_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(export_button_);
    const QList<std::pair<QString, QString>> kinds{{tr("Markdown…"), QStringLiteral("md")},
                                                   {tr("LaTeX…"), QStringLiteral("tex")},
                                                   {tr("CSV…"), QStringLiteral("csv")}};
    for (const auto& [text, ending] : kinds)
        connect(menu->addAction(text), &QAction::triggered, this,
                [this, ending = ending] { chooseExport(ending); });
    export_button_->setMenu(menu);
    QPushButton* open = button(tr("Open results…"));
    auto* tasks = new FlowLayout(6, Qt::AlignLeft);
    for (const eval::Task task : kTasks) {
        QToolButton* choice = segment(taskTitle(task));
        tasks_->addButton(choice, int(task));
        tasks->addWidget(choice);
    }
    tasks_->button(int(task_))->setChecked(true);
    connect(open, &QPushButton::clicked, this, &EvaluationPage::chooseResults);
    connect(new_button_, &QPushButton::clicked, this, [this] { newEvaluation(); });
    return columnWidget({.margins = {}, .spacing = 12},
                        {row({.spacing = 8}, {makeLabel(tr("Evaluation"), "title"), Part::stretch(),
                                              export_button_, open, new_button_}),
                         tasks});
}

QWidget* EvaluationPage::buildRunBar() {
    run_bar_ = new QFrame;
    run_bar_->setObjectName(QStringLiteral("card"));
    run_text_ = new ElidedLabel;
    run_ending_ = makeLabel({}, "muted");
    auto* stop = new QPushButton(icon(QStringLiteral("stop")), tr("Stop"));
    stop->setToolTip(tr("What was answered stays; it can go on later"));
    run_progress_ = new QProgressBar;
    run_progress_->setTextVisible(false);
    run_progress_->setRange(0, 1000);
    column(run_bar_, {.margins = {16, 10, 16, 12}, .spacing = 8},
           {row({}, {{run_text_, 1}, run_ending_, Part::space(8), stop}), run_progress_});
    connect(stop, &QPushButton::clicked, runner_, &EvaluationRunner::stop);
    return run_bar_;
}

QWidget* EvaluationPage::buildTables() {
    table_view_ = makeTableView(table_, tr("Table"));
    table_view_->setSelectionBehavior(QAbstractItemView::SelectItems);
    table_view_->setSelectionMode(QAbstractItemView::SingleSelection);
    notes_ = wrapped({}, "small");
    chart_ = new ScoreChart;
    about_ = new QTextBrowser;
    about_->setObjectName(QStringLiteral("systemText"));
    about_->setFrameShape(QFrame::NoFrame);
    about_->setAccessibleName(tr("Where the figures come from"));
    const Room below{.margins = {0, 12, 0, 0}, .spacing = 6};
    auto* tabs = new QTabWidget;
    tabs->addTab(columnWidget(below, {{table_view_, 1}, notes_}), tr("Table"));
    tabs->addTab(columnWidget(below, {chart_}), tr("Chart"));
    tabs->addTab(columnWidget(below, {about_}), tr("Where it comes from"));
    return tabs;
}

QWidget* EvaluationPage::buildEmpty() {
    QLabel* title = makeLabel(tr("No results of this task yet"), "display");
    QLabel* words = wrapped(tr("Ask a checkpoint the published questions: the table, and every "
                               "answer behind it, comes up here beside the published rows."),
                            "muted");
    for (QLabel* each : {title, words}) each->setAlignment(Qt::AlignCenter);
    QPushButton* start = button(tr("New evaluation…"), ButtonRole::Primary);
    connect(start, &QPushButton::clicked, this, [this] { newEvaluation(); });
    return columnWidget({.spacing = 10}, {Part::stretch(2),
                                          title,
                                          words,
                                          Part::space(6),
                                          {start, 0, Qt::AlignCenter},
                                          Part::stretch(3)});
}

void EvaluationPage::wire() {
    connect(tasks_, &QButtonGroup::idClicked, this, [this](int id) { showTask(eval::Task(id)); });
    connect(table_view_, &QTableView::clicked, this, &EvaluationPage::openCell);
    connect(table_view_, &QTableView::activated, this, &EvaluationPage::openCell);
    connect(runner_, &EvaluationRunner::started, this, [this] { setRunning(true); });
    connect(
        runner_, &EvaluationRunner::progressed, this,
        [this](const EvaluationRunner::Progress& progress) {
            run_text_->setText(
                progress.unanswered > 0
                    ? tr("%1, %2 without an answer").arg(progress.doing).arg(progress.unanswered)
                    : progress.doing);
            run_ending_->setText(progress.ending);
            run_progress_->setRange(0, progress.fraction < 0 ? 0 : 1000);
            run_progress_->setValue(int(progress.fraction * 1000));
        });
    connect(runner_, &EvaluationRunner::resultsWritten, this, &EvaluationPage::openResults);
    connect(runner_, &EvaluationRunner::finished, this, [this] {
        setRunning(false);
        unfinished_.reset();
        notice_->clearActions();
        notice_->showNotice(NoticeBar::Kind::Info, tr("The evaluation is done."));
    });
    connect(runner_, &EvaluationRunner::ended, this, &EvaluationPage::onEnded);
}

void EvaluationPage::setRunning(bool running) {
    run_bar_->setVisible(running);
    new_button_->setEnabled(!running);
    if (running) notice_->hide();
}

void EvaluationPage::onEnded(const QString& sentence) {
    setRunning(false);
    notice_->clearActions();
    notice_->showNotice(
        sentence.isEmpty() ? NoticeBar::Kind::Info : NoticeBar::Kind::Error,
        sentence.isEmpty() ? tr("Stopped; every answer so far is kept.") : sentence);
    if (runner_->canResume())
        connect(notice_->addAction(sentence.isEmpty() ? tr("Go on") : tr("Try again")),
                &QPushButton::clicked, runner_, &EvaluationRunner::resume);
    if (!sentence.isEmpty() && unfinished_)
        connect(notice_->addAction(tr("Change the settings…")), &QPushButton::clicked, this,
                &EvaluationPage::askAgain);
}

void EvaluationPage::askAgain() {
    newEvaluation();
}

void EvaluationPage::newEvaluation(const QString& model, const ModelParts& parts) {
    auto* dialog =
        new SetupDialog(task_, parts_.recent_models ? parts_.recent_models() : QStringList(), this);
    if (unfinished_) dialog->setSetup(*unfinished_);
    if (!model.isEmpty()) dialog->setModel(model, parts);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { start(dialog->setup()); });
    openOnce(dialog);
}

void EvaluationPage::chooseExport(const QString& ending) {
    QFileDialog* dialog = makeSaveDialog(this, tr("Export the table"), proposedName(),
                                         {tr("Table (*.%1)").arg(ending)});
    connect(dialog, &QFileDialog::fileSelected, this, [this, ending](const QString& file) {
        const QString suffix = QLatin1Char('.') + ending;
        exportTable(file.endsWith(suffix) ? file : file + suffix);
    });
    dialog->open();
}

/// Returns a name like "POPE demo-stage1".
QString EvaluationPage::proposedName() const {
    QString name = taskTitle(task_);
    if (const auto entries = library_.of(task_); entries.size() == 1)
        name +=
            QLatin1Char(' ') + QString::fromStdString(entries.front()->results.provenance.model);
    return name.replace(QLatin1Char('/'), QLatin1Char('-'));
}

void EvaluationPage::start(const EvaluationSetup& setup) {
    unfinished_ = setup;
    if (const QString problem = setup.problem(); !problem.isEmpty()) return onEnded(problem);
    showTask(setup.task);
    runner_->start(setup);
}

void EvaluationPage::chooseResults() {
    QFileDialog* dialog =
        makeOpenDialog(this, tr("Results"), {}, tr("Results (*.results.json *.json)"));
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& files) {
        for (const QString& file : files) openResults(file);
    });
    dialog->open();
}

ItemsModel* EvaluationPage::items() const {
    return items_panel_->items();
}

ItemView* EvaluationPage::item() const {
    return items_panel_->item();
}

void EvaluationPage::compareWith(int choice) {
    items_panel_->compareWith(choice);
}

void EvaluationPage::openResults(const QString& file) {
    items_panel_->setResults({});  // they point into the library
    const QString problem = library_.open(file);
    if (!problem.isEmpty()) {
        notice_->clearActions();
        notice_->showNotice(NoticeBar::Kind::Error, problem);
        return refresh();
    }
    for (const eval::Task task : kTasks)
        for (const auto* entry : library_.of(task))
            if (QFileInfo(file).absoluteFilePath() == entry->file) task_ = task;
    showTask(task_);
}

void EvaluationPage::showTask(eval::Task task) {
    task_ = task;
    const std::string_view name = eval::to_string(task);
    if (parts_.keep_task) parts_.keep_task(QString::fromUtf8(name.data(), qsizetype(name.size())));
    tasks_->button(int(task))->setChecked(true);
    refresh();
}

void EvaluationPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (event->spontaneous()) return;
    if (library_.scan()) refresh();
}

void EvaluationPage::refresh() {
    items_panel_->setResults({});
    const auto entries = library_.of(task_);
    std::vector<eval::Results> results;
    for (const auto* entry : entries) results.push_back(entry->results);
    try {
        table_->setTable(eval::make_table(results, eval::published_rows(task_)));
    } catch (const base::Error& error) {
        notice_->showNotice(NoticeBar::Kind::Error, QString::fromUtf8(error.what()));
    }
    stack_->setCurrentIndex(entries.empty() ? 0 : 1);
    export_button_->setEnabled(!entries.empty());
    table_view_->resizeColumnsToContents();
    table_view_->horizontalHeader()->setMinimumSectionSize(64);
    chart_->setTable(table_->table());
    QStringList notes;
    for (const std::string& note : table_->table().notes) notes << QString::fromStdString(note);
    notes_->setText(notes.join(QLatin1Char('\n')));
    notes_->setVisible(!notes.isEmpty());
    showProvenance();
    std::vector<const eval::Results*> shown;
    for (const auto* entry : entries) shown.push_back(&entry->results);
    items_panel_->setResults(std::move(shown));
    openFirstCell();
}

void EvaluationPage::showProvenance() {
    QString html;
    const auto line = [&](const QString& label, const std::string& value) {
        if (!value.empty())
            html += QStringLiteral("<tr><td style='padding-right:16px'>%1</td><td>%2</td></tr>")
                        .arg(label.toHtmlEscaped(), QString::fromStdString(value).toHtmlEscaped());
    };
    for (const auto* entry : library_.of(task_)) {
        const eval::Provenance& from = entry->results.provenance;
        html += QStringLiteral("<h3>%1</h3><table>")
                    .arg(QString::fromStdString(from.model).toHtmlEscaped());
        line(tr("Model SHA-256"), from.model_sha256);
        line(tr("Template"), from.conv);
        line(tr("Sampling"), from.sampling);
        line(tr("Seed"), std::to_string(from.seed));
        line(tr("Computed in"), from.dtype + (from.device.empty() ? "" : " on " + from.device));
        line(tr("Judge"), from.judge);
        line(tr("Judge prompts SHA-256"), from.judge_templates_sha256);
        line(tr("Date"), from.date);
        for (const auto& file : from.files)
            line(QString::fromStdString(file.role), file.name + "  SHA-256 " + file.sha256);
        for (const eval::SetResult& set : entry->results.sets)
            line(tr("Rule, %1").arg(QString::fromStdString(set.name)), set.rule);
        line(tr("Results file"), entry->file.toStdString());
        html += QStringLiteral("</table>");
    }
    about_->setHtml(html);
}

void EvaluationPage::openCell(const QModelIndex& cell) {
    if (!cell.isValid()) return;
    const eval::TableColumn* column = table_->column(cell.column());
    const eval::TableRow& row = table_->row(cell.row());
    if (!column || row.kind == eval::TableRow::Kind::Published) return;
    items_panel_->showCell(row.results, *column);
}

/// Opens a figure of the newest row: the average where there is one, else the first.
void EvaluationPage::openFirstCell() {
    const eval::Table& table = table_->table();
    const auto row = std::find_if(table.rows.rbegin(), table.rows.rend(), [](const auto& one) {
        return one.kind == eval::TableRow::Kind::Ours;
    });
    if (row == table.rows.rend() || table.columns.empty())
        return items_panel_->showNothing(tr("Choose a figure of yours in the table."));
    const bool has_average = task_ == eval::Task::ScienceQa || task_ == eval::Task::Image;
    const eval::TableColumn* chosen = has_average ? &table.columns.back() : &table.columns.front();
    if (!row->values.contains(chosen->key))
        for (const eval::TableColumn& column : table.columns)
            if (row->values.contains(column.key)) {
                chosen = &column;
                break;
            }
    items_panel_->showCell(row->results, *chosen);
}

void EvaluationPage::exportTable(const QString& file) {
    try {
        const eval::Table& table = table_->table();
        const std::string text = file.endsWith(QLatin1String(".md"))    ? eval::to_markdown(table)
                                 : file.endsWith(QLatin1String(".tex")) ? eval::to_latex(table)
                                                                        : eval::to_csv(table);
        base::write_file_atomically(file.toStdString(), text);
        notice_->clearActions();
        notice_->showNotice(NoticeBar::Kind::Info, tr("The table is in %1.").arg(file));
        notice_->letPass();
        connect(notice_->addAction(tr("Show in folder")), &QPushButton::clicked, this,
                [file] { showInFolder(file); });
    } catch (const base::Error& error) {
        notice_->clearActions();
        notice_->showNotice(NoticeBar::Kind::Error, QString::fromUtf8(error.what()));
    }
}

}  // namespace univi::ui
