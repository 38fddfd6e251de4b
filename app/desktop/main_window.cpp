#include "app/desktop/main_window.h"

#include <QButtonGroup>
#include <QCloseEvent>
#include <QFileInfo>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <chrono>
#include <utility>

#include "app/desktop/attention_link.h"
#include "app/desktop/idle_work.h"
#include "app/desktop/instance.h"
#include "app/desktop/long_work.h"
#include "app/desktop/page_keys.h"
#include "app/desktop/page_makers.h"
#include "app/desktop/palette.h"
#include "app/desktop/phrase_search.h"
#include "app/desktop/what_if_asker.h"
#include "app/desktop/window_cards.h"
#include "core/base/paths.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/history_search.h"
#include "ui/evaluation/evaluation_page.h"
#include "ui/groups/groups_panel.h"
#include "ui/models/download_list.h"
#include "ui/models/model_button.h"
#include "ui/models/model_chooser.h"
#include "ui/models/models_page.h"
#include "ui/server/model_server.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/settings_page.h"
#include "ui/training/training_page.h"
#include "ui/widgets/build.h"
#include "ui/widgets/desktop_notice.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr QSize kFirstSize{1280, 800};
constexpr QSize kSmallest{760, 480};
constexpr int kAfterStartMs = 1000;  ///< what may wait until the window stands and is painted

/// RunLibrary keeps its list in this file as soon as there is a run.
bool hasKnownRuns() {
    return QFileInfo(QString::fromStdString((base::data_folder() / "runs.json").string())).size() >
           0;
}

}  // namespace

MainWindow::MainWindow(AppSettings* settings, const Options& options, QWidget* parent)
    : QWidget(parent),
      options_(options),
      settings_(settings),
      engine_(new EngineClient(forChat(options.engine, *settings), this)),
      store_(new ConversationStore({}, this)),
      chooser_(new ModelChooser(engine_, settings, options.load, this)),
      downloads_(new DownloadList(settings, {options.cli_program, {}}, this)),
      server_(new ModelServer(
          settings, {options.cli_program, [this] { return engine_->loadRequest(); }}, this)),
      groups_(new GroupsPanel),
      pages_(new QStackedWidget),
      rail_buttons_(new QButtonGroup(this)) {
    setWindowTitle(tr("UniVi Studio"));
    setMinimumSize(kSmallest);
    resize(kFirstSize);
    row(this, {.margins = {}, .spacing = 0}, {buildRail(), {pages_, 1}});
    need(Chat);
    wire();
    new Shortcuts(this, settings_, [this] { return shortcuts(); });
    new LongWork(this, engine_, downloads_);
    DesktopNotice::setWanted(settings_->notifies());
    restoreLayout();
    showPage(Chat);
}

MainWindow::~MainWindow() = default;

void MainWindow::begin() {
    engine_->setIdleTime(std::chrono::minutes(settings_->idleMinutes()));
    chooser_->loadFirst();
}

QWidget* MainWindow::buildRail() {
    auto* rail = new QFrame;
    rail->setObjectName(QStringLiteral("rail"));
    rail->setFixedWidth(73);
    auto* column = new QVBoxLayout(rail);
    column->setContentsMargins(8, 12, 8, 12);
    column->setSpacing(4);
    addPage(column, QStringLiteral("chat"), tr("Chat"));
    addPage(column, QStringLiteral("train"), tr("Train"));
    addPage(column, QStringLiteral("eval"), tr("Eval"));
    addPage(column, QStringLiteral("models"), tr("Models"));
    column->addStretch(1);
    addPage(column, QStringLiteral("settings"), tr("Settings"));
    connect(rail_buttons_, &QButtonGroup::idClicked, this, &MainWindow::showPage);
    return rail;
}

/// A button and an empty place; the page itself is made when it is first needed.
void MainWindow::addPage(QVBoxLayout* rail, const QString& iconName, const QString& name) {
    auto* button = new QToolButton;
    button->setIcon(icon(iconName));
    button->setIconSize({22, 22});
    button->setText(name);
    button->setAccessibleName(name);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setCheckable(true);
    rail->addWidget(button, 0, Qt::AlignHCenter);
    auto* place = new QWidget;
    auto* layout = new QVBoxLayout(place);
    layout->setContentsMargins(0, 0, 0, 0);
    rail_buttons_->addButton(button, pages_->addWidget(place));
}

void MainWindow::need(Page page) {
    if (std::exchange(made_[page], true)) return;
    QWidget* ready = prepared_[page].release();
    pages_->widget(page)->layout()->addWidget(ready ? ready : makePage(page));
}

QWidget* MainWindow::makePage(Page page) {
    switch (page) {
        case Chat: {
            ChatPage::Parts parts;
            parts.engine = engine_;
            parts.store = store_;
            parts.options = [this] { return settings_->generation(); };
            parts.notice = settings_->notice();
            parts.samples = readSamples(samplesFolder());
            parts.model_button = new ModelButton(chooser_);
            parts.side_panel = groups_;
            return chat_ = new ChatPage(parts);
        }
        case Train:
            return makeTraining();
        case Eval:
            return makeEvaluation();
        case Models:
            return new ModelsPage(chooser_, downloads_, settings_);
        case Settings:
            break;
    }
    return makeSettings();
}

QWidget* MainWindow::makeTraining() {
    training_ = makeTrainingPage(options_.engine, options_.train_program);
    training_->restoreLayout(settings_->layout(QStringLiteral("train")));
    connect(training_, &TrainingPage::chatRequested, this, &MainWindow::talkTo);
    connect(training_, &TrainingPage::evaluateRequested, this, &MainWindow::evaluate);
    return training_;
}

QWidget* MainWindow::makeEvaluation() {
    return evaluation_ = makeEvaluationPage(options_.engine, settings_);
}

QWidget* MainWindow::makeSettings() {
    auto* page = new SettingsPage(settings_);
    const auto tell = [this, page] {
        if (engine_->state() != EngineClient::State::Ready) return;
        QStringList templates;
        for (const std::string& name : engine_->model().templates)
            templates << QString::fromStdString(name);
        page->setTemplates(templates);
        page->setModelDefaults(engine_->model().generation);
    };
    connect(engine_, &EngineClient::stateChanged, page, tell);
    connect(page, &SettingsPage::mediaCleared, engine_, &EngineClient::forgetFrames);
    tell();
    addWindowCards(page,
                   {settings_, server_, engine_, [this] { return shortcuts(); }, options_.restart});
    return page;
}

TrainingPage* MainWindow::training() {
    need(Train);
    return training_;
}

EvaluationPage* MainWindow::evaluation() {
    need(Eval);
    return evaluation_;
}

/// Every connection between the parts that are always there: signals down to the panel and the
/// chooser, nothing else.
void MainWindow::wire() {
    connect(chat_, &ChatPage::groupsChanged, groups_, &GroupsPanel::setGroups);
    connect(chat_, &ChatPage::groupsReset, groups_, &GroupsPanel::resetGroups);
    connect(chat_, &ChatPage::mediumProgressed, groups_, &GroupsPanel::setProgress);
    connect(chat_, &ChatPage::mediumChosen, groups_, &GroupsPanel::showMedium);
    new AttentionLink(engine_, chat_, groups_);
    new PhraseSearch(engine_, chat_, settings_, groups_);
    new WhatIfAsker(engine_, chat_, groups_);
    connect(chat_, &ChatPage::openModelRequested, this, [this] { chooser_->openDialog(this); });
    connect(chat_, &ChatPage::demoModelRequested, chooser_, &ModelChooser::loadDemo);
    connect(chooser_, &ModelChooser::refused, chat_, &ChatPage::warn);
    connect(store_, &ConversationStore::reopened, this, [this] { search_.reset(); });
    connect(settings_, &AppSettings::idleMinutesChanged, engine_,
            [this](int minutes) { engine_->setIdleTime(std::chrono::minutes(minutes)); });
    connect(settings_, &AppSettings::tokenLimitChanged, engine_, &EngineClient::setTokenLimit);
}

void MainWindow::evaluate(const ModelChoice& model) {
    showPage(Eval);
    evaluation()->newEvaluation(model.model, {model.base, model.tower});
}

/// Runs that are known are watched from the start: queued ones begin when their devices are free,
/// and the end of one is said. That and the server wait until the window stands.
void MainWindow::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!event->spontaneous())
        QTimer::singleShot(kAfterStartMs, this, &MainWindow::beginAfterStart);
}

void MainWindow::beginAfterStart() {
    server_->follow();
    if (hasKnownRuns()) need(Train);
    if (options_.prepares) prepare();
}

/// A page takes longest to make and to be dressed in its place: two pieces.
void MainWindow::prepare() {
    IdleWork::Pieces pieces;
    for (int i = 0; i < TurnPool::kMost; ++i) pieces << [this] { chat_->view()->prepareTurn(); };
    for (const Page page : {Settings, Models, Eval, Train})
        pieces << [this, page] {
            if (!made_[page]) prepared_[page].reset(makePage(page));
        } << [this, page] { need(page); };
    new IdleWork(pieces, this);
}

QList<Shortcut> MainWindow::shortcuts() {
    const auto in_chat = [this](auto action) {
        return [this, action] {
            showPage(Chat);
            action();
        };
    };
    const QList<Shortcut> own{
        {QKeySequence("Ctrl+N"), tr("New chat"), in_chat([this] { chat_->newChat(); }),
         QStringLiteral("new-chat")},
        {QKeySequence("Ctrl+O"), tr("Add pictures or videos"),
         in_chat([this] { chat_->chooseMedia(); }), QStringLiteral("add-media")},
        {QKeySequence("Ctrl+Shift+O"), tr("Open the address of a camera or video"),
         in_chat([this] { chat_->openAddress(); }), QStringLiteral("open-address")},
        {QKeySequence("Ctrl+L"), tr("Write a question"),
         in_chat([this] { chat_->focusComposer(); }), QStringLiteral("write")},
        {QKeySequence("Esc"), tr("Stop the reply"), [this] { chat_->stop(); },
         QStringLiteral("stop")},
        {QKeySequence("Ctrl+R"), tr("Another reply to the last question"),
         in_chat([this] { chat_->redoLast(); }), QStringLiteral("redo")},
        {QKeySequence("Ctrl+Shift+C"), tr("Copy the last reply"),
         [this] { chat_->copyLastReply(); }, QStringLiteral("copy-reply")},
        {QKeySequence("Ctrl+F"), tr("Search conversations, or runs on the Train page"),
         [this] {
             if (pages_->currentIndex() == Train) return training()->focusSearch();
             showPage(Chat);
             chat_->focusSearch();
         },
         QStringLiteral("search")},
        {QKeySequence("Ctrl+K"), tr("Go to a chat, a command, a model or what was said"),
         [this] { showPalette(); }, QStringLiteral("palette")},
        {QKeySequence("Ctrl+S"), tr("Export the conversation"),
         in_chat([this] { chat_->exportCurrent(); }), QStringLiteral("export")},
        {QKeySequence("Ctrl+Shift+I"), tr("Import a conversation"),
         in_chat([this] { chat_->importConversation(); }), QStringLiteral("import")},
        {QKeySequence("Ctrl+M"), tr("Open a model folder"), [this] { chooser_->openDialog(this); },
         QStringLiteral("open-model")},
        {QKeySequence("Ctrl+1"), tr("Chat"), [this] { showPage(Chat); }, QStringLiteral("chat")},
        {QKeySequence("Ctrl+2"), tr("Train"), [this] { showPage(Train); }, QStringLiteral("train")},
        {QKeySequence("Ctrl+3"), tr("Eval"), [this] { showPage(Eval); }, QStringLiteral("eval")},
        {QKeySequence("Ctrl+4"), tr("Models"), [this] { showPage(Models); },
         QStringLiteral("models")},
        {QKeySequence("Ctrl+,"), tr("Settings"), [this] { showPage(Settings); },
         QStringLiteral("settings")},
        {QKeySequence("Ctrl+Shift+E"), tr("New evaluation"),
         [this] {
             showPage(Eval);
             evaluation()->newEvaluation();
         },
         QStringLiteral("new-evaluation")},
        {QKeySequence("Ctrl+Shift+N"), tr("New training run"),
         [this] {
             showPage(Train);
             training()->newRun();
         },
         QStringLiteral("new-run")},
        {QKeySequence("F1"), tr("List of keys"), [this] { showKeys(); }, QStringLiteral("keys")},
        {QKeySequence("Ctrl+Q"), tr("Quit"), [this] { close(); }, QStringLiteral("quit")},
    };
    return withChosenKeys(own, *settings_);
}

/// What belongs to parts of the page that is shown; the keys work there.
QList<Shortcut> MainWindow::pageKeys() const {
    switch (pages_->currentIndex()) {
        case Chat:
            return chatPageKeys();
        case Train:
            return trainPageKeys();
        default:
            return {};
    }
}

void MainWindow::showKeys() {
    openOnce(new ShortcutsDialog(pageKeys() + shortcuts(), this));
}

HistorySearch* MainWindow::historySearch() {
    if (!store_->isOnDisk()) return nullptr;
    if (!search_) search_ = std::make_unique<HistorySearch>(store_->file());
    return search_.get();
}

void MainWindow::showPalette() {
    openPalette(this, {store_, historySearch(), chooser_, shortcuts(),
                       [this](const QString& conversation, qint64 turn) {
                           showPage(Chat);
                           chat_->openConversation(conversation,
                                                   [this, turn] { chat_->showTurn(turn); });
                       }});
}

int MainWindow::page() const {
    return pages_->currentIndex();
}

void MainWindow::showPage(int index) {
    need(Page(index));
    IdleWork::finishFor(pages_->widget(index));
    pages_->setCurrentIndex(index);
    if (QAbstractButton* button = rail_buttons_->button(index)) button->setChecked(true);
    if (index == Chat) chat_->focusComposer();
}

void MainWindow::takeOver(const HandOver& what) {
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
    if (!what.run.isEmpty()) openRun(what.run);
    if (what.files.isEmpty() && what.ask.isEmpty()) return;
    showPage(Chat);
    chat_->startChat(what.files, what.ask);
}

void MainWindow::openRun(const QString& folder) {
    showPage(Train);
    training()->openFolder(folder);
}

/// A result or checkpoint of a run, in a new chat; how models are loaded stays as it was.
void MainWindow::talkTo(const ModelChoice& model) {
    protocol::LoadRequest request = chooser_->request();
    request.model = model.model.toStdString();
    request.model_base = model.base.toStdString();
    request.vision_tower = model.tower.toStdString();
    chooser_->load(request);
    chat_->newChat();
    showPage(Chat);
}

void MainWindow::restoreLayout() {
    const QByteArray window = settings_->layout(QStringLiteral("window"));
    if (!window.isEmpty()) restoreGeometry(window);
    chat_->restoreLayout(settings_->layout(QStringLiteral("chat")));
}

void MainWindow::closeEvent(QCloseEvent* event) {
    settings_->setLayout(QStringLiteral("window"), saveGeometry());
    settings_->setLayout(QStringLiteral("chat"), chat_->saveLayout());
    if (training_) settings_->setLayout(QStringLiteral("train"), training_->saveLayout());
    chat_->keepDraft();
    chat_->model()->stop();
    event->accept();
}

}  // namespace univi::ui
