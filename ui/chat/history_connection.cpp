#include "ui/chat/history_connection.h"

#include <QDateTime>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

#include "ui/chat/history_error.h"
#include "ui/chat/history_schema.h"
#include "ui/text/translate.h"

namespace univi::ui {

HistoryConnection::HistoryConnection(const QString& file, Access access)
    : connection_(QUuid::createUuid().toString()), file_(file) {
    database_ = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection_);
    try {
        open(access);
    } catch (...) {
        database_.close();
        database_ = {};
        QSqlDatabase::removeDatabase(connection_);
        throw;
    }
}

HistoryConnection::~HistoryConnection() {
    database_.close();
    database_ = {};
    QSqlDatabase::removeDatabase(connection_);
}

void HistoryConnection::open(Access access) {
    const bool writes = access == Access::Write;
    database_.setDatabaseName(isInMemory() ? QStringLiteral(":memory:") : file_);
    database_.setConnectOptions(
        writes ? QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000")
               : QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000"));
    if (!database_.open())
        throw HistoryError(faultOf(database_.lastError()),
                           tr("The conversations in %1 could not be opened: %2.")
                               .arg(file_, database_.lastError().text()));
    if (writes) prepareToWrite();
    migrate(access);
    if (writes) checkWritable();
}

void HistoryConnection::prepareToWrite() {
    // A write-ahead log keeps the file whole through a kill at any moment.
    try {
        run(QStringLiteral("PRAGMA journal_mode=WAL"));
    } catch (const HistoryError& error) {
        // Another start of the program may be doing the same at this moment.
        if (error.fault() != HistoryFault::Other) throw;
    }
    run(QStringLiteral("PRAGMA synchronous=FULL"));
    run(QStringLiteral("PRAGMA foreign_keys=ON"));
    // What was deleted is gone from the file too, so recovery cannot bring it back.
    run(QStringLiteral("PRAGMA secure_delete=ON"));
}

/// SQLite opens a file that nobody may write and says so at the first change only.
void HistoryConnection::checkWritable() {
    try {
        run(QStringLiteral("BEGIN IMMEDIATE"));
        run(QStringLiteral("ROLLBACK"));
    } catch (const HistoryError& error) {
        // Another start of the program may be writing.
        if (error.fault() != HistoryFault::Other) throw;
    }
}

void HistoryConnection::migrate(Access access) {
    const int newest = int(historySchema().size());
    const int found = version();
    if (found > newest)
        throw HistoryError(HistoryFault::Newer,
                           tr("The conversations in %1 were written by a newer version "
                              "of this program; start that one to see them.")
                               .arg(file_));
    if (found == newest) return;
    if (access == Access::Read)
        throw HistoryError(HistoryFault::Other,
                           tr("The conversations in %1 are not ready to be read.").arg(file_));
    inTransaction([&] {
        // Read again inside: two starts at once must not both make the tables.
        const int begun = version();
        for (int step = begun; step < newest; ++step) take(historySchema()[std::size_t(step)]);
        run(QStringLiteral("PRAGMA user_version=%1").arg(newest));
    });
    // Turns of a session in memory may join those of a file later: their ids come after all others.
    if (isInMemory())
        run(QStringLiteral("INSERT INTO sqlite_sequence VALUES ('turns', ?)"),
            {QDateTime::currentMSecsSinceEpoch()});
}

void HistoryConnection::take(const SchemaStep& step) {
    for (const SchemaStep::Column& column : step.columns) {
        const QString table = QString::fromLatin1(column.table);
        const QString name = QString::fromLatin1(column.name);
        QSqlQuery known =
            run(QStringLiteral("SELECT 1 FROM pragma_table_info(?) WHERE name = ?"), {table, name});
        if (known.next()) continue;
        run(QStringLiteral("ALTER TABLE %1 ADD COLUMN %2 %3")
                .arg(table, name, QString::fromLatin1(column.type)));
    }
    for (const char* statement : step.statements) run(QString::fromLatin1(statement));
}

int HistoryConnection::version() {
    QSqlQuery query = run(QStringLiteral("PRAGMA user_version"));
    query.next();
    return query.value(0).toInt();
}

bool HistoryConnection::isWhole(bool thoroughly) {
    try {
        QSqlQuery query = run(thoroughly ? QStringLiteral("PRAGMA integrity_check(1)")
                                         : QStringLiteral("PRAGMA quick_check(1)"));
        return query.next() && query.value(0).toString() == QLatin1String("ok");
    } catch (const HistoryError& error) {
        if (error.fault() == HistoryFault::Damaged) return false;
        throw;
    }
}

QSqlQuery HistoryConnection::run(const QString& sql, const QVariantList& values) {
    QSqlQuery query(database_);
    query.setForwardOnly(true);
    const bool prepared = query.prepare(sql);
    for (const QVariant& value : values) query.addBindValue(value);
    if (!prepared || !query.exec())
        throw HistoryError(
            faultOf(query.lastError()),
            tr("The conversations could not be read or written: %1; check the space and "
               "rights of %2.")
                .arg(query.lastError().databaseText(), file_));
    return query;
}

void HistoryConnection::inTransaction(const std::function<void()>& work) {
    run(QStringLiteral("BEGIN IMMEDIATE"));
    try {
        work();
        run(QStringLiteral("COMMIT"));
    } catch (...) {
        database_.rollback();
        throw;
    }
}

void throwIfCutOff(const QSqlQuery& rows) {
    if (rows.lastError().isValid())
        throw HistoryError(
            faultOf(rows.lastError()),
            tr("The conversations could not be read: %1.").arg(rows.lastError().databaseText()));
}

}  // namespace univi::ui
