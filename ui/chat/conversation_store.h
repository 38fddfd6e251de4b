#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <functional>
#include <memory>
#include <optional>

#include "ui/chat/conversation.h"

namespace univi::ui {

class AttentionStore;
class HistoryDatabase;
class HistoryError;

/// All conversations in one SQLite file. Every change is a transaction on disk before the call
/// returns, so a kill loses nothing but the last second of a streaming reply. Nothing here throws:
/// a damaged file is set aside and what can be read of it is saved into a new one, at the start or
/// when the damage shows; where nothing can be written the conversations are kept in memory, and
/// written as soon as there is room again. Either is said in one sentence. GUI thread.
class ConversationStore : public QObject {
    Q_OBJECT
  public:
    /// `file` empty: conversations.sqlite of the data folder.
    explicit ConversationStore(const QString& file = {}, QObject* parent = nullptr);
    ~ConversationStore() override;

    /// One sentence about what was wrong with the file at the start, else empty.
    QString notice() const { return notice_; }
    /// False while conversations last only as long as the program.
    bool isOnDisk() const;

    /// Where they are kept on disk.
    const QString& file() const { return file_; }

    /// An id for a conversation that may be created later.
    static QString makeId();
    /// Another conversation's title gets a number, "What is this? (2)".
    ConversationInfo create(const QString& id, const QString& title);
    std::optional<Conversation> read(const QString& id);
    /// It is on disk and has so many turns that reading them takes a while.
    bool isLong(const QString& id);
    /// Pinned ones first, then the newest; with `words`, those whose title, questions or replies
    /// (of any branch) contain every word, whatever the case.
    QList<ConversationInfo> list(const QString& words = {});
    void rename(const QString& id, const QString& title);
    void setPinned(const QString& id, bool pinned);
    void setSettings(const QString& id, const ChatSettings& settings);
    /// Those without a conversation too, in the person's order of letters.
    QList<ConversationFolder> folders();
    /// Nothing changes where there is one of that name.
    void addFolder(const QString& name);
    /// One of the new name takes in what lay in the old one.
    void renameFolder(const QString& name, const QString& to);
    /// Its conversations lie in no folder then.
    void removeFolder(const QString& name);
    void setFolderClosed(const QString& name, bool closed);
    void setFolder(const QString& id, const QString& folder);
    void remove(const QString& id);
    /// Puts a removed conversation back as it was.
    void restore(const Conversation& conversation);
    /// Stores a conversation under a new id, with new ids of its turns and with all branches, and
    /// with a title that no other has; returns that id, empty where nothing could be stored.
    QString addCopy(const Conversation& conversation);
    /// The same of a stored one, with what the words of its replies looked at.
    QString duplicate(const QString& id);
    /// Makes the stored conversation equal to the one that the window holds.
    void keep(const Conversation& conversation);

    /// Sets the turn's id.
    void addTurn(const QString& conversation, Turn& turn);
    void updateTurn(const QString& conversation, const Turn& turn);
    void removeTurn(const QString& conversation, qint64 turn);
    /// Stores which of the turns is shown of those that follow the same one.
    void setChosen(const QString& conversation, const QList<Turn>& turns);
    /// Stores the turn's media in place of those it had.
    void setTurnMedia(const QString& conversation, const Turn& turn);
    /// Every turn that names `from` names `to` from now on.
    void moveMedium(const QString& from, const QString& to);
    /// Sets the title unless the user chose one, numbered as create() does; returns it.
    QString suggestTitle(const QString& id, const QString& title);

    /// What is typed in a conversation; that of a new chat has an empty id.
    Draft draft(const QString& id);
    void setDraft(const QString& id, const Draft& draft);
    /// What the words of replies looked at, in a file of its own beside the conversations.
    AttentionStore& attention();

  Q_SIGNALS:
    void changed();
    /// One sentence: something could not be read or written.
    void failed(const QString& sentence);
    /// One sentence about where the conversations are kept from now on.
    void noticed(const QString& sentence);
    /// Another file took the place of the former one: who holds a conversation keeps it again.
    void reopened();
    void mediumMoved(const QString& from, const QString& to);

  private:
    QString freeTitle(const QString& title, const QString& id);
    using Work = std::function<void(HistoryDatabase&)>;
    void open(bool sureOfDamage);
    void keepInMemory(const QString& sentence, bool canReturn);
    bool attempt(const Work& work);
    bool change(const QString& conversation, const Work& work);
    void changeFolders(const Work& work);
    QString addCopy(const Conversation& conversation, QHash<qint64, qint64>& ids);
    bool mend(const HistoryError& error);
    void returnToDisk();

    QString file_, notice_;
    std::unique_ptr<HistoryDatabase> database_;
    std::unique_ptr<AttentionStore> attention_;  ///< opened when first asked for
    bool can_return_ = false;                    ///< in memory, but the file may become writable
    QSet<QString> kept_in_memory_, removed_in_memory_;
};

}  // namespace univi::ui
