#include "ui/chat/conversation_model.h"

#include <algorithm>

#include "ui/chat/conversation_store.h"
#include "ui/chat/past_turns.h"
#include "ui/chat/reply_looks.h"
#include "ui/chat/turn_events.h"
#include "ui/session/engine_client.h"

namespace univi::ui {
namespace {

constexpr int kSaveEveryMs = 1000;
constexpr double kOtherWordsTemperature = 0.5;

/// What followed an unstored turn is found by its place.
qint64 parentFor(const QList<Turn>& before) {
    if (before.isEmpty()) return 0;
    return before.last().id != 0 ? before.last().id : -1;
}

}  // namespace

ConversationModel::ConversationModel(EngineClient* engine, ConversationStore* store,
                                     OptionsSource options, Conversation conversation,
                                     QObject* parent)
    : QObject(parent),
      engine_(engine),
      store_(store),
      options_(std::move(options)),
      conversation_(std::move(conversation)),
      stored_(!conversation_.turns.isEmpty()) {
    if (conversation_.info.id.isEmpty()) conversation_.info.id = ConversationStore::makeId();
    looks_ = new ReplyLooks(engine_, store_, id(), this);
    save_timer_.setSingleShot(true);
    save_timer_.setInterval(kSaveEveryMs);
    connect(&save_timer_, &QTimer::timeout, this, [this] {
        if (isBusy()) store_->updateTurn(id(), turns()[active_]);
    });
    connect(store_, &ConversationStore::reopened, this, [this] {
        if (stored_) store_->keep(conversation_);
    });
    connect(store_, &ConversationStore::mediumMoved, this, &ConversationModel::onMediumMoved);
    makeMedia();
    connectEngine();
}

void ConversationModel::makeMedia() {
    media_ = new ConversationMedia(
        engine_, {id(), [this] { return turnMedia(); }, [this] { return options().max_frames; }},
        this);
    connect(media_, &ConversationMedia::pendingChanged, this,
            &ConversationModel::pendingMediaChanged);
    connect(media_, &ConversationMedia::progressChanged, this, &ConversationModel::progressChanged);
    connect(media_, &ConversationMedia::groupsChanged, this, &ConversationModel::groupsChanged);
    connect(media_, &ConversationMedia::groupsReset, this, &ConversationModel::groupsReset);
    connect(media_, &ConversationMedia::problem, this, &ConversationModel::problem);
}

void ConversationModel::connectEngine() {
    const auto isAsk = [this](qint64 id) { return id == ask_ && ask_ != 0; };
    connect(engine_, &EngineClient::promptStarted, this,
            [this, isAsk](qint64 id, const protocol::PromptEvent& e) {
                if (isAsk(id)) onPrompt(e);
            });
    connect(engine_, &EngineClient::tokenArrived, this,
            [this, isAsk](qint64 id, const protocol::TokenEvent& e) {
                if (isAsk(id)) onToken(e);
            });
    connect(engine_, &EngineClient::answered, this,
            [this, isAsk](qint64 id, const protocol::DoneEvent& e) {
                if (isAsk(id)) onAnswered(e);
            });
    connect(engine_, &EngineClient::failed, this,
            [this, isAsk](qint64 id, const QString& kind, const QString& message) {
                if (isAsk(id)) onFailed(kind, message);
            });
}

Media ConversationModel::turnMedia() const {
    Media media;
    for (const Turn& turn : turns()) media << turn.media;
    return media;
}

QString ConversationModel::modelFolder() const {
    const bool ready = engine_->state() == EngineClient::State::Ready;
    return ready ? QString::fromStdString(engine_->model().model) : QString();
}

int ConversationModel::lastAsked() const {
    int last = int(turns().size()) - 1;
    while (last >= 0 && turns()[last].state == Turn::State::Queued) --last;
    return last;
}

const ReplyAttention& ConversationModel::attentionOf(int turn) const {
    static const ReplyAttention unknown;
    if (turn < 0 || turn >= turns().size() || modelFolder().isEmpty()) return unknown;
    const ReplyAttention& attention = looks_->of(turns()[turn].id);
    return attention.model == modelFolder() ? attention : unknown;
}

ConversationModel::WordAttention ConversationModel::attentionAt(int turn, int position) const {
    const ReplyAttention& attention = attentionOf(turn);
    if (attention.isEmpty()) return {};
    return attention.at(position, int(turns()[turn].reply.size()));
}

void ConversationModel::lookAgain(int turn) {
    if (looks_->isMean() || isBusy() || turn < 0 || turn > lastAsked()) return;
    const Turn& asked = turns()[turn];
    const ReplyAttention& mean = looks_->mean().of(asked.id);
    if (mean.scale <= 0 || mean.model != modelFolder()) return;
    protocol::AttentionRequest request;
    static_cast<protocol::AskRequest&>(request) = requestOf(asked, turn);
    request.reply = asked.reply.toStdString();
    looks_->need(asked.id, request);
}

Turn ConversationModel::newTurn(const QString& question, const Media& media) const {
    Turn turn;
    turn.question = question;
    turn.media = media;
    turn.options = options();
    return turn;
}

bool ConversationModel::ask(const QString& question) {
    const QString text = question.trimmed();
    if (text.isEmpty()) return false;
    if (!stored_) {
        conversation_.info = store_->create(id(), titleFromQuestion(text));
        stored_ = true;
        if (!settings().isEmpty()) store_->setSettings(id(), settings());
    }
    Turn turn = newTurn(text, media_->takePending());
    if (isBusy() || queued() > 0) turn.state = Turn::State::Queued;
    Q_EMIT pendingMediaChanged();
    append(std::move(turn));
    if (isBusy()) return true;
    if (queued() > 0)
        askQueued();
    else
        sendAsk(int(turns().size()) - 1);
    return true;
}

protocol::GenerationOptions ConversationModel::options() const {
    return settings().generation ? *settings().generation : options_();
}

void ConversationModel::setSettings(const ChatSettings& settings) {
    conversation_.settings = settings;
    if (stored_) store_->setSettings(id(), settings);
    Q_EMIT settingsChanged();
}

void ConversationModel::append(Turn turn) {
    turn.parent = parentFor(turns());
    store_->addTurn(id(), turn);
    conversation_.turns << turn;
    Q_EMIT turnAdded(int(turns().size()) - 1);
}

void ConversationModel::askQueued() {
    if (isBusy() || queued() == 0) return;
    const int next = lastAsked() + 1;
    conversation_.turns[next].state = Turn::State::Waiting;
    conversation_.turns[next].options = options();
    store_->updateTurn(id(), turns()[next]);
    sendAsk(next);
    for (int i = next; i < turns().size(); ++i) Q_EMIT turnChanged(i);
}

QString ConversationModel::takeBack(int turn) {
    if (turn < 0 || turn >= turns().size() || turns()[turn].state != Turn::State::Queued) return {};
    const Turn taken = conversation_.turns.takeAt(turn);
    store_->removeTurn(id(), taken.id);
    if (turn < turns().size()) {
        Turn& next = conversation_.turns[turn];
        next.parent = taken.parent;
        store_->updateTurn(id(), next);
    }
    Q_EMIT turnsReset(turn);
    media_->putBack(taken.media);
    return taken.question;
}

void ConversationModel::sendAsk(int index) {
    pause();
    looks_->pause();
    const Turn& turn = turns()[index];
    const protocol::AskRequest request = requestOf(turn, index);
    looks_->forget(turn.id);
    looks_->mean().begin(turn.id);
    active_ = index;
    ask_ = engine_->ask(request);
    media_->setAsk(ask_);
    Q_EMIT busyChanged(true);
}

protocol::AskRequest ConversationModel::requestFor(const QString& question) const {
    return requestOf(newTurn(question, pendingMedia()), int(turns().size()));
}

protocol::AskRequest ConversationModel::requestOf(const Turn& turn, int before) const {
    const bool drops = turn.options.when_full != protocol::ContextPolicy::Refuse;
    const int context = engine_->model().context;
    PastTurns past = pastTurns(
        turns(), before, [this](const Medium& medium) { return media_->isRead(medium); },
        drops && context > 0 ? context * kMostCharactersPerToken : -1);
    protocol::AskRequest request;
    request.conversation = id().toStdString();
    request.history = std::move(past.turns);
    request.earlier_turns = past.left_out;
    const Media media = past.carried + turn.media;
    request.media = pathsOf(media);
    request.clips = clipsOf(media);
    request.question = turn.question.toStdString();
    request.options = turn.options;
    return request;
}

bool ConversationModel::setTurnMedia(int turn, const Media& media) {
    if (isBusy() || turn < 0 || turn >= turns().size()) return false;
    conversation_.turns[turn].media = media;
    store_->setTurnMedia(id(), turns()[turn]);
    Q_EMIT turnChanged(turn);
    Q_EMIT groupsReset();
    readMediaAgain();
    return true;
}

void ConversationModel::onMediumMoved(const QString& from, const QString& to) {
    for (Turn& turn : conversation_.others) relink(turn.media, from, to);
    for (int i = 0; i < turns().size(); ++i)
        if (relink(conversation_.turns[i].media, from, to)) Q_EMIT turnChanged(i);
    media_->forget(from);
    Q_EMIT groupsReset();
    readMediaAgain();
}

void ConversationModel::stop() {
    if (isBusy()) engine_->stop(ask_);
}

void ConversationModel::redo() {
    const int index = lastAsked();
    if (isBusy() || index < 0) return;
    const Turn& old = turns()[index];
    Turn turn = newTurn(old.question, old.media);
    if (old.state != Turn::State::Failed) askForOtherWords(turn.options, old.options.seed);
    if (!old.reply.isEmpty()) return branchAt(index, std::move(turn));
    turn.id = old.id;
    turn.parent = old.parent;
    conversation_.turns[index] = turn;
    store_->updateTurn(id(), turn);
    Q_EMIT turnChanged(index);
    sendAsk(index);
}

/// The same seed would give the same words, and so would a model that asks for its likeliest ones;
/// a person's own temperature holds.
void ConversationModel::askForOtherWords(protocol::GenerationOptions& options,
                                         std::uint64_t seed) const {
    options.seed = seed + 1;
    const bool known = engine_->state() == EngineClient::State::Ready;
    if (!options.temperature && known && engine_->model().generation.temperature == 0)
        options.temperature = kOtherWordsTemperature;
}

bool ConversationModel::edit(int index, const QString& question) {
    const QString text = question.trimmed();
    if (isBusy() || index < 0 || index > lastAsked() || text.isEmpty()) return false;
    const Turn& old = turns()[index];
    Turn turn = newTurn(text, old.media);
    if (text == old.question && !old.reply.isEmpty())
        askForOtherWords(turn.options, old.options.seed);
    if (index == 0) {
        const QString title = store_->suggestTitle(id(), titleFromQuestion(text));
        if (!conversation_.titled_by_user) conversation_.info.title = title;
    }
    branchAt(index, std::move(turn));
    return true;
}

/// Asks `turn` beside the one at `index`, which stays on its own branch with what followed it.
/// Questions that wait are asked after the new one.
void ConversationModel::branchAt(int index, Turn turn) {
    QList<Turn> waiting;
    while (turns().last().state == Turn::State::Queued) {
        waiting.prepend(conversation_.turns.takeLast());
        store_->removeTurn(id(), waiting.first().id);
    }
    const Media media = turnMedia();
    turn.parent = turns()[index].parent;
    store_->addTurn(id(), turn);
    conversation_.turns[index].chosen = false;
    store_->setChosen(id(), {turns()[index]});
    conversation_.others << turns().mid(index);
    conversation_.turns = turns().mid(0, index) << turn;
    for (Turn& one : waiting) {
        one.parent = parentFor(turns());
        store_->addTurn(id(), one);
        conversation_.turns << one;
    }
    Q_EMIT turnsReset(index);
    if (turnMedia() != media) Q_EMIT groupsReset();
    sendAsk(index);
}

void ConversationModel::switchBranch(int turn, int step) {
    if (turn < 0 || turn >= turns().size()) return;
    reveal(turnBeside(conversation_, turn, step));
}

int ConversationModel::reveal(qint64 turn) {
    if (const int index = shownIndex(conversation_, turn); index >= 0) return index;
    if (isBusy()) return -1;
    const Media media = turnMedia();
    const QList<Turn> before = turns();
    const QList<Turn> changed = showBranch(conversation_, turn);
    if (changed.isEmpty()) return -1;
    store_->setChosen(id(), changed);
    int same = 0;
    while (same < before.size() && same < turns().size() && before[same].id == turns()[same].id)
        ++same;
    Q_EMIT turnsReset(same);
    if (turnMedia() != media) {
        Q_EMIT groupsReset();
        readMediaAgain();
    }
    return shownIndex(conversation_, turn);
}

void ConversationModel::onPrompt(const protocol::PromptEvent& prompt) {
    takePrompt(conversation_.turns[active_], prompt, QString::fromStdString(engine_->model().name));
    media_->endProgress();
    Q_EMIT progressChanged();
}

void ConversationModel::onToken(const protocol::TokenEvent& token) {
    Turn& turn = conversation_.turns[active_];
    media_->endProgress();
    const int start = takeToken(turn, token);
    if (!token.text.empty() || !token.attention.empty()) {
        ReplyAttention& attention = looks_->mean().of(turn.id);
        attention.model = modelFolder();
        attention.add(start, token.attention);
    }
    if (!save_timer_.isActive()) save_timer_.start();
    Q_EMIT turnChanged(active_);
}

void ConversationModel::onAnswered(const protocol::DoneEvent& done) {
    Turn& turn = conversation_.turns[active_];
    // The whole reply is trimmed; the tokens' places move with it.
    const int shift = takeDone(turn, done);
    for (ReplyAttention::Token& told : looks_->mean().of(turn.id).tokens)
        told.start = std::max(0, told.start - shift);
    endTurn();
}

void ConversationModel::onFailed(const QString& kind, const QString& message) {
    takeFailure(conversation_.turns[active_], kind, message);
    endTurn();
}

/// The next question that waits is asked after a whole reply only: what was stopped or failed may
/// be what it builds on.
void ConversationModel::endTurn() {
    const int index = std::exchange(active_, -1);
    ask_ = 0;
    media_->setAsk(0);
    media_->endProgress();
    save_timer_.stop();
    store_->updateTurn(id(), turns()[index]);
    looks_->mean().keep(turns()[index].id);
    const bool done = turns()[index].state == Turn::State::Done;
    Q_EMIT turnChanged(index);
    Q_EMIT progressChanged();
    Q_EMIT busyChanged(false);
    Q_EMIT turnFinished(index);
    if (isBusy() || queued() == 0) return;
    if (done) return askQueued();
    for (int i = lastAsked() + 1; i < turns().size(); ++i) Q_EMIT turnChanged(i);
    Q_EMIT queueHeld(queued());
}

}  // namespace univi::ui
