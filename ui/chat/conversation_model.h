#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <functional>
#include <optional>
#include <vector>

#include "core/protocol/token_groups.h"
#include "ui/chat/conversation.h"
#include "ui/chat/reply_attention.h"

namespace univi::ui {

class ConversationStore;
class EngineClient;

/// One open conversation: its turns, the media waiting for the next question, what the engine is
/// doing for it, and the token groups of its media. Testable without a window. Asks through an
/// EngineClient, keeps every change in a ConversationStore.
class ConversationModel : public QObject {
    Q_OBJECT
  public:
    using Attention = std::vector<std::vector<float>>;  ///< per medium, per visual token
    using OptionsSource = std::function<protocol::GenerationOptions()>;

    /// A medium being read.
    struct Progress {
        QString medium;
        int frames_encoded = 0, frames_total = 0;
    };

    ConversationModel(EngineClient* engine, ConversationStore* store, OptionsSource options,
                      Conversation conversation, QObject* parent = nullptr);

    QString id() const { return conversation_.info.id; }
    const Conversation& conversation() const { return conversation_; }
    const QList<Turn>& turns() const { return conversation_.turns; }
    const QStringList& pendingMedia() const { return pending_media_; }
    bool isNew() const { return conversation_.turns.isEmpty(); }
    /// A question is being answered.
    bool isBusy() const { return ask_ != 0; }
    /// A question or a medium is being worked on.
    bool isWorking() const { return ask_ != 0 || !encodes_.isEmpty(); }
    std::optional<Progress> progress() const { return progress_; }
    QList<protocol::TokenGroups> groups() const;
    /// What a token of a reply looked at.
    struct WordAttention {
        Attention shares;           ///< empty when it is not known
        float scale = 0;            ///< the largest share of any token of the reply
        int start = 0, length = 0;  ///< the token's text in the reply
    };
    /// Of the token at character `position`. Replies of an earlier start are looked up in the
    /// store; those of another model than the loaded one are not known: the groups are not theirs.
    WordAttention attentionAt(int turn, int position) const;

    /// Files to talk about; they are read at once. What is no picture or video is
    /// refused by `problem`.
    void addMedia(const QStringList& files);
    void removeMedia(int index);
    /// Asks with the pending media. False when the question is empty or one is being answered.
    bool ask(const QString& question);
    /// What ask() would send now.
    protocol::AskRequest requestFor(const QString& question) const;
    /// Other media for a turn, also a past one: later questions go without those that are gone.
    /// False while a question is being answered.
    bool setTurnMedia(int turn, const QStringList& media);
    void stop();
    /// Another reply to the last question (or the same again after an error).
    void redo();
    void editLast(const QString& question);
    /// Encodes media of earlier turns whose groups are not known, once the model is loaded.
    void readMediaAgain();
    /// Stops reading media that nobody waits for; a reply goes on.
    void pause();

  Q_SIGNALS:
    void turnAdded(int index);
    void turnChanged(int index);
    void turnFinished(int index);
    void pendingMediaChanged();
    void busyChanged(bool busy);
    void progressChanged();
    void groupsChanged(const univi::protocol::TokenGroups& groups);
    /// The media and their numbers changed: everything shown of groups is out of date.
    void groupsReset();
    /// One sentence that belongs to no turn.
    void problem(const QString& sentence);

  private:
    const ReplyAttention& attentionOf(int turn) const;
    void storeAttention(int turn);
    QString modelFolder() const;
    void connectEngine();
    void sendAsk(int index);
    std::vector<protocol::PastTurn> history(int before, QStringList& carried) const;
    QStringList allMedia() const;
    void encode(const QString& file, bool pending);
    void encodeNext();
    void emitGroups(const QString& file);
    void onGroups(qint64 id, const protocol::TokenGroups& groups);
    void onToken(const protocol::TokenEvent& token);
    void onAnswered(const protocol::DoneEvent& done);
    void onFailed(qint64 id, const QString& kind, const QString& message);
    void onMediumMoved(const QString& from, const QString& to);
    void endTurn();
    void askForOtherWords(protocol::GenerationOptions& options, std::uint64_t seed) const;
    void dropEncode(qint64 id);
    bool owns(qint64 id) const { return id != 0 && (id == ask_ || encodes_.contains(id)); }

    EngineClient* engine_;
    ConversationStore* store_;
    OptionsSource options_;
    Conversation conversation_;
    bool stored_;
    QStringList pending_media_;
    QStringList unreadable_now_;  ///< of the files that were added last
    qint64 ask_ = 0;
    struct Encode {
        QString file;
        bool pending = false;  ///< of the composer, not of an earlier turn
    };
    QHash<qint64, Encode> encodes_;
    QStringList to_read_;       ///< media of earlier turns still to encode, one at a time
    QSet<QString> unreadable_;  ///< failed once: not tried again without being asked
    std::optional<Progress> progress_;
    QHash<QString, protocol::TokenGroups> groups_;
    /// per turn, read from the store when asked for
    mutable QHash<int, ReplyAttention> attention_;
    QTimer save_timer_;
};

}  // namespace univi::ui
