#pragma once

#include <QByteArray>
#include <QSet>
#include <QSqlDatabase>
#include <QString>

class QSqlQuery;

namespace univi::ui {

/// What the words of stored replies looked at, in an SQLite file beside the conversations: it can
/// be lost without losing a word, so it never throws. A file that cannot be used (damaged, a
/// folder that cannot be written) is replaced or, at worst, kept in memory, with a line in the
/// log. GUI thread.
class AttentionStore {
  public:
    explicit AttentionStore(const QString& file);
    ~AttentionStore();
    AttentionStore(const AttentionStore&) = delete;
    AttentionStore& operator=(const AttentionStore&) = delete;

    /// `packed`: of packAttention(); empty bytes remove the record.
    void set(const QString& conversation, qint64 turn, const QByteArray& packed);
    /// Empty when nothing is known of the turn.
    QByteArray get(const QString& conversation, qint64 turn) const;
    /// Forgets everything of conversations that are not among these.
    void keepOnly(const QSet<QString>& conversations);

  private:
    bool open(const QString& file);
    QSqlQuery run(const QString& sql, const QVariantList& values = {}) const;

    QString connection_;
    QSqlDatabase database_;
};

}  // namespace univi::ui
