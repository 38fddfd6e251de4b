#include "ui/chat/history_database.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>
#include <vector>

#include "ui/chat/generation_json.h"
#include "ui/chat/history_schema.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

/// SQLite folds the case of ASCII only; what is searched is stored folded beside what is shown.
QString folded(const QString& text) {
    return text.toCaseFolded();
}

QString foldedTurn(const Turn& turn) {
    return folded(turn.question + QLatin1Char('\n') + turn.reply);
}

QString likePattern(QString word) {
    word.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    word.replace(QLatin1Char('%'), QLatin1String("\\%"));
    word.replace(QLatin1Char('_'), QLatin1String("\\_"));
    return QLatin1Char('%') + word + QLatin1Char('%');
}

QDateTime fromMs(const QVariant& value) {
    return QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
}

qint64 nowMs() {
    return QDateTime::currentMSecsSinceEpoch();
}

/// A null QString would be stored as NULL.
QVariant text(const QString& value) {
    return value.isNull() ? QString(QLatin1String("")) : value;
}

Turn turnFrom(const QSqlQuery& row) {
    Turn turn;
    turn.id = row.value(0).toLongLong();
    turn.question = row.value(1).toString();
    turn.reply = row.value(2).toString();
    turn.error = row.value(3).toString();
    turn.state = Turn::State(std::clamp(row.value(4).toInt(), 0, int(Turn::State::Failed)));
    turn.finish = row.value(5).toString();
    turn.prompt_tokens = row.value(6).toInt();
    turn.visual_tokens = row.value(7).toInt();
    turn.first_token_s = row.value(8).toDouble();
    turn.tokens_per_s = row.value(9).toDouble();
    turn.created = fromMs(row.value(10));
    turn.model = row.value(11).toString();
    return turn;
}

/// Throws when the rows end because of damage; a query that ends so looks like its last row.
void throwIfCutOff(const QSqlQuery& rows) {
    if (rows.lastError().isValid())
        throw HistoryError(
            faultOf(rows.lastError()),
            tr("The conversations could not be read: %1.").arg(rows.lastError().databaseText()));
}

}  // namespace

HistoryDatabase::HistoryDatabase(const QString& file)
    : connection_(QUuid::createUuid().toString()), file_(file) {
    database_ = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection_);
    try {
        open();
    } catch (...) {
        database_.close();
        database_ = {};
        QSqlDatabase::removeDatabase(connection_);
        throw;
    }
}

HistoryDatabase::~HistoryDatabase() {
    database_.close();
    database_ = {};
    QSqlDatabase::removeDatabase(connection_);
}

void HistoryDatabase::open() {
    database_.setDatabaseName(isInMemory() ? QStringLiteral(":memory:") : file_);
    database_.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    if (!database_.open())
        throw HistoryError(faultOf(database_.lastError()),
                           tr("The conversations in %1 could not be opened: %2.")
                               .arg(file_, database_.lastError().text()));
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
    migrate();
    checkWritable();
}

/// SQLite opens a file that nobody may write and says so at the first change only.
void HistoryDatabase::checkWritable() {
    try {
        run(QStringLiteral("BEGIN IMMEDIATE"));
        run(QStringLiteral("ROLLBACK"));
    } catch (const HistoryError& error) {
        // Another start of the program may be writing.
        if (error.fault() != HistoryFault::Other) throw;
    }
}

void HistoryDatabase::migrate() {
    const int newest = int(historySchema().size());
    const int found = version();
    if (found > newest)
        throw HistoryError(HistoryFault::Newer,
                           tr("The conversations in %1 were written by a newer version "
                              "of this program; start that one to see them.")
                               .arg(file_));
    if (found == newest) return;
    inTransaction([&] {
        // Read again inside: two starts at once must not both make the tables.
        const int begun = version();
        for (int step = begun; step < newest; ++step)
            for (const char* statement : historySchema()[std::size_t(step)])
                run(QString::fromLatin1(statement));
        run(QStringLiteral("PRAGMA user_version=%1").arg(newest));
    });
    // Turns of a session in memory may join those of a file later: their ids come after all others.
    if (isInMemory())
        run(QStringLiteral("INSERT INTO sqlite_sequence VALUES ('turns', ?)"), {nowMs()});
}

int HistoryDatabase::version() {
    QSqlQuery query = run(QStringLiteral("PRAGMA user_version"));
    query.next();
    return query.value(0).toInt();
}

bool HistoryDatabase::isWhole(bool thoroughly) {
    try {
        QSqlQuery query = run(thoroughly ? QStringLiteral("PRAGMA integrity_check(1)")
                                         : QStringLiteral("PRAGMA quick_check(1)"));
        return query.next() && query.value(0).toString() == QLatin1String("ok");
    } catch (const HistoryError& error) {
        if (error.fault() == HistoryFault::Damaged) return false;
        throw;
    }
}

QSqlQuery HistoryDatabase::run(const QString& sql, const QVariantList& values) {
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

void HistoryDatabase::inTransaction(const std::function<void()>& work) {
    run(QStringLiteral("BEGIN IMMEDIATE"));
    try {
        work();
        run(QStringLiteral("COMMIT"));
    } catch (...) {
        database_.rollback();
        throw;
    }
}

void HistoryDatabase::create(const ConversationInfo& info) {
    const qint64 time = info.updated.toMSecsSinceEpoch();
    run(QStringLiteral("INSERT INTO conversations (id, title, folded, created, updated) VALUES (?, "
                       "?, ?, ?, ?)"),
        {info.id, text(info.title), text(folded(info.title)), time, time});
}

std::optional<Conversation> HistoryDatabase::read(const QString& id) {
    QSqlQuery row =
        run(QStringLiteral("SELECT title, titled_by_user, updated FROM conversations WHERE id = ?"),
            {id});
    if (!row.next()) return std::nullopt;
    Conversation conversation;
    conversation.info = {id, row.value(0).toString(), fromMs(row.value(2))};
    conversation.titled_by_user = row.value(1).toBool();
    conversation.turns = readTurns(id);
    return conversation;
}

QList<Turn> HistoryDatabase::readTurns(const QString& conversation) {
    QList<Turn> turns;
    QSqlQuery rows =
        run(QStringLiteral(
                "SELECT id, question, reply, error, state, finish, prompt_tokens, visual_tokens, "
                "first_token_s, tokens_per_s, created, model, options FROM turns WHERE "
                "conversation = ? ORDER BY id"),
            {conversation});
    QHash<qint64, qsizetype> places;
    // Nearly every turn has the options of the one before: they are parsed once.
    QString options_text;
    protocol::GenerationOptions options;
    while (rows.next()) {
        Turn turn = turnFrom(rows);
        if (const QString text = rows.value(12).toString(); text != options_text) {
            options_text = text;
            options = generationFromJson(text);
        }
        turn.options = options;
        // A turn that was running when the program ended: what was said is kept.
        if (turn.state == Turn::State::Waiting || turn.state == Turn::State::Streaming)
            turn.state = Turn::State::Stopped;
        places.insert(turn.id, turns.size());
        turns << turn;
    }
    throwIfCutOff(rows);
    QSqlQuery media =
        run(QStringLiteral("SELECT m.turn, m.path FROM media m JOIN turns t ON t.id = m.turn WHERE "
                           "t.conversation = ? ORDER BY m.turn, m.position"),
            {conversation});
    while (media.next())
        turns[places[media.value(0).toLongLong()]].media << media.value(1).toString();
    throwIfCutOff(media);
    return turns;
}

QList<ConversationInfo> HistoryDatabase::list(const QString& words) {
    QString sql = QStringLiteral("SELECT id, title, updated FROM conversations c WHERE 1");
    QVariantList values;
    for (const QString& word : folded(words).split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        sql += QStringLiteral(
            " AND (c.folded LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 FROM turns t WHERE "
            "t.conversation = c.id AND t.folded LIKE ? ESCAPE '\\'))");
        values << likePattern(word) << likePattern(word);
    }
    QSqlQuery rows = run(sql + QStringLiteral(" ORDER BY updated DESC, rowid DESC"), values);
    QList<ConversationInfo> found;
    while (rows.next())
        found << ConversationInfo{rows.value(0).toString(), rows.value(1).toString(),
                                  fromMs(rows.value(2))};
    throwIfCutOff(rows);
    return found;
}

void HistoryDatabase::rename(const QString& id, const QString& title, bool byUser) {
    run(QStringLiteral("UPDATE conversations SET title = ?, folded = ?, titled_by_user = ? WHERE "
                       "id = ? AND titled_by_user <= ?"),
        {text(title), text(folded(title)), int(byUser), id, int(byUser)});
}

void HistoryDatabase::remove(const QString& id) {
    run(QStringLiteral("DELETE FROM conversations WHERE id = ?"), {id});
    run(QStringLiteral("DELETE FROM drafts WHERE conversation = ?"), {id});
}

void HistoryDatabase::keep(const Conversation& conversation) {
    const ConversationInfo& info = conversation.info;
    const qint64 updated = info.updated.toMSecsSinceEpoch();
    run(QStringLiteral("INSERT INTO conversations (id, title, titled_by_user, folded, created, "
                       "updated) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET "
                       "title = excluded.title, titled_by_user = excluded.titled_by_user, "
                       "folded = excluded.folded, updated = excluded.updated"),
        {info.id, text(info.title), int(conversation.titled_by_user), text(folded(info.title)),
         updated, updated});
    QStringList ids;
    for (const Turn& turn : conversation.turns) ids << QString::number(keepTurn(info.id, turn));
    run(QStringLiteral("DELETE FROM turns WHERE conversation = ? AND id NOT IN (%1)")
            .arg(ids.join(QLatin1Char(','))),
        {info.id});
}

qint64 HistoryDatabase::keepTurn(const QString& conversation, Turn turn) {
    const QVariant id = turn.id == 0 ? QVariant() : QVariant(turn.id);
    const QSqlQuery query = run(
        QStringLiteral(
            "INSERT INTO turns (id, conversation, question, reply, folded, error, state, finish, "
            "prompt_tokens, visual_tokens, first_token_s, tokens_per_s, created, options, model) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET "
            "question = excluded.question, reply = excluded.reply, folded = excluded.folded, "
            "error = excluded.error, state = excluded.state, finish = excluded.finish, "
            "prompt_tokens = excluded.prompt_tokens, visual_tokens = excluded.visual_tokens, "
            "first_token_s = excluded.first_token_s, tokens_per_s = excluded.tokens_per_s, "
            "options = excluded.options, model = excluded.model"),
        {id, conversation, text(turn.question), text(turn.reply), text(foldedTurn(turn)),
         text(turn.error), int(turn.state), text(turn.finish), turn.prompt_tokens,
         turn.visual_tokens, turn.first_token_s, turn.tokens_per_s,
         turn.created.toMSecsSinceEpoch(), generationToJson(turn.options), text(turn.model)});
    if (turn.id == 0) turn.id = query.lastInsertId().toLongLong();
    setMedia(turn);
    return turn.id;
}

void HistoryDatabase::addTurn(const QString& conversation, Turn& turn) {
    const QSqlQuery query =
        run(QStringLiteral(
                "INSERT INTO turns (conversation, question, reply, folded, error, state, finish, "
                "prompt_tokens, visual_tokens, first_token_s, tokens_per_s, created, options) "
                "VALUES (?, ?, '', ?, '', ?, '', 0, 0, 0, 0, ?, ?)"),
            {conversation, text(turn.question), text(folded(turn.question)), int(turn.state),
             turn.created.toMSecsSinceEpoch(), generationToJson(turn.options)});
    turn.id = query.lastInsertId().toLongLong();
    writeMedia(turn.id, turn.media);
    run(QStringLiteral("UPDATE conversations SET updated = ? WHERE id = ?"),
        {nowMs(), conversation});
}

void HistoryDatabase::updateTurn(const QString& conversation, const Turn& turn) {
    const QSqlQuery query = run(
        QStringLiteral("UPDATE turns SET reply = ?, folded = ?, error = ?, state = ?, finish = ?, "
                       "prompt_tokens = ?, visual_tokens = ?, first_token_s = ?, tokens_per_s = ?, "
                       "model = ? WHERE id = ? AND conversation = ?"),
        {text(turn.reply), text(foldedTurn(turn)), text(turn.error), int(turn.state),
         text(turn.finish), turn.prompt_tokens, turn.visual_tokens, turn.first_token_s,
         turn.tokens_per_s, text(turn.model), turn.id, conversation});
    if (query.numRowsAffected() > 0 || turn.id == 0) return;
    // Lost with a damaged page: the conversation in the window still has it.
    QSqlQuery known =
        run(QStringLiteral("SELECT 1 FROM conversations WHERE id = ?"), {conversation});
    if (known.next()) keepTurn(conversation, turn);
}

void HistoryDatabase::removeTurn(const QString& conversation, qint64 turn) {
    run(QStringLiteral("DELETE FROM turns WHERE id = ? AND conversation = ?"),
        {turn, conversation});
}

void HistoryDatabase::setMedia(const Turn& turn) {
    run(QStringLiteral("DELETE FROM media WHERE turn = ?"), {turn.id});
    writeMedia(turn.id, turn.media);
}

void HistoryDatabase::writeMedia(qint64 turn, const QStringList& media) {
    for (qsizetype i = 0; i < media.size(); ++i)
        run(QStringLiteral("INSERT INTO media (turn, position, path) VALUES (?, ?, ?)"),
            {turn, int(i), media[i]});
}

int HistoryDatabase::moveMedium(const QString& from, const QString& to) {
    return run(QStringLiteral("UPDATE media SET path = ? WHERE path = ?"), {to, from})
        .numRowsAffected();
}

Draft HistoryDatabase::draft(const QString& conversation) {
    QSqlQuery row = run(QStringLiteral("SELECT text, media FROM drafts WHERE conversation = ?"),
                        {text(conversation)});
    Draft draft;
    if (!row.next()) return draft;
    draft.text = row.value(0).toString();
    for (const QJsonValue& file : QJsonDocument::fromJson(row.value(1).toByteArray()).array())
        draft.media << file.toString();
    return draft;
}

void HistoryDatabase::setDraft(const QString& conversation, const Draft& draft) {
    if (draft.isEmpty()) {
        run(QStringLiteral("DELETE FROM drafts WHERE conversation = ?"), {text(conversation)});
        return;
    }
    const QByteArray media =
        QJsonDocument(QJsonArray::fromStringList(draft.media)).toJson(QJsonDocument::Compact);
    run(QStringLiteral(
            "INSERT OR REPLACE INTO drafts (conversation, text, media) VALUES (?, ?, ?)"),
        {text(conversation), text(draft.text), QString::fromUtf8(media)});
}

}  // namespace univi::ui
