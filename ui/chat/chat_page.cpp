#include "ui/chat/chat_page.h"

#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/chat/chat_columns.h"
#include "ui/chat/chat_header.h"
#include "ui/chat/chat_notices.h"
#include "ui/chat/chat_problems.h"
#include "ui/chat/chat_settings_actions.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/composer.h"
#include "ui/chat/context_estimator.h"
#include "ui/chat/context_meter.h"
#include "ui/chat/conversation_exporter.h"
#include "ui/chat/conversation_list_view.h"
#include "ui/chat/conversation_reader.h"
#include "ui/chat/conversation_shelf.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/draft_keeper.h"
#include "ui/chat/drop_veil.h"
#include "ui/chat/empty_state.h"
#include "ui/chat/engine_notices.h"
#include "ui/chat/groups_feed.h"
#include "ui/chat/live_actions.h"
#include "ui/chat/live_bar.h"
#include "ui/chat/media_actions.h"
#include "ui/chat/prompt_picker.h"
#include "ui/chat/reading_text.h"
#include "ui/chat/turn_search.h"
#include "ui/media/thumbnails.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/build.h"
#include "ui/widgets/focus_keeper.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

constexpr int kComposerWidth = 808;  ///< the reading column with its margins

}  // namespace

ChatPage::ChatPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      engine_(parts.engine),
      store_(parts.store),
      thumbnails_(new Thumbnails({}, this)),
      shelf_(new ConversationShelf(parts.engine, parts.store, parts.options, this)),
      reader_(new ConversationReader(parts.store, this)),
      list_(new ConversationListView(parts.store)),
      empty_(new EmptyState(thumbnails_, parts.samples)),
      view_(new ChatView(thumbnails_)),
      composer_(new Composer(thumbnails_)) {
    setObjectName(QStringLiteral("page"));
    middle_ = buildMiddle(parts.model_button);
    columns_ = new ChatColumns(list_, middle_, parts.side_panel);
    fillWith(this, columns_);
    makeHelpers(parts);
    wireList();
    wireComposer();
    wireMiddle();
    wireEngine();
    new FocusKeeper(this, {composer_->findChild<QPlainTextEdit*>()});
    newChat();
    const QString notice = store_->notice().isEmpty() ? parts.notice : store_->notice();
    if (!notice.isEmpty()) notices_->show({}, NoticeBar::Kind::Warning, notice);
}

/// What has no place on the page: notices, media, export, drafts, the estimate of the context.
void ChatPage::makeHelpers(const Parts& parts) {
    notices_ = new ChatNotices(notice_);
    problems_ = new ChatProblems(notices_, store_, shelf_, this);
    engine_notices_ = new EngineNotices(engine_, notices_, this);
    media_ = new MediaActions({engine_, store_, notices_}, this);
    live_ = new LiveActions({engine_, notices_, live_bar_}, this, parts.cli);
    settings_ = new ChatSettingsActions({engine_, notices_, parts.options}, this);
    exporter_ = new ConversationExporter(store_, notices_, this);
    drafts_ = new DraftKeeper(store_, composer_, this);
    estimator_ = new ContextEstimator(engine_, composer_, meter_, this);
    prompts_ = new PromptPicker(this);
    feed_ = new GroupsFeed(view_, notices_, thumbnails_, this);
}

QWidget* ChatPage::buildMiddle(QWidget* model_button) {
    auto* middle = new QWidget;
    setLook(middle, "chatColumn");
    header_ = new ChatHeader(model_button);
    notice_ = new NoticeBar;
    stack_ = new QStackedWidget;
    stack_->addWidget(empty_);
    stack_->addWidget(view_);
    composer_->setMaximumWidth(kComposerWidth);
    meter_ = new ContextMeter;
    meter_->setMaximumWidth(kComposerWidth);
    live_bar_ = new LiveBar;
    live_bar_->setMaximumWidth(kComposerWidth);
    auto* writing = column({.spacing = 4}, {live_bar_, composer_, meter_});
    column(middle, {.margins = {}, .spacing = 0},
           {header_,
            column({.margins = {24, 8, 24, 0}}, {notice_}),
            {stack_, 1},
            Part::space(8),
            row({.margins = {24, 0, 24, 6}}, {Part::stretch(), {writing, 1000}, Part::stretch()})});
    return middle;
}

void ChatPage::wireList() {
    connect(list_, &ConversationListView::newRequested, this, &ChatPage::newChat);
    connect(list_, &ConversationListView::openRequested, this, [this](const QString& id) {
        openConversation(
            id, [this] { showTurn(turnFoundBy(list_->searchText(), shown_->conversation())); });
    });
    connect(list_, &ConversationListView::exportRequested, exporter_, &ConversationExporter::ask);
    connect(list_, &ConversationListView::importRequested, this, &ChatPage::importConversation);
    connect(exporter_, &ConversationExporter::imported, this,
            [this](const QString& id) { openConversation(id); });
    connect(list_, &ConversationListView::renamed, this,
            [this](const QString& id, const QString& title) {
                if (shown_ && shown_->id() == id) header_->setTitle(title);
            });
    connect(list_, &ConversationListView::removed, this, [this](const QString& id) {
        const bool was_shown = shown_ && shown_->id() == id;
        shelf_->drop(id);
        notices_->clear(id);
        if (was_shown) newChat();
    });
}

void ChatPage::wireComposer() {
    connect(composer_, &Composer::sendRequested, this, &ChatPage::ask);
    connect(composer_, &Composer::queueRequested, this, &ChatPage::ask);
    connect(composer_, &Composer::stopRequested, this, &ChatPage::stop);
    connect(composer_, &Composer::attachRequested, media_, &MediaActions::choose);
    connect(composer_, &Composer::addressRequested, media_, &MediaActions::openAddress);
    connect(composer_, &Composer::cameraRequested, media_, &MediaActions::openCamera);
    connect(composer_, &Composer::mediaDropped, media_, &MediaActions::add);
    connect(composer_, &Composer::promptsRequested, this,
            [this](QWidget* beside) { prompts_->open(beside, composer_->text()); });
    connect(prompts_, &PromptPicker::chosen, this, [this](const QString& prompt) {
        composer_->setText(prompt);
        focusComposer();
    });
    connect(prompts_, &PromptPicker::problem, problems_, &ChatProblems::show);
    connect(composer_, &Composer::mediumMoved, this,
            [this](int from, int to) { model()->moveMedia(from, to); });
    connect(composer_, &Composer::partRequested, media_, &MediaActions::trim);
    connect(view_, &ChatView::partRequested, media_, &MediaActions::askAboutPart);
    connect(composer_, &Composer::mediumRemoved, this,
            [this](int index) { model()->removeMedia(index); });
}

/// What stands in the middle, and the media that come and go there.
void ChatPage::wireMiddle() {
    connect(header_, &ChatHeader::exportRequested, this, &ChatPage::exportCurrent);
    connect(header_, &ChatHeader::settingsRequested, settings_, &ChatSettingsActions::openSettings);
    connect(meter_, &ContextMeter::previewRequested, this,
            [this] { settings_->openPreview(composer_->text().trimmed()); });
    connect(empty_, &EmptyState::openRequested, media_, &MediaActions::choose);
    connect(empty_, &EmptyState::sampleChosen, this,
            [this](const Sample& sample) { startChat({sample.file}, sample.question); });
    connect(composer_, &Composer::editLastRequested, view_, &ChatView::editLast);
    connect(feed_, &GroupsFeed::groupsChanged, this, &ChatPage::groupsChanged);
    connect(feed_, &GroupsFeed::groupsReset, this, &ChatPage::groupsReset);
    connect(view_, &ChatView::takeBackRequested, this, &ChatPage::takeBack);
    connect(view_, &ChatView::mediumClicked, media_, &MediaActions::open);
    connect(view_, &ChatView::mediumRemoved, media_, &MediaActions::remove);
    connect(media_, &MediaActions::added, this, &ChatPage::focusComposer);
    connect(media_, &MediaActions::groupsWanted, this, &ChatPage::mediumChosen);
    connect(media_, &MediaActions::liveRequested, live_, &LiveActions::start);
    connect(live_, &LiveActions::addRequested, media_,
            [this](const QString& file) { media_->add({file}); });
    connect(new DropVeil(this, middle_), &DropVeil::dropped, media_, &MediaActions::add);
}

void ChatPage::wireEngine() {
    connect(engine_, &EngineClient::stateChanged, this, &ChatPage::onEngineState);
    connect(engine_notices_, &EngineNotices::openModelRequested, this,
            &ChatPage::openModelRequested);
    connect(engine_notices_, &EngineNotices::demoModelRequested, this,
            &ChatPage::demoModelRequested);
    onEngineState();
}

ConversationModel* ChatPage::model() const {
    return shelf_->current();
}

/// Shows the chat in which nothing was asked yet, with its draft.
void ChatPage::newChat() {
    ConversationModel* model = shelf_->takeHeld(drafts_->newChat());
    if (!model || !model->isNew()) model = shelf_->createAnother();
    drafts_->setNewChat(model->id());
    show(model);
    focusComposer();
}

void ChatPage::openConversation(const QString& id, const std::function<void()>& then) {
    const auto finish = [this, then](ConversationModel* model) {
        if (!model) return list_->setCurrent(shown_ ? shown_->id() : QString());
        show(model);
        if (then) then();
    };
    if (shown_ && shown_->id() == id) return finish(shown_);
    if (ConversationModel* held = shelf_->takeHeld(id)) return finish(held);
    list_->setCurrent(id);
    reader_->read(id, [this, finish](std::optional<Conversation> stored) {
        finish(stored ? shelf_->add(std::move(*stored)) : nullptr);
    });
}

/// A turn of the open conversation by its id, on whatever branch it is.
void ChatPage::showTurn(qint64 turn) {
    const int index = turn == 0 ? -1 : shown_->reveal(turn);
    if (index >= 0) view_->showTurn(index);
}

void ChatPage::startChat(const QStringList& files, const QString& question) {
    // A draft belongs to New chat and waits there.
    newChat();
    if (!composer_->text().isEmpty() || !model()->pendingMedia().isEmpty())
        show(shelf_->createAnother());
    addMedia(files);
    if (question.isEmpty() || (!files.isEmpty() && model()->pendingMedia().isEmpty()))
        composer_->setText(question);
    else
        model()->ask(question);
}

void ChatPage::addMedia(const QStringList& files) {
    media_->add(files);
}

void ChatPage::chooseMedia() {
    media_->choose();
}

void ChatPage::openAddress() {
    media_->openAddress();
}

/// Asks the model to stop. A second call, when that had no effect, starts the process again.
void ChatPage::stop() {
    if (engine_->hangs()) return engine_->breakOff();
    if (!model()->isBusy()) return;
    model()->stop();
    composer_->setStatus(tr("Stopping…"));
}

void ChatPage::ask(const QString& question) {
    const QString draft = drafts_->key();
    if (!model()->ask(question)) return;
    composer_->setText({});
    drafts_->forget(draft);
}

/// A question that waits stands in the field again, before what was typed since.
void ChatPage::takeBack(int turn) {
    const QString question = model()->takeBack(turn);
    const QString typed = composer_->text();
    composer_->setText(typed.trimmed().isEmpty() ? question : question + QLatin1Char('\n') + typed);
    focusComposer();
}

void ChatPage::keepDraft() {
    drafts_->keep();
}

void ChatPage::copyLastReply() {
    if (!model()->isNew()) view_->copyLast();
}

void ChatPage::redoLast() {
    model()->redo();
}

void ChatPage::exportCurrent() {
    if (!model()->isNew()) exporter_->ask(model()->id());
}

void ChatPage::importConversation() {
    exporter_->import();
}

void ChatPage::focusSearch() {
    list_->show();
    list_->focusSearch();
}
void ChatPage::focusComposer() {
    composer_->focusText();
}
QByteArray ChatPage::saveLayout() const {
    return columns_->saveState();
}
void ChatPage::restoreLayout(const QByteArray& state) {
    if (!state.isEmpty()) columns_->restoreState(state);
}

void ChatPage::show(ConversationModel* model) {
    reader_->forget();
    if (shown_ == model) return;
    if (shown_) disconnect(shown_, nullptr, this, nullptr);
    shown_ = model;
    wireModel(model);
    notices_->setCurrent(model->id());
    engine_notices_->setConversation(model);
    media_->setConversation(model);
    live_->setConversation(model);
    settings_->setConversation(model);
    view_->setModel(model);
    drafts_->setConversation(model);
    estimator_->setModel(model);
    list_->setCurrent(model->id());
    updateMiddle();
    feed_->setConversation(model);
    if (engine_->state() == EngineClient::State::Ready) model->readMediaAgain();
}

/// Frames may have been removed while another page was shown.
void ChatPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (shown_ && engine_->state() == EngineClient::State::Ready) shown_->readMediaAgain();
}

void ChatPage::wireModel(ConversationModel* model) {
    connect(model, &ConversationModel::turnAdded, this, [this] {
        notices_->clear(shown_->id());
        updateMiddle();
    });
    connect(model, &ConversationModel::turnsReset, this, &ChatPage::updateMiddle);
    connect(model, &ConversationModel::busyChanged, this, [this](bool busy) {
        if (busy) notices_->clear(shown_->id());
        updateStatus();
    });
    connect(model, &ConversationModel::pendingMediaChanged, this, &ChatPage::updateStatus);
    connect(model, &ConversationModel::progressChanged, this, [this] {
        updateStatus();
        if (const auto progress = shown_->progress())
            Q_EMIT mediumProgressed(progress->medium, progress->frames_encoded,
                                    progress->frames_total);
    });
    connect(model, &ConversationModel::groupsReset, this, &ChatPage::updateSidePanel);
}

void ChatPage::updateMiddle() {
    stack_->setCurrentWidget(shown_->isNew() ? static_cast<QWidget*>(empty_) : view_);
    header_->setTitle(shown_->conversation().info.title);
    list_->setCurrent(shown_->id());
    updateStatus();
}

void ChatPage::updateStatus() {
    composer_->setBusy(shown_->isBusy());
    composer_->setMedia(shown_->pendingMedia());
    QString status;
    if (const auto progress = shown_->progress(); progress && !shown_->isBusy()) {
        status = readingSentence(*progress);
    } else if (shown_->isBusy()) {
        status = tr("Esc stops the reply, Enter puts a question after it");
    }
    composer_->setStatus(status);
    updateSidePanel();
}

void ChatPage::updateSidePanel() {
    const bool wanted = !shown_->pendingMedia().isEmpty() ||
                        std::ranges::any_of(shown_->turns(),
                                            [](const Turn& turn) { return !turn.media.isEmpty(); });
    columns_->showSide(wanted);
}

void ChatPage::onEngineState() {
    using State = EngineClient::State;
    const State state = engine_->state();
    if (state == State::NoModel || state == State::Dead) {
        view_->setWaitingReason(tr("No model is loaded; the question waits for one."), false);
    } else if (state == State::Ready) {
        view_->setWaitingReason({});
        composer_->setMediaRefusal(QString::fromStdString(engine_->model().sight_note));
        if (shown_) shown_->readMediaAgain();
    } else {
        view_->setWaitingReason(tr("Waiting for the model to load…"));
    }
}

void ChatPage::warn(const QString& sentence) {
    notices_->show({}, NoticeBar::Kind::Warning, sentence);
}

}  // namespace univi::ui
