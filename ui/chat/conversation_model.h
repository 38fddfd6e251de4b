#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <optional>
#include <vector>

#include "ui/chat/conversation.h"
#include "ui/chat/conversation_media.h"
#include "ui/chat/reply_attention.h"
#include "ui/chat/turn_branches.h"

namespace univi::ui {

class ConversationStore;
class EngineClient;
class ReplyLooks;

/// One open conversation: the turns of the branch that is shown, the questions that wait for the
/// reply before them, and what the engine is doing for it. Testable without a window. Asks through
/// an EngineClient, keeps every change in a ConversationStore. The engine gets what is shown.
class ConversationModel : public QObject {
    Q_OBJECT
  public:
    using OptionsSource = std::function<protocol::GenerationOptions()>;
    using Progress = ConversationMedia::Progress;

    ConversationModel(EngineClient* engine, ConversationStore* store, OptionsSource options,
                      Conversation conversation, QObject* parent = nullptr);

    QString id() const { return conversation_.info.id; }
    const Conversation& conversation() const { return conversation_; }
    const QList<Turn>& turns() const { return conversation_.turns; }
    const Media& pendingMedia() const { return media_->pending(); }
    ConversationMedia* media() const { return media_; }
    bool isNew() const { return conversation_.turns.isEmpty(); }
    /// A question is being answered.
    bool isBusy() const { return ask_ != 0; }
    /// The turn that is being answered; -1: none.
    int activeTurn() const { return active_; }
    /// The last turn that was asked, whatever waits after it; -1: none.
    int lastAsked() const;
    /// Questions that wait.
    int queued() const { return int(turns().size()) - 1 - lastAsked(); }
    /// A question or a medium is being worked on.
    bool isWorking() const { return ask_ != 0 || media_->isReading(); }
    std::optional<Progress> progress() const { return media_->progress(); }
    QList<protocol::TokenGroups> groups() const { return media_->groups(); }
    /// What replies look at, and in which layer or head that is meant.
    ReplyLooks* looks() const { return looks_; }
    using WordAttention = ReplyAttention::Word;
    /// What is shown of a reply. Those of an earlier start are looked up in the store; empty where
    /// it is not known, or of another model than the loaded one: the groups are not its. Valid
    /// until the next call.
    const ReplyAttention& attentionOf(int turn) const;
    /// Of the token at character `position`.
    WordAttention attentionAt(int turn, int position) const;
    /// Asks for what is shown of a reply where another layer or head than the mean is chosen.
    void lookAgain(int turn);

    /// Files to talk about; they are read at once. What is no picture or video is
    /// refused by `problem`.
    void addMedia(const Media& media) { media_->add(media); }
    void removeMedia(int index) { media_->remove(index); }
    /// Another part of a video that goes with the next question.
    void setMediumClip(int index, const base::ClipRange& clip) { media_->setClip(index, clip); }
    /// Another place for one of the media that go with the next question.
    void moveMedia(int from, int to) { media_->move(from, to); }
    /// Asks with the pending media, after the questions that wait already. False when the question
    /// is empty.
    bool ask(const QString& question);
    /// What this conversation is asked with in place of the settings.
    const ChatSettings& settings() const { return conversation_.settings; }
    void setSettings(const ChatSettings& settings);
    /// What the next question is asked with.
    protocol::GenerationOptions options() const;
    /// What ask() would send now.
    protocol::AskRequest requestFor(const QString& question) const;
    /// Other media for a turn, also a past one: later questions go without those that are gone.
    /// False while a question is being answered.
    bool setTurnMedia(int turn, const Media& media);
    /// Ends the reply. Questions that wait go on waiting until askQueued().
    void stop();
    /// Asks the first question that waits, unless one is being answered.
    void askQueued();
    /// A question that waits is taken out; its media wait in the composer again. Returns its text,
    /// empty when the turn does not wait.
    QString takeBack(int turn);
    /// Another reply to the last question beside the one that is there, or the same again where
    /// nothing came.
    void redo();
    /// Asks a turn's question in other words, on a branch beside it. False when that is empty or a
    /// question is being answered.
    bool edit(int turn, const QString& question);
    void editLast(const QString& question) { edit(lastAsked(), question); }
    BranchPlace branchOf(int turn) const { return branchPlace(conversation_, turn); }
    /// Shows the branch `step` places beside that of a turn. Nothing happens while a question is
    /// being answered.
    void switchBranch(int turn, int step);
    /// Shows the branch of a turn by its id; returns its place, -1 where that cannot be.
    int reveal(qint64 turn);
    /// Encodes media of earlier turns whose groups are not known, once the model is loaded.
    void readMediaAgain() { media_->readAgain(); }
    /// Stops reading media that nobody waits for; a reply goes on.
    void pause() { media_->pause(); }

  Q_SIGNALS:
    void turnAdded(int index);
    void turnChanged(int index);
    void turnFinished(int index);
    /// From `index` on there are other turns, more or fewer.
    void turnsReset(int index);
    void pendingMediaChanged();
    void busyChanged(bool busy);
    void progressChanged();
    void groupsChanged(const univi::protocol::TokenGroups& groups);
    /// The media and their numbers changed: everything shown of groups is out of date.
    void groupsReset();
    void settingsChanged();
    /// One sentence that belongs to no turn.
    void problem(const QString& sentence);
    /// A reply ended without being done while questions wait for it: they go on waiting.
    void queueHeld(int questions);

  private:
    QString modelFolder() const;
    void makeMedia();
    void connectEngine();
    Turn newTurn(const QString& question, const Media& media) const;
    void append(Turn turn);
    void branchAt(int index, Turn turn);
    void sendAsk(int index);
    protocol::AskRequest requestOf(const Turn& turn, int before) const;
    Media turnMedia() const;
    void onPrompt(const protocol::PromptEvent& prompt);
    void onToken(const protocol::TokenEvent& token);
    void onAnswered(const protocol::DoneEvent& done);
    void onFailed(const QString& kind, const QString& message);
    void onMediumMoved(const QString& from, const QString& to);
    void endTurn();
    void askForOtherWords(protocol::GenerationOptions& options, std::uint64_t seed) const;

    EngineClient* engine_;
    ConversationStore* store_;
    OptionsSource options_;
    Conversation conversation_;
    bool stored_;
    ConversationMedia* media_ = nullptr;
    ReplyLooks* looks_ = nullptr;
    qint64 ask_ = 0;
    int active_ = -1;
    QTimer save_timer_;
};

}  // namespace univi::ui
