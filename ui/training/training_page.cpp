#include "ui/training/training_page.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/training/runs/faults.h"
#include "ui/training/watch/compare_page.h"
#include "ui/training/watch/desktop_notes.h"
#include "ui/training/watch/probe_keeper.h"
#include "ui/training/watch/run_list_view.h"
#include "ui/training/watch/run_page.h"
#include "ui/widgets/build.h"
#include "ui/widgets/desktop_notice.h"
#include "ui/widgets/focus_keeper.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/reading_order.h"

namespace univi::ui {
namespace {

constexpr int kListWidth = 300, kSmallestList = 220, kSmallestPage = 420;
/// Of the words where no run is shown; the smallest page has room for them.
constexpr int kEmptyTextWidth = 380;

}  // namespace

TrainingPage::TrainingPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      library_(new RunLibrary(parts.library, this)),
      probes_(new ProbeKeeper(library_, parts.engine, this)),
      desktop_(new DesktopNotice(this)),
      awake_(std::make_unique<KeepAwake>()),
      splitter_(new QSplitter(Qt::Horizontal)),
      list_(new RunListView(library_)),
      keep_awake_(new QCheckBox(tr("Keep awake while training"))),
      awake_problem_(wrapped({}, "small")),
      stack_(new QStackedWidget),
      empty_(buildEmpty()),
      run_page_(new RunPage({library_, probes_, parts.engine})),
      compare_page_(new ComparePage(library_)),
      notice_(new NoticeBar) {
    for (QWidget* page :
         {empty_, static_cast<QWidget*>(run_page_), static_cast<QWidget*>(compare_page_)})
        stack_->addWidget(page);
    QWidget* right = columnWidget({.margins = {}, .spacing = 0},
                                  {column({.margins = {24, 0, 24, 0}}, {notice_}), {stack_, 1}});
    setLook(right, "chatColumn");
    right->setMinimumWidth(kSmallestPage);
    splitter_->addWidget(buildSide());
    splitter_->addWidget(right);
    putInReadingOrder(splitter_);
    splitter_->setHandleWidth(1);
    splitter_->setStretchFactor(1, 1);
    splitter_->setCollapsible(1, false);
    splitter_->setSizes({kListWidth, 1000});
    fillWith(this, splitter_);
    wire();
    new FocusKeeper(this);
    onChanged();
    if (!library_->problem().isEmpty()) say(NoticeBar::Kind::Warning, library_->problem());
}

TrainingPage::~TrainingPage() {
    run_page_->disconnect(this);
    library_->disconnect(this);
}

QWidget* TrainingPage::buildSide() {
    keep_awake_->setChecked(library_->keepsAwake());
    keep_awake_->setToolTip(tr("The computer does not go to sleep while a run lives"));
    awake_problem_->hide();
    QWidget* side = columnWidget(
        {.margins = {}, .spacing = 0},
        {{list_, 1},
         column({.margins = {14, 0, 12, 12}, .spacing = 4}, {keep_awake_, awake_problem_})});
    setLook(side, "sidebar");
    side->setMinimumWidth(kSmallestList);
    return side;
}

QWidget* TrainingPage::buildEmpty() {
    QLabel* text = wrapped(tr("Set up a run of the projector (stage 1) or of the whole model "
                              "(stage 2), watch it, and talk to the result. "
                              "Runs go on when this window is closed. Runs that were started "
                              "elsewhere can be opened by their folder."),
                           "muted");
    QLabel* title = makeLabel(tr("Train your own model"), "display");
    for (QLabel* each : {title, text}) each->setAlignment(Qt::AlignCenter);
    text->setFixedWidth(kEmptyTextWidth);
    QPushButton *make = button(tr("New run"), ButtonRole::Primary, "plus"),
                *open = button(tr("Open a folder…"), ButtonRole::Plain, "folder");
    connect(make, &QPushButton::clicked, this, &TrainingPage::newRun);
    connect(open, &QPushButton::clicked, this, &TrainingPage::chooseFolder);
    QWidget* page = columnWidget(
        {.margins = {32, 32, 32, 32}, .spacing = 16},
        {Part::stretch(2), title, row({}, {Part::stretch(), text, Part::stretch()}),
         row({.spacing = 8}, {Part::stretch(), make, open, Part::stretch()}), Part::stretch(3)});
    page->setFocusProxy(make);
    return page;
}

void TrainingPage::wire() {
    connect(list_, &RunListView::openRequested, this, &TrainingPage::openRun);
    connect(list_, &RunListView::newRequested, this, &TrainingPage::newRun);
    connect(list_, &RunListView::compareRequested, this, &TrainingPage::compare);
    connect(list_, &RunListView::openFolderRequested, this, &TrainingPage::chooseFolder);
    connect(list_, &RunListView::forgetRequested, library_, &RunLibrary::forget);
    connect(list_, &RunListView::renamed, library_, &RunLibrary::rename);
    connect(list_, &RunListView::removeRequested, this, &TrainingPage::remove);
    connect(run_page_, &RunPage::renameRequested, list_, &RunListView::editName);
    connect(run_page_, &RunPage::removeRequested, this, &TrainingPage::remove);
    connect(compare_page_, &ComparePage::openRequested, this, &TrainingPage::openRun);
    connect(run_page_, &RunPage::openRequested, this, &TrainingPage::openRun);
    connect(run_page_, &RunPage::setupRequested, this, &TrainingPage::setUpFrom);
    connect(run_page_, &RunPage::chatRequested, this, &TrainingPage::chatRequested);
    connect(run_page_, &RunPage::evaluateRequested, this, &TrainingPage::evaluateRequested);
    connect(library_, &RunLibrary::changed, this, &TrainingPage::onChanged);
    connect(library_, &RunLibrary::stateChanged, this, &TrainingPage::onState);
    connect(library_, &RunLibrary::queueFailed, this,
            [this](const QString& folder, const QString& sentence) {
                const RunEntry* entry = library_->find(folder);
                say(NoticeBar::Kind::Error,
                    tr("%1 did not start: %2")
                        .arg(entry ? entry->info.name : QDir(folder).dirName(), sentence));
            });
    connect(keep_awake_, &QCheckBox::toggled, this, [this](bool on) {
        library_->setKeepsAwake(on);
        updateAwake();
    });
}

void TrainingPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    onChanged();
}

void TrainingPage::onChanged() {
    updateAwake();
    if (!isVisible()) return;  // no run is read whole before somebody looks
    const bool gone = !run_page_->folder().isEmpty() && !library_->find(run_page_->folder());
    if (stack_->currentWidget() != empty_ && !(gone && stack_->currentWidget() == run_page_))
        return;
    // People come back for a run that lives, else for the newest.
    const QList<RunEntry> runs = library_->runs();
    if (runs.isEmpty()) return showPart(empty_);
    const auto living =
        std::ranges::find_if(runs, [](const RunEntry& entry) { return isAlive(entry.info.state); });
    openRun(living != runs.end() ? living->folder : runs.first().folder);
}

void TrainingPage::onState(const RunInfo& info, RunState before) {
    if (!isAlive(before)) return;
    if (info.state == RunState::Done)
        desktop_->show(tr("%1 is done").arg(info.name), tr("The result can be opened in Chat."),
                       false);
    if (info.state == RunState::Failed || info.state == RunState::Lost)
        desktop_->show(tr("%1 failed at step %2").arg(info.name).arg(info.step), info.problem,
                       true);
}

void TrainingPage::updateAwake() {
    const QList<RunEntry> runs = library_->runs();
    const bool living = std::ranges::any_of(runs, [](const RunEntry& entry) {
        return isAlive(entry.info.state) && entry.info.host.isEmpty();
    });
    if (!living || !keep_awake_->isChecked()) {
        awake_->release();
        awake_problem_->hide();
        return;
    }
    if (awake_->isHeld() || !awake_->problem().isEmpty()) return;  // asked once while runs live
    awake_problem_->setVisible(!awake_->hold(tr("A training run is going on.")));
    awake_problem_->setText(awake_->problem());
}

void TrainingPage::showPart(QWidget* page) {
    if (stack_->currentWidget() == compare_page_ && page != compare_page_) compare_page_->leave();
    stack_->setCurrentWidget(page);
    list_->setCurrent(page == run_page_ ? run_page_->folder() : QString());
}

void TrainingPage::newRun() {
    setUpFrom({});
}

void TrainingPage::setUpFrom(const QString& run) {
    QWidget* page = set_up_ ? set_up_(run) : nullptr;
    if (!page) return;
    if (stack_->indexOf(page) < 0) stack_->addWidget(page);
    notice_->hide();
    showPart(page);
    if (isVisible()) page->setFocus(Qt::OtherFocusReason);
}

void TrainingPage::start(const RunStart& run) {
    QString problem;
    notice_->hide();
    if (!library_->start(run, problem)) {
        // The form stays, so that nothing that was filled in is lost.
        QString missing;
        if (library_->launcher().findProgram(missing).isEmpty())
            problem += QLatin1Char(' ') + noProgramNextStep();
        return say(NoticeBar::Kind::Error, problem);
    }
    openRun(run.output_dir);
    run_page_->setFocus(Qt::OtherFocusReason);  // the form with its Start button is gone
}

void TrainingPage::say(NoticeBar::Kind kind, const QString& sentence) {
    notice_->clearActions();
    notice_->showNotice(kind, sentence);
}

void TrainingPage::remove(const QString& folder) {
    const RunEntry* entry = library_->find(folder);
    if (!entry) return;
    const QString name = entry->info.name;
    QString problem;
    if (!library_->remove(folder, problem)) {
        if (!problem.isEmpty()) say(NoticeBar::Kind::Warning, problem);
        return;
    }
    say(NoticeBar::Kind::Info, tr("%1 is in the trash.").arg(name));
    connect(notice_->addAction(tr("&Undo")), &QPushButton::clicked, this,
            &TrainingPage::undoRemove);
}

void TrainingPage::undoRemove() {
    QString problem;
    const QString folder = library_->restoreRemoved(problem);
    if (folder.isEmpty()) return say(NoticeBar::Kind::Warning, problem);
    openRun(folder);
    run_page_->setFocus(Qt::OtherFocusReason);
}

void TrainingPage::openRun(const QString& folder) {
    notice_->hide();
    run_page_->showRun(QDir::cleanPath(QDir(folder).absolutePath()));
    showPart(run_page_);
}

void TrainingPage::openFolder(const QString& folder) {
    const QStringList found = library_->open(folder);
    if (found.isEmpty()) {
        say(NoticeBar::Kind::Warning,
            tr("%1 has no run: neither run.json nor events.jsonl nor TensorBoard's "
               "event files, also not in the folders below it.")
                .arg(folder));
        return;
    }
    if (found.size() == 1) return openRun(found.first());
    compare(found);
}

void TrainingPage::chooseFolder() {
    QFileDialog* dialog = makeFolderDialog(this, tr("Open a run, or a folder of runs"), {});
    connect(dialog, &QFileDialog::fileSelected, this, &TrainingPage::openFolder);
    dialog->open();
}

void TrainingPage::compare(const QStringList& folders) {
    notice_->hide();
    compare_page_->compare(folders);
    showPart(compare_page_);
}

void TrainingPage::showRuns() {
    showPart(run_page_->folder().isEmpty() ? empty_ : run_page_);
    onChanged();
    if (isVisible()) stack_->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void TrainingPage::focusSearch() {
    list_->focusSearch();
}

QByteArray TrainingPage::saveLayout() const {
    return splitter_->saveState();
}

void TrainingPage::restoreLayout(const QByteArray& state) {
    if (!state.isEmpty()) splitter_->restoreState(state);
}

}  // namespace univi::ui
