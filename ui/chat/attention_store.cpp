#include "ui/chat/attention_store.h"

#include <QFile>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

#include "core/base/log.h"

namespace univi::ui {
namespace {

const QString kMemory = QStringLiteral(":memory:");

}  // namespace

AttentionStore::AttentionStore(const QString& file)
    : connection_(QUuid::createUuid().toString(QUuid::WithoutBraces)),
      database_(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection_)) {
    if (open(file)) return;
    // Damaged: it is worth less than the trouble of asking about it.
    for (const char* part : {"", "-wal", "-shm"}) QFile::remove(file + QLatin1String(part));
    if (!open(file)) open(kMemory);
}

AttentionStore::~AttentionStore() {
    database_.close();
    database_ = {};
    QSqlDatabase::removeDatabase(connection_);
}

bool AttentionStore::open(const QString& file) {
    database_.close();
    database_.setDatabaseName(file);
    database_.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
    if (!database_.open()) return false;
    run(QStringLiteral("PRAGMA journal_mode=WAL"));
    run(QStringLiteral("PRAGMA synchronous=NORMAL"));
    const QSqlQuery made = run(
        QStringLiteral("CREATE TABLE IF NOT EXISTS attention (conversation TEXT NOT NULL, turn "
                       "INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (conversation, turn)) "
                       "WITHOUT ROWID"));
    return made.lastError().type() == QSqlError::NoError;
}

QSqlQuery AttentionStore::run(const QString& sql, const QVariantList& values) const {
    QSqlQuery query(database_);
    const bool prepared = query.prepare(sql);
    for (const QVariant& value : values) query.addBindValue(value);
    if (!prepared || !query.exec())
        base::log_warning("what words looked at is not kept: " +
                          query.lastError().text().toStdString());
    return query;
}

void AttentionStore::set(const QString& conversation, qint64 turn, const QByteArray& packed) {
    if (packed.isEmpty())
        run(QStringLiteral("DELETE FROM attention WHERE conversation = ? AND turn = ?"),
            {conversation, turn});
    else
        run(QStringLiteral("INSERT OR REPLACE INTO attention (conversation, turn, data) VALUES "
                           "(?, ?, ?)"),
            {conversation, turn, packed});
}

QByteArray AttentionStore::get(const QString& conversation, qint64 turn) const {
    QSqlQuery query =
        run(QStringLiteral("SELECT data FROM attention WHERE conversation = ? AND turn = ?"),
            {conversation, turn});
    return query.next() ? query.value(0).toByteArray() : QByteArray();
}

void AttentionStore::keepOnly(const QSet<QString>& conversations) {
    QStringList gone;
    QSqlQuery known = run(QStringLiteral("SELECT DISTINCT conversation FROM attention"));
    while (known.next())
        if (const QString id = known.value(0).toString(); !conversations.contains(id)) gone << id;
    known.finish();
    if (gone.isEmpty()) return;
    database_.transaction();
    for (const QString& id : std::as_const(gone))
        run(QStringLiteral("DELETE FROM attention WHERE conversation = ?"), {id});
    database_.commit();
}

}  // namespace univi::ui
