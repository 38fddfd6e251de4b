#pragma once

#include <QList>
#include <QSqlDatabase>
#include <functional>
#include <optional>

#include "ui/chat/conversation.h"
#include "ui/chat/history_error.h"

class QSqlQuery;

namespace univi::ui {

/// The tables of the conversations in one SQLite file, or in memory. Every function throws
/// HistoryError. ConversationStore decides what happens then. One thread.
class HistoryDatabase {
  public:
    /// Opens `file`, or makes it; an empty name keeps everything in memory.
    explicit HistoryDatabase(const QString& file);
    ~HistoryDatabase();
    HistoryDatabase(const HistoryDatabase&) = delete;
    HistoryDatabase& operator=(const HistoryDatabase&) = delete;

    bool isInMemory() const { return file_.isEmpty(); }
    /// Looks through the pages; `thoroughly`: also compares the indexes with their tables.
    bool isWhole(bool thoroughly);

    /// Either all of `work` happens or nothing.
    void inTransaction(const std::function<void()>& work);

    void create(const ConversationInfo& info);
    std::optional<Conversation> read(const QString& id);
    QList<ConversationInfo> list(const QString& words);
    void rename(const QString& id, const QString& title, bool byUser);
    void remove(const QString& id);
    /// Makes the stored conversation equal to this one, its turns under their own ids.
    void keep(const Conversation& conversation);

    /// Sets the turn's id.
    void addTurn(const QString& conversation, Turn& turn);
    void updateTurn(const QString& conversation, const Turn& turn);
    void removeTurn(const QString& conversation, qint64 turn);
    /// Stores the turn's media in place of those it had.
    void setMedia(const Turn& turn);
    /// Every turn that names `from` names `to` instead; returns how many did.
    int moveMedium(const QString& from, const QString& to);

    Draft draft(const QString& conversation);
    void setDraft(const QString& conversation, const Draft& draft);

  private:
    void open();
    void checkWritable();
    void migrate();
    int version();
    QSqlQuery run(const QString& sql, const QVariantList& values = {});
    qint64 keepTurn(const QString& conversation, Turn turn);
    void writeMedia(qint64 turn, const QStringList& media);
    QList<Turn> readTurns(const QString& conversation);

    QSqlDatabase database_;
    QString connection_, file_;
};

}  // namespace univi::ui
