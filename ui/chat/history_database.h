#pragma once

#include <QList>
#include <functional>
#include <optional>

#include "ui/chat/conversation.h"
#include "ui/chat/history_connection.h"
#include "ui/chat/history_error.h"
#include "ui/chat/history_turns.h"

namespace univi::ui {

/// The tables of the conversations in one SQLite file, or in memory. Every function throws
/// HistoryError. ConversationStore decides what happens then. One thread.
class HistoryDatabase {
  public:
    /// Opens `file`, or makes it; an empty name keeps everything in memory.
    explicit HistoryDatabase(const QString& file,
                             HistoryConnection::Access access = HistoryConnection::Access::Write)
        : connection_(file, access), turns_(connection_) {}

    bool isInMemory() const { return connection_.isInMemory(); }
    /// Looks through the pages; `thoroughly`: also compares the indexes with their tables.
    bool isWhole(bool thoroughly) { return connection_.isWhole(thoroughly); }
    /// Either all of `work` happens or nothing.
    void inTransaction(const std::function<void()>& work) { connection_.inTransaction(work); }

    void create(const ConversationInfo& info);
    std::optional<Conversation> read(const QString& id);
    QList<ConversationInfo> list(const QString& words);
    void rename(const QString& id, const QString& title, bool byUser);
    void setPinned(const QString& id, bool pinned);
    void setSettings(const QString& id, const ChatSettings& settings);
    QList<ConversationFolder> folders();
    void addFolder(const QString& name);
    void renameFolder(const QString& name, const QString& to);
    void removeFolder(const QString& name);
    void setFolderClosed(const QString& name, bool closed);
    void setFolder(const QString& id, const QString& folder);
    void remove(const QString& id);
    /// Makes the stored conversation equal to this one, its turns under their own ids.
    void keep(const Conversation& conversation);

    HistoryTurns& turns() { return turns_; }
    /// The conversation was changed now.
    void addTurn(const QString& conversation, Turn& turn);
    void updateTurn(const QString& conversation, const Turn& turn);

    Draft draft(const QString& conversation);
    void setDraft(const QString& conversation, const Draft& draft);

  private:
    HistoryConnection connection_;
    HistoryTurns turns_;
};

}  // namespace univi::ui
