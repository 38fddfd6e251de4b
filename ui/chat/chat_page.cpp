#include "ui/chat/chat_page.h"

#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "ui/chat/chat_notices.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/composer.h"
#include "ui/chat/context_estimator.h"
#include "ui/chat/context_meter.h"
#include "ui/chat/conversation_export.h"
#include "ui/chat/conversation_list_view.h"
#include "ui/chat/conversation_shelf.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/draft_keeper.h"
#include "ui/chat/empty_state.h"
#include "ui/chat/stream_dialog.h"
#include "ui/chat/turn_view.h"
#include "ui/media/media_kind.h"
#include "ui/media/thumbnails.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/focus_keeper.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/save_dialog.h"

namespace univi::ui {
namespace {

constexpr int kListWidth = 248, kSideWidth = 400;
constexpr int kSmallestList = 180, kSmallestMiddle = 360, kSmallestSide = 280;
constexpr int kComposerWidth = 808;  ///< the reading column with its margins

}  // namespace

ChatPage::ChatPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      engine_(parts.engine),
      store_(parts.store),
      thumbnails_(new Thumbnails({}, this)),
      shelf_(new ConversationShelf(parts.engine, parts.store, parts.options, this)),
      list_(new ConversationListView(parts.store)),
      empty_(new EmptyState(thumbnails_, parts.samples)),
      view_(new ChatView(thumbnails_)),
      composer_(new Composer(thumbnails_)),
      splitter_(new QSplitter(Qt::Horizontal)),
      side_panel_(parts.side_panel) {
    setObjectName(QStringLiteral("page"));
    setAcceptDrops(true);
    middle_ = buildMiddle(parts.model_button);
    splitter_->addWidget(list_);
    splitter_->addWidget(middle_);
    if (side_panel_) splitter_->addWidget(side_panel_);
    splitter_->setHandleWidth(1);
    splitter_->setStretchFactor(1, 1);
    splitter_->setCollapsible(1, false);
    splitter_->setSizes({kListWidth, 1000, kSideWidth});
    list_->setMinimumWidth(kSmallestList);
    middle_->setMinimumWidth(kSmallestMiddle);
    if (side_panel_) side_panel_->setMinimumWidth(kSmallestSide);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(splitter_);
    veil_ = new QLabel(tr("Drop to ask about it"), this);
    veil_->setObjectName(QStringLiteral("dropVeil"));
    veil_->setAlignment(Qt::AlignCenter);
    veil_->setAttribute(Qt::WA_TransparentForMouseEvents);
    veil_->hide();
    notices_ = new ChatNotices(notice_);
    drafts_ = new DraftKeeper(store_, composer_, this);
    estimator_ = new ContextEstimator(engine_, composer_, meter_, this);
    wireWidgets();
    wireEngine();
    new FocusKeeper(this, {composer_->findChild<QPlainTextEdit*>()});
    newChat();
    const QString notice = store_->notice().isEmpty() ? parts.notice : store_->notice();
    if (!notice.isEmpty()) notices_->show({}, NoticeBar::Kind::Warning, notice);
}

QWidget* ChatPage::buildMiddle(QWidget* model_button) {
    auto* middle = new QWidget;
    middle->setObjectName(QStringLiteral("chatColumn"));
    middle->setAttribute(Qt::WA_StyledBackground);
    engine_notice_ = new NoticeBar;
    engine_notice_->setDismissable(false);
    notice_ = new NoticeBar;
    auto* notices = new QVBoxLayout;
    notices->setContentsMargins(24, 8, 24, 0);
    notices->setSpacing(8);
    notices->addWidget(engine_notice_);
    notices->addWidget(notice_);
    stack_ = new QStackedWidget;
    stack_->addWidget(empty_);
    stack_->addWidget(view_);
    composer_->setMaximumWidth(kComposerWidth);
    auto* bottom = new QHBoxLayout;
    bottom->setContentsMargins(24, 0, 24, 6);
    bottom->addStretch(1);
    auto* writing = new QVBoxLayout;
    writing->setSpacing(4);
    meter_ = new ContextMeter;
    meter_->setMaximumWidth(kComposerWidth);
    writing->addWidget(composer_);
    writing->addWidget(meter_);
    bottom->addLayout(writing, 1000);
    bottom->addStretch(1);

    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHeader(model_button));
    column->addLayout(notices);
    column->addWidget(stack_, 1);
    column->addSpacing(8);
    column->addLayout(bottom);
    return middle;
}

QWidget* ChatPage::buildHeader(QWidget* model_button) {
    auto* header = new QFrame;
    header->setObjectName(QStringLiteral("header"));
    header->setFixedHeight(56);
    title_ = new ElidedLabel;
    title_->setProperty("type", QStringLiteral("muted"));
    title_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* save = new QToolButton;
    save->setIcon(icon(QStringLiteral("export")));
    save->setIconSize({20, 20});
    save->setToolTip(tr("Export this conversation (Ctrl+S)"));
    save->setAccessibleName(tr("Export this conversation"));
    connect(save, &QToolButton::clicked, this, &ChatPage::exportCurrent);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(8);
    if (model_button) row->addWidget(model_button);
    row->addWidget(title_, 1);
    row->addWidget(save);
    return header;
}

void ChatPage::wireWidgets() {
    connect(list_, &ConversationListView::newRequested, this, &ChatPage::newChat);
    connect(list_, &ConversationListView::openRequested, this, [this](const QString& id) {
        openConversation(id);
        showFound(list_->searchText());
    });
    connect(list_, &ConversationListView::exportRequested, this, &ChatPage::exportConversation);
    connect(list_, &ConversationListView::renamed, this,
            [this](const QString& id, const QString& title) {
                if (shown_ && shown_->id() == id) title_->setText(title);
            });
    connect(list_, &ConversationListView::removed, this, [this](const QString& id) {
        const bool was_shown = shown_ && shown_->id() == id;
        shelf_->drop(id);
        notices_->clear(id);
        if (was_shown) newChat();
    });
    connect(empty_, &EmptyState::openRequested, this, &ChatPage::chooseMedia);
    connect(empty_, &EmptyState::sampleChosen, this,
            [this](const Sample& sample) { startChat({sample.file}, sample.question); });
    connect(composer_, &Composer::sendRequested, this, [this](const QString& question) {
        const QString draft = drafts_->key();
        if (!model()->ask(question)) return;
        composer_->setText({});
        drafts_->forget(draft);
    });
    connect(composer_, &Composer::stopRequested, this, &ChatPage::stop);
    connect(composer_, &Composer::attachRequested, this, &ChatPage::chooseMedia);
    connect(composer_, &Composer::addressRequested, this, &ChatPage::openAddress);
    connect(composer_, &Composer::mediaDropped, this, &ChatPage::addMedia);
    connect(composer_, &Composer::mediumRemoved, this,
            [this](int index) { model()->removeMedia(index); });
    connect(composer_, &Composer::editLastRequested, view_, &ChatView::editLast);
    connect(view_, &ChatView::replyHovered, this, &ChatPage::onHover);
    connect(view_, &ChatView::mediumClicked, this, &ChatPage::onMediumClicked);
    connect(view_, &ChatView::mediumRemoved, this, &ChatPage::removeMedium);
    connect(store_, &ConversationStore::failed, this, &ChatPage::showProblem);
    connect(store_, &ConversationStore::noticed, this, [this](const QString& sentence) {
        notices_->show({}, NoticeBar::Kind::Warning, sentence);
    });
    connect(shelf_, &ConversationShelf::problem, this,
            [this](const QString& conversation, const QString& sentence) {
                notices_->show(conversation, NoticeBar::Kind::Error, sentence);
            });
}

void ChatPage::wireEngine() {
    connect(engine_, &EngineClient::stateChanged, this, &ChatPage::onEngineState);
    connect(engine_, &EngineClient::died, this, &ChatPage::onDied);
    connect(engine_, &EngineClient::hangsChanged, this, &ChatPage::onHangs);
    onEngineState();
}

ConversationModel* ChatPage::model() const {
    return shelf_->current();
}

/// The chat that is not asked anything yet, with its draft.
void ChatPage::newChat() {
    ConversationModel* model = shelf_->takeHeld(drafts_->newChat());
    if (!model || !model->isNew()) model = shelf_->createAnother();
    drafts_->setNewChat(model->id());
    show(model);
    focusComposer();
}

void ChatPage::openConversation(const QString& id) {
    if (shown_ && shown_->id() == id) return;
    if (ConversationModel* model = shelf_->open(id)) show(model);
}

/// Brings the newest turn with the most of the words that were searched for into sight.
void ChatPage::showFound(const QString& search) {
    const QStringList words = search.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    int best = -1, most = 0;
    for (int i = int(shown_->turns().size()) - 1; i >= 0 && most < words.size(); --i) {
        const Turn& turn = shown_->turns()[i];
        const QString text = (turn.question + QLatin1Char('\n') + turn.reply).toCaseFolded();
        const int found = int(std::count_if(words.cbegin(), words.cend(),
                                            [&](const QString& w) { return text.contains(w); }));
        if (found <= most) continue;
        most = found;
        best = i;
    }
    if (best >= 0) view_->showTurn(best);
}

void ChatPage::startChat(const QStringList& files, const QString& question) {
    // A draft stays with New chat; it neither goes along nor is lost.
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
    notices_->clear(model()->id());
    const bool ready = engine_->state() == EngineClient::State::Ready;
    if (ready && engine_->model().sight != protocol::Sight::Pictures)
        return notices_->show(model()->id(), NoticeBar::Kind::Error,
                              QString::fromStdString(engine_->model().sight_note));
    model()->addMedia(files);
    focusComposer();
}

void ChatPage::chooseMedia() {
    auto* dialog = new QFileDialog(
        this, tr("Add pictures or videos"),
        QStandardPaths::writableLocation(QStandardPaths::PicturesLocation), mediaFilter());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &ChatPage::addMedia);
    dialog->open();
}

void ChatPage::openAddress() {
    auto* dialog = new StreamDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &StreamDialog::recorded, this,
            [this](const QString& file) { addMedia({file}); });
    dialog->open();
}

/// Shows its groups; one whose file is gone is looked for first.
void ChatPage::onMediumClicked(const QString& file) {
    if (!QFileInfo::exists(file)) return locate(file);
    for (const protocol::TokenGroups& groups : model()->groups())
        if (groups.source == file.toStdString()) return Q_EMIT mediumChosen(groups.medium);
}

/// Takes a medium out of a turn, also a past one, until it is undone.
void ChatPage::removeMedium(int turn, int medium) {
    const QString id = model()->id();
    const QStringList before = model()->turns().value(turn).media;
    QStringList after = before;
    if (medium >= after.size()) return;
    const QString name = namesOf({after.takeAt(medium)});
    if (!model()->setTurnMedia(turn, after))
        return notices_->show(id, NoticeBar::Kind::Info,
                              tr("Stop the reply first; then %1 can be removed.").arg(name));
    notices_->show(
        id, NoticeBar::Kind::Info,
        tr("%1 was taken out of the conversation; later questions go without it.").arg(name),
        {{tr("Undo"), [this, id, turn, before] {
              if (model()->id() == id) model()->setTurnMedia(turn, before);
          }}});
}

void ChatPage::locate(const QString& file) {
    const QString name = QFileInfo(file).fileName();
    auto* dialog = new QFileDialog(this, tr("Where is %1 now?").arg(name),
                                   QFileInfo(file).absolutePath(), mediaFilter());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, file](const QString& found) { relink(file, found); });
    dialog->open();
}

/// Every turn that uses the file, in every conversation, names its new place.
void ChatPage::relink(const QString& from, const QString& to) {
    const MediaKind was = mediaKind(from), is = mediaKind(to);
    if (is == MediaKind::Unknown || (was != MediaKind::Unknown && was != is))
        return notices_->show(model()->id(), NoticeBar::Kind::Error,
                              is == MediaKind::Unknown ? refusalSentence({to})
                              : was == MediaKind::Picture
                                  ? tr("%1 was a picture and %2 is none; choose a picture.")
                                        .arg(namesOf({from}), namesOf({to}))
                                  : tr("%1 was a video and %2 is none; choose a video.")
                                        .arg(namesOf({from}), namesOf({to})));
    store_->moveMedium(from, QFileInfo(to).absoluteFilePath());
    notices_->clear(model()->id());
}

/// Asks to stop; once more when that has no effect: the process is started again.
void ChatPage::stop() {
    if (engine_->hangs()) return engine_->breakOff();
    if (!model()->isBusy()) return;
    model()->stop();
    composer_->setStatus(tr("Stopping…"));
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
    if (!model()->isNew()) exportConversation(model()->id());
}

void ChatPage::focusSearch() {
    list_->show();
    list_->focusSearch();
}
void ChatPage::focusComposer() {
    composer_->focusText();
}
QByteArray ChatPage::saveLayout() const {
    return splitter_->saveState();
}
void ChatPage::restoreLayout(const QByteArray& state) {
    if (!state.isEmpty()) splitter_->restoreState(state);
}

void ChatPage::show(ConversationModel* model) {
    if (shown_ == model) return;
    if (shown_) disconnect(shown_, nullptr, this, nullptr);
    shown_ = model;
    wireModel(model);
    notices_->setCurrent(model->id());
    view_->setModel(model);
    drafts_->setConversation(model);
    estimator_->setModel(model);
    list_->setCurrent(model->id());
    updateMiddle();
    resetGroups();
    if (engine_->state() == EngineClient::State::Ready) model->readMediaAgain();
}

void ChatPage::wireModel(ConversationModel* model) {
    connect(model, &ConversationModel::turnAdded, this, [this] {
        notices_->clear(shown_->id());
        updateMiddle();
    });
    connect(model, &ConversationModel::busyChanged, this, &ChatPage::updateStatus);
    connect(model, &ConversationModel::pendingMediaChanged, this, &ChatPage::updateStatus);
    connect(model, &ConversationModel::progressChanged, this, [this] {
        updateStatus();
        if (const auto progress = shown_->progress())
            Q_EMIT mediumProgressed(progress->medium, progress->frames_encoded,
                                    progress->frames_total);
    });
    connect(model, &ConversationModel::groupsChanged, this, &ChatPage::onGroups);
    connect(model, &ConversationModel::groupsReset, this, &ChatPage::resetGroups);
}

void ChatPage::updateMiddle() {
    stack_->setCurrentWidget(shown_->isNew() ? static_cast<QWidget*>(empty_) : view_);
    title_->setText(shown_->conversation().info.title);
    list_->setCurrent(shown_->id());
    updateStatus();
}

void ChatPage::updateStatus() {
    composer_->setBusy(shown_->isBusy());
    composer_->setMedia(shown_->pendingMedia());
    QString status;
    if (const auto progress = shown_->progress(); progress && !shown_->isBusy()) {
        const QString name = QFileInfo(progress->medium).fileName();
        status = progress->frames_total > 1 ? tr("Reading %1 · %2 of %3 frames")
                                                  .arg(name)
                                                  .arg(progress->frames_encoded)
                                                  .arg(progress->frames_total)
                                            : tr("Looking at %1…").arg(name);
    } else if (shown_->isBusy()) {
        status = tr("Esc stops the reply");
    }
    composer_->setStatus(status);
    updateSidePanel();
}

/// The panel stands beside a conversation about something; an empty chat has the room for itself.
void ChatPage::updateSidePanel() {
    if (!side_panel_) return;
    bool wanted = !shown_->pendingMedia().isEmpty();
    for (const Turn& turn : shown_->turns()) wanted = wanted || !turn.media.isEmpty();
    side_panel_->setVisible(wanted);
    makeRoom();
}

/// In a narrow window the list gives way to the groups; Ctrl+F brings it back.
void ChatPage::makeRoom() {
    const bool side = side_panel_ && !side_panel_->isHidden();
    const int needed =
        kSmallestList + kSmallestMiddle + (side ? kSmallestSide : 0) + 2 * splitter_->handleWidth();
    list_->setVisible(width() >= needed);
}

void ChatPage::onEngineState() {
    using State = EngineClient::State;
    const State state = engine_->state();
    engine_notice_->clearActions();
    engine_notice_->hide();
    if (state == State::NoModel || state == State::Dead) {
        if (state == State::Dead)
            connect(engine_notice_->addAction(tr("Start again")), &QPushButton::clicked, engine_,
                    &EngineClient::restart);
        connect(engine_notice_->addAction(tr("Open a model folder…")), &QPushButton::clicked, this,
                &ChatPage::openModelRequested);
        if (!engine_->loadRequest().model.empty())
            connect(engine_notice_->addAction(tr("Use the demo model")), &QPushButton::clicked,
                    this, &ChatPage::demoModelRequested);
        engine_notice_->showNotice(NoticeBar::Kind::Error, engine_->problem());
        view_->setWaitingReason(tr("No model is loaded; the question waits for one."), false);
    } else if (state == State::Ready) {
        view_->setWaitingReason({});
        showSight();
        if (shown_) shown_->readMediaAgain();
    } else {
        view_->setWaitingReason(tr("Waiting for the model to load…"));
    }
}

/// A model that reads text only says so once, and takes no media.
void ChatPage::showSight() {
    const QString note = QString::fromStdString(engine_->model().sight_note);
    composer_->setMediaRefusal(note);
    if (!note.isEmpty()) engine_notice_->showNotice(NoticeBar::Kind::Info, note);
}

/// A reply that was cut off says it in its own place; otherwise the notice does.
void ChatPage::onDied(const QString& sentence) {
    const bool said = !shown_->isNew() && shown_->turns().last().error == sentence;
    if (!said && engine_->state() != EngineClient::State::Dead)
        notices_->show(shown_->id(), NoticeBar::Kind::Warning, sentence);
}

void ChatPage::onHangs(bool hangs) {
    if (!hangs) return notices_->clear(hanging_);
    hanging_ = shown_->id();
    notices_->show(hanging_, NoticeBar::Kind::Warning,
                   tr("The model does not react to the stop; started again (Esc once more) it goes "
                      "on with this conversation, and nothing is lost."),
                   {{tr("Start it again"), [this] { engine_->breakOff(); }}});
}

void ChatPage::onHover(int turn, int position) {
    const bool inside = position >= 0 && turn < shown_->turns().size();
    const ConversationModel::WordAttention word =
        inside ? shown_->attentionAt(turn, position) : ConversationModel::WordAttention();
    if (TurnView* view = view_->turnView(turn)) view->markReply(word.start, word.length);
    const QString text =
        word.length > 0 ? shown_->turns()[turn].reply.mid(word.start, word.length) : QString();
    Q_EMIT attentionChanged(word.shares, word.scale, text);
}

void ChatPage::onGroups(const protocol::TokenGroups& groups) {
    if (groups.is_video && !groups.frames.empty())
        thumbnails_->setClipFrame(QString::fromStdString(groups.source),
                                  QString::fromStdString(groups.frames.front().picture));
    if (groups.complete && groups.frames_lost > 0)
        notices_->show(
            shown_->id(), NoticeBar::Kind::Warning,
            tr("%1 is damaged: %2 of %3 frames cannot be read; replies rest on the others.")
                .arg(QFileInfo(QString::fromStdString(groups.source)).fileName())
                .arg(groups.frames_lost)
                .arg(groups.frames_in_file));
    Q_EMIT groupsChanged(groups);
}

void ChatPage::resetGroups() {
    Q_EMIT groupsReset(shown_->groups());
    updateSidePanel();
}

void ChatPage::exportConversation(const QString& id) {
    const std::optional<Conversation> conversation = store_->read(id);
    if (!conversation) return;
    QFileDialog* dialog = makeSaveDialog(this, tr("Export the conversation"),
                                         fileNameFrom(conversation->info.title, tr("Conversation")),
                                         {tr("Markdown (*.md)"), tr("JSON (*.json)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this, conversation](const QString& file) {
        try {
            univi::ui::exportConversation(*conversation, file);
            notices_->show(conversation->info.id, NoticeBar::Kind::Info,
                           tr("Exported to %1.").arg(file));
        } catch (const base::Error& error) {
            notices_->show(conversation->info.id, NoticeBar::Kind::Error,
                           QString::fromUtf8(error.what()));
        }
    });
    dialog->open();
}

void ChatPage::warn(const QString& sentence) {
    notices_->show({}, NoticeBar::Kind::Warning, sentence);
}

/// About the program, not one conversation.
void ChatPage::showProblem(const QString& sentence) {
    notices_->show({}, NoticeBar::Kind::Error, sentence);
}

void ChatPage::dragEnterEvent(QDragEnterEvent* event) {
    if (!hasMedia(event->mimeData())) return;
    event->acceptProposedAction();
    veil_->raise();
    veil_->show();
}

void ChatPage::dragLeaveEvent(QDragLeaveEvent*) {
    veil_->hide();
}

void ChatPage::dropEvent(QDropEvent* event) {
    veil_->hide();
    const QStringList files = mediaFromMime(event->mimeData());
    if (files.isEmpty()) return;
    event->acceptProposedAction();
    addMedia(files);
}

void ChatPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    makeRoom();
    const QPoint corner = middle_->mapTo(this, QPoint(0, 0));
    veil_->setGeometry(QRect(corner, middle_->size()).adjusted(16, 72, -16, -16));
}

}  // namespace univi::ui
