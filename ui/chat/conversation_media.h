#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <functional>
#include <optional>

#include "core/protocol/token_groups.h"
#include "ui/chat/medium.h"

namespace univi::ui {

class EngineClient;

/// The pictures and videos of one conversation: those that wait in the composer, how far the engine
/// is with reading one, and the token groups of all that were read. GUI thread.
class ConversationMedia : public QObject {
    Q_OBJECT
  public:
    /// A medium being read.
    struct Progress {
        QString medium;
        int frames_encoded = 0, frames_total = 0;
    };
    /// What it needs to know of the conversation.
    struct Source {
        QString conversation;
        std::function<Media()> of_turns;  ///< media of the turns that are shown
        std::function<int()> max_frames;
    };
    ConversationMedia(EngineClient* engine, Source source, QObject* parent);

    const Media& pending() const { return pending_; }
    /// Media of the turns, then those that wait.
    Media all() const;
    QList<protocol::TokenGroups> groups() const;
    /// Its groups are known.
    bool isRead(const Medium& medium) const { return groups_.contains(medium); }
    std::optional<Progress> progress() const { return progress_; }
    /// For a person; what a live camera gives is read all the time.
    bool isReading() const;

    /// What is no picture or video is refused by `problem`; the others are read at once.
    void add(const Media& media);
    void remove(int index);
    /// Another part of a video that waits; it is read at once.
    void setClip(int index, const base::ClipRange& clip);
    /// Another order of those that wait.
    void move(int from, int to);
    /// Those that wait go with a question.
    Media takePending();
    /// Those that wait and stay where they are: all but the window of a live camera.
    Media lasting() const;
    /// Reads a newer window of a live camera; once that is done it takes the place of the one that
    /// waits. Answered by liveShown or liveFailed.
    void readLive(const Medium& window);
    /// No window of a camera waits or is read any more. No signal follows of it.
    void dropLive();
    /// Those of a question that was taken back wait again, before the others.
    void putBack(const Media& media);
    /// Reads what is not known of the turns' media, once the model is loaded.
    void readAgain();
    /// Stops reading what nobody waits for.
    void pause();
    /// A question is being answered (0: none); what it reports of media is this conversation's.
    void setAsk(qint64 id) { ask_ = id; }
    /// Nothing is being read for the question any more.
    void endProgress();
    /// A file is another now, or gone.
    void forget(const QString& file);

  Q_SIGNALS:
    void pendingChanged();
    void progressChanged();
    void groupsChanged(const univi::protocol::TokenGroups& groups);
    /// The media and their numbers changed: everything shown of groups is out of date.
    void groupsReset();
    /// One sentence that belongs to no turn.
    void problem(const QString& sentence);
    /// A window of a live camera waits now, in place of the one before.
    void liveShown(const univi::ui::Medium& window);
    /// One could not be read. No sentence: it was stopped.
    void liveFailed(const univi::ui::Medium& window, const QString& sentence);
    /// The one that waited is a medium as any other: a question goes with it, or a part of it was
    /// chosen.
    void liveTaken(const univi::ui::Medium& window);
    /// A person took it out.
    void liveRemoved();

  private:
    /// Who waits for a medium that is read: the composer, an earlier turn, a live camera.
    enum class For { Composer, Turn, Camera };
    struct Encode {
        Medium medium;
        For whom = For::Turn;
    };
    void connectEngine();
    bool owns(qint64 id) const { return id != 0 && (id == ask_ || encodes_.contains(id)); }
    void encode(const Medium& medium, For whom);
    void onEncoded(qint64 id);
    void showLive(const Medium& window);
    bool isLive(qint64 id) const { return encodes_.value(id).whom == For::Camera; }
    void encodeNext();
    void drop(qint64 id);
    void onFailed(qint64 id, const QString& kind, const QString& message);
    void stopReading(const Medium& medium);
    void emitGroups(const Medium& medium);

    EngineClient* engine_;
    Source source_;
    Media pending_;
    Medium live_;                 ///< of those that wait
    Medium reading_live_;         ///< which is to take its place
    QStringList unreadable_now_;  ///< of the files that were added last
    QHash<qint64, Encode> encodes_;
    Media to_read_;            ///< media of earlier turns still to encode, one at a time
    QSet<Medium> unreadable_;  ///< failed once: not tried again without being asked
    std::optional<Progress> progress_;
    QHash<Medium, protocol::TokenGroups> groups_;
    qint64 ask_ = 0;
};

}  // namespace univi::ui
