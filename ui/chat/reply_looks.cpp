#include "ui/chat/reply_looks.h"

#include "ui/session/engine_client.h"

namespace univi::ui {

ReplyLooks::ReplyLooks(EngineClient* engine, ConversationStore* store, const QString& conversation,
                       QObject* parent)
    : QObject(parent), engine_(engine), mean_(store, conversation) {
    const auto is_ours = [this](qint64 id) { return id == request_ && request_ != 0; };
    connect(engine, &EngineClient::tokenArrived, this,
            [this, is_ours](qint64 id, const protocol::TokenEvent& token) {
                if (is_ours(id)) onToken(token);
            });
    connect(engine, &EngineClient::lookedAgain, this,
            [this, is_ours](qint64 id, const protocol::AttentionEvent& event) {
                if (is_ours(id)) onEnd(event);
            });
    connect(engine, &EngineClient::failed, this,
            [this, is_ours](qint64 id, const QString& kind, const QString& message) {
                if (is_ours(id)) onFailed(kind, message);
            });
    connect(engine, &EngineClient::modelChanging, this, [this] {
        pause();
        known_.clear();
        sinks_.clear();
    });
}

void ReplyLooks::choose(const protocol::AttentionChoice& choice) {
    if (choice == choice_) return;
    pause();
    choice_ = choice;
    known_.clear();
    sinks_.clear();
}

const ReplyAttention& ReplyLooks::of(qint64 turn) const {
    if (isMean()) return mean_.of(turn);
    static const ReplyAttention unknown;
    const auto known = known_.constFind(turn);
    return known == known_.constEnd() ? unknown : *known;
}

void ReplyLooks::need(qint64 turn, const protocol::AttentionRequest& request) {
    if (isMean() || known_.contains(turn) || (request_ != 0 && turn_ == turn)) return;
    if (request_ != 0)
        next_ = {turn, request};
    else
        send(turn, request);
}

void ReplyLooks::send(qint64 turn, const protocol::AttentionRequest& request) {
    turn_ = turn;
    coming_ = {};
    length_ = 0;
    protocol::AttentionRequest chosen = request;
    chosen.choice = choice_;
    request_ = engine_->lookAgain(chosen);
}

/// As ConversationModel takes a reply's tokens: their places are the same.
void ReplyLooks::onToken(const protocol::TokenEvent& token) {
    QString text = QString::fromStdString(token.text);
    if (length_ == 0)
        while (!text.isEmpty() && text.front().isSpace()) text.remove(0, 1);
    if (!token.text.empty() || !token.attention.empty()) coming_.add(length_, token.attention);
    length_ += int(text.size());
}

void ReplyLooks::onEnd(const protocol::AttentionEvent& event) {
    request_ = 0;
    coming_.model = QString::fromStdString(engine_->model().model);
    known_.insert(turn_, std::exchange(coming_, {}));
    sinks_.insert(turn_, event.sinks);
    Q_EMIT arrived(turn_);
    sendNext();
}

void ReplyLooks::onFailed(const QString& kind, const QString& message) {
    request_ = 0;
    if (kind != QLatin1String("stopped")) {
        known_.insert(turn_, {});
        Q_EMIT failed(message);
    }
    sendNext();
}

void ReplyLooks::sendNext() {
    if (!next_ || request_ != 0) return;
    const auto next = *std::exchange(next_, std::nullopt);
    if (!known_.contains(next.first)) send(next.first, next.second);
}

void ReplyLooks::forget(qint64 turn) {
    if (turn_ == turn) pause();
    known_.remove(turn);
    sinks_.remove(turn);
}

void ReplyLooks::pause() {
    next_.reset();
    if (const qint64 asked = std::exchange(request_, 0)) engine_->stop(asked);
}

}  // namespace univi::ui
