#pragma once

#include <QHash>
#include <QObject>
#include <optional>
#include <utility>

#include "core/protocol/engine_protocol.h"
#include "ui/chat/attention_cache.h"

namespace univi::ui {

class EngineClient;

/// What the replies of one conversation looked at: the mean over layers and heads as it was
/// reported while they were made, or a layer or head that a person chose, which is asked of the
/// engine a reply at a time and kept while it is chosen. GUI thread.
class ReplyLooks : public QObject {
    Q_OBJECT
  public:
    ReplyLooks(EngineClient* engine, ConversationStore* store, const QString& conversation,
               QObject* parent);

    AttentionCache& mean() { return mean_; }
    const AttentionCache& mean() const { return mean_; }
    const protocol::AttentionChoice& choice() const { return choice_; }
    /// Forgets what was known of another choice. What is chosen is then asked for by need().
    void choose(const protocol::AttentionChoice& choice);
    bool isAsking() const { return request_ != 0; }
    bool isMean() const { return choice_ == protocol::AttentionChoice(); }
    /// As it is chosen; empty while that is not known. Valid until the next call.
    const ReplyAttention& of(qint64 turn) const;
    /// Asks for what is chosen of a turn, unless it is known, on its way, or was refused.
    /// `request`: its question and reply. The one asked for last is asked next.
    void need(qint64 turn, const protocol::AttentionRequest& request);
    /// What draws the attention of all words of a reply, as far as the engine said it.
    std::vector<protocol::AttentionSink> sinks(qint64 turn) const { return sinks_.value(turn); }
    /// The turn has another reply, or none.
    void forget(qint64 turn);
    /// Stops what is asked for; it can be asked again.
    void pause();

  Q_SIGNALS:
    /// A turn's attention as it is chosen is known now.
    void arrived(qint64 turn);
    /// One sentence; the turn's is not asked for again.
    void failed(const QString& sentence);

  private:
    void send(qint64 turn, const protocol::AttentionRequest& request);
    void onToken(const protocol::TokenEvent& token);
    void onEnd(const protocol::AttentionEvent& event);
    void onFailed(const QString& kind, const QString& message);
    void sendNext();

    EngineClient* engine_;
    AttentionCache mean_;
    protocol::AttentionChoice choice_;
    QHash<qint64, ReplyAttention> known_;  ///< as it is chosen
    QHash<qint64, std::vector<protocol::AttentionSink>> sinks_;
    qint64 request_ = 0, turn_ = 0;  ///< at work
    ReplyAttention coming_;
    int length_ = 0;  ///< of the reply as far as it has come
    std::optional<std::pair<qint64, protocol::AttentionRequest>> next_;
};

}  // namespace univi::ui
