#include "ui/chat/conversation_store.h"

#include <QDir>
#include <QFileInfo>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>
#include <vector>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "ui/chat/attention_store.h"
#include "ui/chat/generation_json.h"

namespace univi::ui {
namespace {

constexpr qsizetype kTitleLength = 60;

/// Each step brings the file from one version to the next; a new file takes all of them. Steps are
/// only ever added.
using Step = std::vector<const char*>;
const std::vector<Step> kSteps = {
    {"CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, titled_by_user INTEGER "
     "NOT NULL DEFAULT 0, "
     "folded TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL)",
     "CREATE TABLE turns (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL "
     "REFERENCES conversations(id) ON "
     "DELETE CASCADE, question TEXT NOT NULL, reply TEXT NOT NULL, folded TEXT NOT NULL, error "
     "TEXT "
     "NOT NULL, state INTEGER "
     "NOT NULL, finish TEXT NOT NULL, prompt_tokens INTEGER NOT NULL, visual_tokens INTEGER NOT "
     "NULL, first_token_s REAL NOT "
     "NULL, tokens_per_s REAL NOT NULL, created INTEGER NOT NULL, options TEXT NOT NULL)",
     "CREATE TABLE media (turn INTEGER NOT NULL REFERENCES turns(id) ON DELETE CASCADE, position "
     "INTEGER NOT NULL, path TEXT "
     "NOT NULL, PRIMARY KEY (turn, position))",
     "CREATE INDEX turns_of_conversation ON turns(conversation, id)"},
    {"ALTER TABLE turns ADD COLUMN model TEXT NOT NULL DEFAULT ''"},
};

QString defaultFile() {
    return QString::fromStdString((base::data_folder() / "conversations.sqlite").string());
}

/// SQLite folds the case of ASCII only; what is searched is stored folded beside what is shown.
QString folded(const QString& text) {
    return text.toCaseFolded();
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

/// SQLITE_CORRUPT and SQLITE_NOTADB.
bool isBroken(const QSqlError& error) {
    return error.nativeErrorCode() == QLatin1String("11") ||
           error.nativeErrorCode() == QLatin1String("26");
}

}  // namespace

QString titleFromQuestion(const QString& question) {
    const QString line = question.trimmed().section(QLatin1Char('\n'), 0, 0).simplified();
    if (line.size() <= kTitleLength) return line;
    const qsizetype space = line.lastIndexOf(QLatin1Char(' '), kTitleLength);
    return line.left(space > kTitleLength / 2 ? space : kTitleLength) + QChar(0x2026);
}

ConversationStore::ConversationStore(const QString& file, QObject* parent)
    : QObject(parent), connection_(QUuid::createUuid().toString()) {
    const QString path = file.isEmpty() ? defaultFile() : file;
    QDir().mkpath(QFileInfo(path).absolutePath());
    try {
        open(path);
    } catch (const base::Error& error) {
        if (error.kind() != base::ErrorKind::Format) throw;
        const QString aside = path + QStringLiteral(".broken-%1").arg(nowMs());
        database_.close();
        if (!QFile::rename(path, aside)) throw;
        notice_ = tr("The conversations could not be read; their file was kept as %1 and a new one "
                     "was begun.")
                      .arg(QFileInfo(aside).fileName());
        open(path);
    }
}

ConversationStore::~ConversationStore() {
    database_.close();
    database_ = {};
    QSqlDatabase::removeDatabase(connection_);
}

void ConversationStore::open(const QString& file) {
    database_ = QSqlDatabase::contains(connection_)
                    ? QSqlDatabase::database(connection_, false)
                    : QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection_);
    database_.setDatabaseName(file);
    database_.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
    if (!database_.open())
        throw base::Error(
            isBroken(database_.lastError()) ? base::ErrorKind::Format : base::ErrorKind::File,
            tr("The conversations in %1 could not be opened: %2.")
                .arg(file, database_.lastError().text())
                .toStdString());
    // A write-ahead log keeps the file whole through a kill at any moment.
    runOrThrow(QStringLiteral("PRAGMA journal_mode=WAL"));
    runOrThrow(QStringLiteral("PRAGMA synchronous=FULL"));
    runOrThrow(QStringLiteral("PRAGMA foreign_keys=ON"));
    migrate();
}

void ConversationStore::migrate() {
    QSqlQuery version = runOrThrow(QStringLiteral("PRAGMA user_version"));
    version.next();
    const int found = version.value(0).toInt();
    version.finish();
    const int newest = int(kSteps.size());
    if (found > newest)
        throw base::Error(base::ErrorKind::File,
                          tr("The conversations in %1 were written by a newer version of this "
                             "program; start that one.")
                              .arg(database_.databaseName())
                              .toStdString());
    if (found == newest) return;
    database_.transaction();
    for (int step = found; step < newest; ++step)
        for (const char* statement : kSteps[std::size_t(step)])
            runOrThrow(QString::fromLatin1(statement));
    runOrThrow(QStringLiteral("PRAGMA user_version=%1").arg(newest));
    database_.commit();
}

QSqlQuery ConversationStore::runOrThrow(const QString& sql, const QVariantList& values) const {
    QSqlQuery query(database_);
    query.setForwardOnly(true);
    const bool prepared = query.prepare(sql);
    for (const QVariant& value : values) query.addBindValue(value);
    if (!prepared || !query.exec())
        throw base::Error(
            isBroken(query.lastError()) ? base::ErrorKind::Format : base::ErrorKind::File,
            tr("The conversations could not be read or written: %1; check the space and rights of "
               "%2.")
                .arg(query.lastError().databaseText(), database_.databaseName())
                .toStdString());
    return query;
}

QSqlQuery ConversationStore::run(const QString& sql, const QVariantList& values) const {
    try {
        return runOrThrow(sql, values);
    } catch (const base::Error& error) {
        base::log_error(error.what());
        Q_EMIT failed(QString::fromUtf8(error.what()));
        return QSqlQuery(database_);
    }
}

QString ConversationStore::makeId() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

ConversationInfo ConversationStore::create(const QString& id, const QString& title) {
    ConversationInfo info{id, title, QDateTime::currentDateTimeUtc()};
    const qint64 now = nowMs();
    run(QStringLiteral("INSERT INTO conversations (id, title, folded, created, updated) VALUES (?, "
                       "?, ?, ?, ?)"),
        {info.id, text(title), text(folded(title)), now, now});
    Q_EMIT changed();
    return info;
}

std::optional<Conversation> ConversationStore::read(const QString& id) const {
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

QList<Turn> ConversationStore::readTurns(const QString& conversation) const {
    QList<Turn> turns;
    const QHash<qint64, QStringList> media = readMedia(conversation);
    QSqlQuery rows =
        run(QStringLiteral(
                "SELECT id, question, reply, error, state, finish, prompt_tokens, visual_tokens, "
                "first_token_s, tokens_per_s, created, model, options FROM turns "
                "WHERE conversation = ? ORDER BY id"),
            {conversation});
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
        turn.media = media.value(turn.id);
        // A turn that was running when the program ended: what was said is kept.
        if (turn.state == Turn::State::Waiting || turn.state == Turn::State::Streaming)
            turn.state = Turn::State::Stopped;
        turns << turn;
    }
    return turns;
}

/// By turn, one query for all of them.
QHash<qint64, QStringList> ConversationStore::readMedia(const QString& conversation) const {
    QHash<qint64, QStringList> media;
    QSqlQuery rows = run(QStringLiteral("SELECT m.turn, m.path FROM turns t JOIN media m ON "
                                        "m.turn = t.id WHERE t.conversation = ? "
                                        "ORDER BY m.turn, m.position"),
                         {conversation});
    while (rows.next()) media[rows.value(0).toLongLong()] << rows.value(1).toString();
    return media;
}

QList<ConversationInfo> ConversationStore::list(const QString& words) const {
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
    return found;
}

void ConversationStore::rename(const QString& id, const QString& title) {
    run(QStringLiteral(
            "UPDATE conversations SET title = ?, folded = ?, titled_by_user = 1 WHERE id = ?"),
        {text(title), text(folded(title)), id});
    Q_EMIT changed();
}

void ConversationStore::suggestTitle(const QString& id, const QString& title) {
    run(QStringLiteral(
            "UPDATE conversations SET title = ?, folded = ? WHERE id = ? AND titled_by_user = 0"),
        {text(title), text(folded(title)), id});
    Q_EMIT changed();
}

void ConversationStore::remove(const QString& id) {
    run(QStringLiteral("DELETE FROM conversations WHERE id = ?"), {id});
    Q_EMIT changed();
}

void ConversationStore::restore(const Conversation& conversation) {
    const ConversationInfo& info = conversation.info;
    const qint64 updated = info.updated.toMSecsSinceEpoch();
    run(QStringLiteral("INSERT INTO conversations (id, title, titled_by_user, folded, created, "
                       "updated) VALUES (?, ?, ?, ?, ?, ?)"),
        {info.id, text(info.title), int(conversation.titled_by_user), text(folded(info.title)),
         updated, updated});
    for (Turn turn : conversation.turns) {
        addTurn(info.id, turn);
        updateTurn(info.id, turn);
    }
    run(QStringLiteral("UPDATE conversations SET updated = ? WHERE id = ?"), {updated, info.id});
    Q_EMIT changed();
}

void ConversationStore::addTurn(const QString& conversation, Turn& turn) {
    database_.transaction();
    QSqlQuery query =
        run(QStringLiteral(
                "INSERT INTO turns (conversation, question, reply, folded, error, state, finish, "
                "prompt_tokens, visual_tokens, first_token_s, tokens_per_s, created, options) "
                "VALUES (?, ?, '', ?, '', ?, '', 0, 0, 0, 0, ?, ?)"),
            {conversation, text(turn.question), text(folded(turn.question)), int(turn.state),
             turn.created.toMSecsSinceEpoch(), generationToJson(turn.options)});
    turn.id = query.lastInsertId().toLongLong();
    writeMedia(turn.id, turn.media);
    touch(conversation);
    database_.commit();
    Q_EMIT changed();
}

void ConversationStore::updateTurn(const QString& conversation, const Turn& turn) {
    run(QStringLiteral(
            "UPDATE turns SET reply = ?, folded = ?, error = ?, state = ?, finish = ?, "
            "prompt_tokens = ?, "
            "visual_tokens = ?, first_token_s = ?, tokens_per_s = ?, model = ? WHERE id = ? AND "
            "conversation = ?"),
        {text(turn.reply), text(folded(turn.question + QLatin1Char('\n') + turn.reply)),
         text(turn.error), int(turn.state), text(turn.finish), turn.prompt_tokens,
         turn.visual_tokens, turn.first_token_s, turn.tokens_per_s, text(turn.model), turn.id,
         conversation});
}

void ConversationStore::removeTurn(const QString& conversation, qint64 turn) {
    run(QStringLiteral("DELETE FROM turns WHERE id = ? AND conversation = ?"),
        {turn, conversation});
}

AttentionStore& ConversationStore::attention() {
    if (attention_) return *attention_;
    const QFileInfo file(database_.databaseName());
    attention_ = std::make_unique<AttentionStore>(
        file.dir().filePath(file.completeBaseName() + QStringLiteral("-attention.sqlite")));
    // A removed conversation can be taken back while the program runs; now nobody can any more.
    QSet<QString> known;
    for (const ConversationInfo& info : list()) known.insert(info.id);
    if (!known.isEmpty()) attention_->keepOnly(known);
    return *attention_;
}

void ConversationStore::writeMedia(qint64 turn, const QStringList& media) {
    for (qsizetype i = 0; i < media.size(); ++i)
        run(QStringLiteral("INSERT INTO media (turn, position, path) VALUES (?, ?, ?)"),
            {turn, int(i), media[i]});
}

void ConversationStore::touch(const QString& conversation) {
    run(QStringLiteral("UPDATE conversations SET updated = ? WHERE id = ?"),
        {nowMs(), conversation});
}

}  // namespace univi::ui
