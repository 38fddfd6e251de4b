#include "ui/chat/history_search_worker.h"

#include <QSet>
#include <QSqlQuery>
#include <QStringList>
#include <QUuid>
#include <QVariant>
#include <algorithm>

#include "ui/chat/turn_search.h"

namespace univi::ui {
namespace {

constexpr int kMostHits = 40;
const QString kColumns =
    QStringLiteral("t.conversation, t.id, c.title, t.question, t.reply, t.parent, t.chosen");

QString likePattern(QString word) {
    for (const char sign : {'\\', '%', '_'})
        word.replace(QLatin1Char(sign), QLatin1Char('\\') + QString(QLatin1Char(sign)));
    return QLatin1Char('%') + word + QLatin1Char('%');
}

/// Chinese, Japanese and the like: what SQLite takes for a word there is a whole sentence.
bool isWithoutSpaces(const QString& word) {
    return std::ranges::any_of(
        word, [](QChar c) { return c.unicode() >= 0x2E80 && c.script() != QChar::Script_Common; });
}

/// `"two"* "cat"*`: each word by its beginning, all of them.
QString matchOf(const QStringList& words) {
    QStringList parts;
    for (QString word : words)
        parts << QLatin1Char('"') + word.replace(QLatin1Char('"'), QLatin1String("\"\"")) +
                     QLatin1String("\"*");
    return parts.join(QLatin1Char(' '));
}

}  // namespace

HistorySearchWorker::HistorySearchWorker(const QString& file, const std::atomic<int>& latest)
    : file_(file), connection_(QUuid::createUuid().toString()), latest_(latest) {}

HistorySearchWorker::~HistorySearchWorker() {
    database_.close();
    database_ = {};
    QSqlDatabase::removeDatabase(connection_);
}

/// The file is never written here; the index lives in memory with the connection.
bool HistorySearchWorker::open() {
    if (database_.isOpen()) return true;
    database_ = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection_);
    database_.setDatabaseName(file_);
    database_.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=2000"));
    if (!database_.open()) return false;
    QSqlQuery query(database_);
    query.exec(QStringLiteral("PRAGMA temp_store=MEMORY"));
    has_index_ =
        query.exec(QStringLiteral("CREATE VIRTUAL TABLE temp.words USING fts5(body, tokenize = "
                                  "'unicode61 remove_diacritics 0')"));
    return true;
}

/// Takes in what was written since the search before.
void HistorySearchWorker::index() {
    QSqlQuery query(database_);
    query.setForwardOnly(true);
    if (!query.exec(QStringLiteral("PRAGMA data_version")) || !query.next()) return;
    const qint64 version = query.value(0).toLongLong();
    if (version == version_) return;
    QList<qint64> changed;
    QSet<qint64> gone(known_.keyBegin(), known_.keyEnd());
    query.exec(QStringLiteral("SELECT id, length(folded) FROM turns"));
    while (query.next()) {
        const qint64 id = query.value(0).toLongLong(), length = query.value(1).toLongLong();
        gone.remove(id);
        if (known_.value(id, -1) != length) changed << id;
        known_.insert(id, length);
    }
    database_.transaction();
    QSqlQuery remove(database_), add(database_);
    remove.prepare(QStringLiteral("DELETE FROM temp.words WHERE rowid = ?"));
    add.prepare(
        QStringLiteral("INSERT INTO temp.words (rowid, body) SELECT id, question || char(10) "
                       "|| reply FROM turns WHERE id = ?"));
    const auto run = [](QSqlQuery& statement, qint64 id) {
        statement.bindValue(0, id);
        statement.exec();
    };
    for (const qint64 id : gone) {
        run(remove, id);
        known_.remove(id);
    }
    for (const qint64 id : changed) {
        run(remove, id);
        run(add, id);
    }
    database_.commit();
    version_ = version;
}

void HistorySearchWorker::find(int serial, const QString& text) {
    if (serial != latest_ || !open()) return;
    const QStringList words = wordsOf(text);
    QList<TurnHit> hits;
    if (!words.isEmpty()) {
        if (has_index_ && std::ranges::none_of(words, isWithoutSpaces)) {
            index();
            hits = byIndex(words);
        }
        if (hits.isEmpty() && serial == latest_) hits = byText(words);
    }
    Q_EMIT found(serial, text, hits);
}

QList<TurnHit> HistorySearchWorker::byIndex(const QStringList& words) {
    QSqlQuery rows(database_);
    rows.setForwardOnly(true);
    rows.prepare(
        QStringLiteral(
            "SELECT %2 FROM "
            "(SELECT rowid, rank FROM temp.words WHERE words MATCH ? ORDER BY rank LIMIT %1) w "
            "JOIN turns t ON t.id = w.rowid JOIN conversations c ON c.id = t.conversation "
            "ORDER BY w.rank, t.id DESC")
            .arg(kMostHits)
            .arg(kColumns));
    rows.addBindValue(matchOf(words));
    if (!rows.exec()) return {};
    return hitsOf(rows, words);
}

QList<TurnHit> HistorySearchWorker::byText(const QStringList& words) {
    QStringList tests;
    for (qsizetype i = 0; i < words.size(); ++i)
        tests << QStringLiteral("t.folded LIKE ? ESCAPE '\\'");
    QSqlQuery rows(database_);
    rows.setForwardOnly(true);
    rows.prepare(QStringLiteral("SELECT %3 FROM "
                                "turns t JOIN conversations c ON c.id = t.conversation WHERE %1 "
                                "ORDER BY t.id DESC LIMIT %2")
                     .arg(tests.join(QStringLiteral(" AND ")))
                     .arg(kMostHits)
                     .arg(kColumns));
    for (const QString& word : words) rows.addBindValue(likePattern(word));
    if (!rows.exec()) return {};
    return hitsOf(rows, words);
}

/// Of the versions of a turn that would read the same here only one is found, the one that is shown
/// before others.
QList<TurnHit> HistorySearchWorker::hitsOf(QSqlQuery& rows, const QStringList& words) const {
    QList<TurnHit> hits;
    QHash<QString, qsizetype> places;  // of what a row shows
    QList<qint64> parents;
    while (rows.next()) {
        const QString conversation = rows.value(0).toString();
        const TurnHit hit{conversation, rows.value(1).toLongLong(), rows.value(2).toString(),
                          snippetOf(rows.value(3).toString(), rows.value(4).toString(), words)};
        const qint64 parent = rows.value(5).toLongLong();
        const QString shows =
            conversation + QLatin1Char('\n') + QString::number(parent) + hit.snippet;
        const auto before = places.constFind(shows);
        if (parent >= 0 && before != places.constEnd()) {
            if (rows.value(6).toBool()) hits[*before].turn = hit.turn;
            continue;
        }
        places.insert(shows, hits.size());
        hits << hit;
        parents << parent;
    }
    numberVersions(hits, parents);
    return hits;
}

/// Turns with the same parent in one conversation are versions of one another. Of turns from before
/// there were versions the parent is not known (-1).
void HistorySearchWorker::numberVersions(QList<TurnHit>& hits, const QList<qint64>& parents) const {
    QHash<QPair<QString, qint64>, QList<qint64>> versions;
    QStringList wanted;
    for (const qint64 parent : parents)
        if (parent >= 0) wanted << QString::number(parent);
    wanted.removeDuplicates();
    QSqlQuery rows(database_);
    rows.setForwardOnly(true);
    rows.exec(QStringLiteral("SELECT conversation, parent, id FROM turns WHERE parent IN (%1) "
                             "ORDER BY id")
                  .arg(wanted.join(QLatin1Char(','))));
    while (rows.next())
        versions[{rows.value(0).toString(), rows.value(1).toLongLong()}]
            << rows.value(2).toLongLong();
    for (qsizetype i = 0; i < hits.size(); ++i) {
        const auto beside = versions.constFind({hits[i].conversation, parents[i]});
        if (beside == versions.constEnd()) continue;
        hits[i].version = int(beside->indexOf(hits[i].turn)) + 1;
        hits[i].versions = int(beside->size());
    }
}

}  // namespace univi::ui
