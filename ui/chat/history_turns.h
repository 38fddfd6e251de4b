#pragma once

#include <QList>
#include <QString>

#include "ui/chat/conversation.h"

namespace univi::ui {

class HistoryConnection;

/// The turns of the history and their media, as rows. Every function throws HistoryError.
class HistoryTurns {
  public:
    explicit HistoryTurns(HistoryConnection& connection) : connection_(connection) {}

    /// Oldest first, of every branch.
    QList<Turn> read(const QString& conversation);
    /// Says whether a conversation has more turns than that, without reading them.
    bool areMoreThan(int count, const QString& conversation);
    /// Sets the turn's id.
    void add(const QString& conversation, Turn& turn);
    /// False when the row is not there.
    bool update(const QString& conversation, const Turn& turn);
    /// Stores the turn under its own id, or under a new one where it has none; returns that.
    qint64 keep(const QString& conversation, Turn turn);
    void remove(const QString& conversation, qint64 turn);
    void removeAllBut(const QString& conversation, const QList<qint64>& turns);
    void setChosen(const QList<Turn>& turns);
    /// Stores the turn's media in place of those it had.
    void setMedia(const Turn& turn);
    /// Every turn that names `from` names `to` instead.
    void moveMedium(const QString& from, const QString& to);

  private:
    void writeMedia(qint64 turn, const Media& media);
    HistoryConnection& connection_;
};

/// A null QString would be stored as NULL.
QVariant storedText(const QString& value);
/// SQLite folds the case of ASCII only; what is searched is stored folded beside what is shown.
QString folded(const QString& text);

}  // namespace univi::ui
