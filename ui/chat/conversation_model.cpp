#include "ui/chat/conversation_model.h"

#include <QFileInfo>
#include <algorithm>

#include "ui/chat/attention_store.h"
#include "ui/chat/conversation_store.h"
#include "ui/files/openable_path.h"
#include "ui/media/media_kind.h"
#include "ui/session/engine_client.h"

namespace univi::ui {
namespace {

constexpr int kSaveEveryMs = 1000;
constexpr double kOtherWordsTemperature = 0.5;

std::vector<std::string> toStrings(const QStringList& list) {
    std::vector<std::string> out;
    for (const QString& text : list) out.push_back(text.toStdString());
    return out;
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
    save_timer_.setSingleShot(true);
    save_timer_.setInterval(kSaveEveryMs);
    connect(&save_timer_, &QTimer::timeout, this, [this] {
        if (isBusy()) store_->updateTurn(id(), turns().last());
    });
    connect(store_, &ConversationStore::reopened, this, [this] {
        if (stored_) store_->keep(conversation_);
    });
    connect(store_, &ConversationStore::mediumMoved, this, &ConversationModel::onMediumMoved);
    connectEngine();
}

void ConversationModel::connectEngine() {
    connect(engine_, &EngineClient::mediaProgressed, this,
            [this](qint64 id, const protocol::MediaProgressEvent& e) {
                if (!owns(id)) return;
                progress_ = Progress{QString::fromStdString(e.medium),
                                     std::max(e.frames_encoded, 0), e.frames_total};
                Q_EMIT progressChanged();
            });
    connect(engine_, &EngineClient::groupsArrived, this, &ConversationModel::onGroups);
    connect(engine_, &EngineClient::promptStarted, this,
            [this](qint64 id, const protocol::PromptEvent& e) {
                if (id != ask_ || !ask_) return;
                conversation_.turns.last().prompt_tokens = e.prompt_tokens;
                conversation_.turns.last().visual_tokens = e.visual_tokens;
                conversation_.turns.last().model = QString::fromStdString(engine_->model().name);
                progress_.reset();
                Q_EMIT progressChanged();
            });
    connect(engine_, &EngineClient::tokenArrived, this,
            [this](qint64 id, const protocol::TokenEvent& e) {
                if (id == ask_ && ask_) onToken(e);
            });
    connect(engine_, &EngineClient::answered, this,
            [this](qint64 id, const protocol::DoneEvent& e) {
                if (id == ask_ && ask_) onAnswered(e);
            });
    connect(engine_, &EngineClient::encoded, this, &ConversationModel::dropEncode);
    connect(engine_, &EngineClient::modelChanging, this, [this] {
        groups_.clear();
        unreadable_.clear();
        Q_EMIT groupsReset();
    });
    connect(engine_, &EngineClient::framesForgotten, this, [this] {
        groups_.clear();
        Q_EMIT groupsReset();
    });
    connect(engine_, &EngineClient::failed, this, &ConversationModel::onFailed);
}

QStringList ConversationModel::allMedia() const {
    QStringList media;
    for (const Turn& turn : turns()) media << turn.media;
    return media << pending_media_;
}

QList<protocol::TokenGroups> ConversationModel::groups() const {
    QList<protocol::TokenGroups> list;
    const QStringList media = allMedia();
    for (int i = 0; i < media.size(); ++i) {
        if (!groups_.contains(media[i])) continue;
        list << groups_[media[i]];
        list.last().medium = i;
    }
    return list;
}

QString ConversationModel::modelFolder() const {
    const bool ready = engine_->state() == EngineClient::State::Ready;
    return ready ? QString::fromStdString(engine_->model().model) : QString();
}

const ReplyAttention& ConversationModel::attentionOf(int turn) const {
    const auto known = attention_.constFind(turn);
    if (known != attention_.cend()) return *known;
    const QByteArray packed = store_->attention().get(id(), turns()[turn].id);
    return *attention_.insert(turn, unpackAttention(packed).value_or(ReplyAttention()));
}

void ConversationModel::storeAttention(int turn) {
    const ReplyAttention& attention = attention_[turn];
    store_->attention().set(id(), turns()[turn].id,
                            attention.scale > 0 ? packAttention(attention) : QByteArray());
}

ConversationModel::WordAttention ConversationModel::attentionAt(int turn, int position) const {
    if (turn < 0 || turn >= turns().size() || modelFolder().isEmpty()) return {};
    const ReplyAttention& attention = attentionOf(turn);
    const int token = attention.tokenAt(position);
    if (token < 0 || attention.scale <= 0 || attention.model != modelFolder()) return {};
    const ReplyAttention::Token& found = attention.tokens[token];
    const int end = token + 1 < attention.tokens.size() ? attention.tokens[token + 1].start
                                                        : int(turns()[turn].reply.size());
    return {found.shares, attention.scale, found.start, end - found.start};
}

void ConversationModel::addMedia(const QStringList& files) {
    bool added = false;
    QStringList refused;
    unreadable_now_.clear();
    for (const QString& name : files) {
        const QFileInfo file(openablePath(name));
        const QString path = file.absoluteFilePath();
        if (!file.isFile() || mediaKind(path) == MediaKind::Unknown) {
            refused << name;
        } else if (!pending_media_.contains(path)) {
            pending_media_ << path;
            encode(path, true);
            added = true;
        }
    }
    if (!refused.isEmpty()) Q_EMIT problem(refusalSentence(refused));
    if (!added) return;
    Q_EMIT pendingMediaChanged();
    for (const QString& file : pending_media_) emitGroups(file);
}

void ConversationModel::removeMedia(int index) {
    if (index < 0 || index >= pending_media_.size()) return;
    const QString file = pending_media_.takeAt(index);
    for (auto it = encodes_.cbegin(); it != encodes_.cend(); ++it)
        if (it->pending && it->file == file) engine_->stop(it.key());
    Q_EMIT pendingMediaChanged();
    Q_EMIT groupsReset();
}

void ConversationModel::encode(const QString& file, bool pending) {
    if (groups_.value(file).complete) return;
    const qint64 id =
        engine_->encode({this->id().toStdString(), file.toStdString(), options_().max_frames});
    encodes_.insert(id, {file, pending});
}

bool ConversationModel::ask(const QString& question) {
    const QString text = question.trimmed();
    if (text.isEmpty() || isBusy()) return false;
    if (!stored_) {
        conversation_.info = store_->create(id(), titleFromQuestion(text));
        stored_ = true;
    }
    Turn turn;
    turn.question = text;
    turn.media = pending_media_;
    turn.options = options_();
    store_->addTurn(id(), turn);
    conversation_.turns << turn;
    pending_media_.clear();
    Q_EMIT pendingMediaChanged();
    Q_EMIT turnAdded(int(turns().size()) - 1);
    sendAsk(int(turns().size()) - 1);
    return true;
}

void ConversationModel::sendAsk(int index) {
    pause();
    protocol::AskRequest request;
    request.conversation = id().toStdString();
    QStringList carried;
    request.history = history(index, carried);
    request.media = toStrings(carried + turns()[index].media);
    request.question = turns()[index].question.toStdString();
    request.options = turns()[index].options;
    attention_[index] = {};
    ask_ = engine_->ask(request);
    Q_EMIT busyChanged(true);
}

/// Finished turns. A turn without a reply is left out, but what could be read of its media goes
/// with the next question.
std::vector<protocol::PastTurn> ConversationModel::history(int before, QStringList& carried) const {
    std::vector<protocol::PastTurn> past;
    for (int i = 0; i < before; ++i) {
        const Turn& turn = turns()[i];
        if (turn.state == Turn::State::Failed || turn.reply.isEmpty()) {
            for (const QString& medium : turn.media)
                if (groups_.contains(medium)) carried << medium;
            continue;
        }
        past.push_back({toStrings(carried + turn.media), turn.question.toStdString(),
                        turn.reply.toStdString()});
        carried.clear();
    }
    return past;
}

protocol::AskRequest ConversationModel::requestFor(const QString& question) const {
    protocol::AskRequest request;
    request.conversation = id().toStdString();
    QStringList carried;
    request.history = history(int(turns().size()), carried);
    request.media = toStrings(carried + pending_media_);
    request.question = question.toStdString();
    request.options = options_();
    return request;
}

bool ConversationModel::setTurnMedia(int turn, const QStringList& media) {
    if (isBusy() || turn < 0 || turn >= turns().size()) return false;
    conversation_.turns[turn].media = media;
    store_->setTurnMedia(id(), turns()[turn]);
    Q_EMIT turnChanged(turn);
    Q_EMIT groupsReset();
    readMediaAgain();
    return true;
}

void ConversationModel::onMediumMoved(const QString& from, const QString& to) {
    for (int i = 0; i < turns().size(); ++i) {
        QStringList& media = conversation_.turns[i].media;
        if (!media.contains(from)) continue;
        std::replace(media.begin(), media.end(), from, to);
        Q_EMIT turnChanged(i);
    }
    groups_.remove(from);
    unreadable_.remove(from);
    Q_EMIT groupsReset();
    readMediaAgain();
}

void ConversationModel::stop() {
    if (isBusy()) engine_->stop(ask_);
}

void ConversationModel::redo() {
    if (isBusy() || turns().isEmpty()) return;
    Turn& turn = conversation_.turns.last();
    const bool again = turn.state == Turn::State::Failed;
    const std::uint64_t seed = turn.options.seed;
    turn.options = options_();
    if (!again) askForOtherWords(turn.options, seed);
    turn.reply.clear();
    turn.error.clear();
    turn.finish.clear();
    turn.model.clear();
    turn.prompt_tokens = turn.visual_tokens = 0;
    turn.first_token_s = turn.tokens_per_s = 0;
    turn.state = Turn::State::Waiting;
    store_->updateTurn(id(), turn);
    Q_EMIT turnChanged(int(turns().size()) - 1);
    sendAsk(int(turns().size()) - 1);
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

void ConversationModel::editLast(const QString& question) {
    const QString text = question.trimmed();
    if (isBusy() || turns().isEmpty() || text.isEmpty()) return;
    Turn turn = conversation_.turns.takeLast();
    store_->removeTurn(id(), turn.id);
    store_->attention().set(id(), turn.id, {});
    Turn edited;
    edited.question = text;
    edited.media = turn.media;
    edited.options = options_();
    store_->addTurn(id(), edited);
    if (turns().isEmpty()) {
        store_->suggestTitle(id(), titleFromQuestion(text));
        conversation_.info.title = titleFromQuestion(text);
    }
    conversation_.turns << edited;
    Q_EMIT turnChanged(int(turns().size()) - 1);
    sendAsk(int(turns().size()) - 1);
}

void ConversationModel::readMediaAgain() {
    to_read_.clear();
    for (const QString& file : allMedia())
        if (!groups_.value(file).complete && !unreadable_.contains(file) &&
            !to_read_.contains(file) && QFileInfo(file).isFile())
            to_read_ << file;
    encodeNext();
}

void ConversationModel::encodeNext() {
    if (isWorking() || to_read_.isEmpty() || engine_->state() != EngineClient::State::Ready) return;
    encode(to_read_.takeFirst(), false);
}

void ConversationModel::pause() {
    to_read_.clear();
    for (auto it = encodes_.cbegin(); it != encodes_.cend(); ++it)
        if (!it->pending) engine_->stop(it.key());
}

void ConversationModel::onGroups(qint64 id, const protocol::TokenGroups& groups) {
    if (!owns(id)) return;
    const QString file = QString::fromStdString(groups.source);
    groups_.insert(file, groups);
    emitGroups(file);
}

void ConversationModel::emitGroups(const QString& file) {
    if (!groups_.contains(file)) return;
    const QStringList media = allMedia();
    for (int i = 0; i < media.size(); ++i) {
        if (media[i] != file) continue;
        protocol::TokenGroups groups = groups_[file];
        groups.medium = i;
        Q_EMIT groupsChanged(groups);
    }
}

void ConversationModel::onToken(const protocol::TokenEvent& token) {
    const int index = int(turns().size()) - 1;
    Turn& turn = conversation_.turns.last();
    progress_.reset();
    turn.state = Turn::State::Streaming;
    const int start = int(turn.reply.size());
    QString text = QString::fromStdString(token.text);
    // The whole reply is trimmed at its end; what grows is, too, so that no place in it moves.
    if (turn.reply.isEmpty())
        while (!text.isEmpty() && text.front().isSpace()) text.remove(0, 1);
    turn.reply += text;
    if (!token.text.empty() || !token.attention.empty()) {
        attention_[index].model = modelFolder();
        attention_[index].add(start, token.attention);
    }
    if (!save_timer_.isActive()) save_timer_.start();
    Q_EMIT turnChanged(index);
}

void ConversationModel::onAnswered(const protocol::DoneEvent& done) {
    Turn& turn = conversation_.turns.last();
    const QString reply = QString::fromStdString(done.reply);
    // The whole reply is trimmed; the tokens' places move with it.
    const int shift = std::max<int>(0, int(turn.reply.indexOf(reply)));
    for (ReplyAttention::Token& told : attention_[int(turns().size()) - 1].tokens)
        told.start = std::max(0, told.start - shift);
    turn.reply = reply;
    turn.finish = QString::fromStdString(to_string(done.finish));
    turn.state =
        done.finish == protocol::Finish::Stopped ? Turn::State::Stopped : Turn::State::Done;
    turn.prompt_tokens = done.prompt_tokens;
    turn.visual_tokens = done.visual_tokens;
    turn.first_token_s = done.first_token_s;
    turn.tokens_per_s = done.decode_tokens_per_s;
    endTurn();
}

void ConversationModel::onFailed(qint64 id, const QString& kind, const QString& message) {
    if (!owns(id)) return;
    if (id != ask_) {
        const Encode encode = encodes_.value(id);
        if (kind != QLatin1String("stopped")) unreadable_.insert(encode.file);
        dropEncode(id);
        // A file that cannot be read leaves the composer; what was typed stays. A dead engine is no
        // fault of the file.
        const bool bad_file =
            kind != QLatin1String("stopped") && kind != QLatin1String("internal") && encode.pending;
        const int index = int(pending_media_.indexOf(encode.file));
        if (!bad_file || index < 0) return;
        removeMedia(index);
        unreadable_now_ << encode.file;
        Q_EMIT problem(unreadable_now_.size() == 1
                           ? message
                           : tr("%1 could not be read and were left out; choose other files.")
                                 .arg(namesOf(unreadable_now_)));
        return;
    }
    Turn& turn = conversation_.turns.last();
    const bool stopped = kind == QLatin1String("stopped");
    turn.state = stopped ? Turn::State::Stopped : Turn::State::Failed;
    turn.finish = stopped ? QStringLiteral("stopped") : QString();
    turn.error = stopped ? QString() : message;
    endTurn();
}

void ConversationModel::endTurn() {
    const int index = int(turns().size()) - 1;
    ask_ = 0;
    progress_.reset();
    save_timer_.stop();
    store_->updateTurn(id(), turns().last());
    storeAttention(index);
    Q_EMIT turnChanged(index);
    Q_EMIT progressChanged();
    Q_EMIT busyChanged(false);
    Q_EMIT turnFinished(index);
}

void ConversationModel::dropEncode(qint64 id) {
    if (encodes_.remove(id) == 0) return;
    if (!isWorking()) progress_.reset();
    Q_EMIT progressChanged();
    encodeNext();
}

}  // namespace univi::ui
