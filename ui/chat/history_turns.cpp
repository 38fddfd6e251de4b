#include "ui/chat/history_turns.h"

#include <QHash>
#include <QSqlQuery>
#include <QVariant>
#include <algorithm>

#include "ui/chat/generation_json.h"
#include "ui/chat/history_connection.h"

namespace univi::ui {
namespace {

/// What of a turn is read and written, in the order of valuesOf() and turnFrom().
const QStringList& columns() {
    static const QStringList kColumns = {
        "question",     "reply",         "folded",        "error",         "state",
        "finish",       "prompt_tokens", "visual_tokens", "first_token_s", "tokens_per_s",
        "created",      "options",       "model",         "parent",        "chosen",
        "reply_tokens", "dropped_turns", "dropped_media"};
    return kColumns;
}

QString columnList() {
    return columns().join(QStringLiteral(", "));
}

/// "?, ?, ?"
QString marks(qsizetype count) {
    return QStringList(count, QStringLiteral("?")).join(QStringLiteral(", "));
}

QVariantList valuesOf(const Turn& turn) {
    return {storedText(turn.question),
            storedText(turn.reply),
            storedText(folded(turn.question + QLatin1Char('\n') + turn.reply)),
            storedText(turn.error),
            int(turn.state),
            storedText(turn.finish),
            turn.prompt_tokens,
            turn.visual_tokens,
            turn.first_token_s,
            turn.tokens_per_s,
            turn.created.toMSecsSinceEpoch(),
            generationToJson(turn.options),
            storedText(turn.model),
            turn.parent,
            int(turn.chosen),
            turn.reply_tokens,
            turn.dropped_turns,
            turn.dropped_media};
}

/// Of a row that begins with the id; the options are not parsed.
Turn turnFrom(const QSqlQuery& row) {
    Turn turn;
    turn.id = row.value(0).toLongLong();
    turn.question = row.value(1).toString();
    turn.reply = row.value(2).toString();
    turn.error = row.value(4).toString();
    turn.state = Turn::State(std::clamp(row.value(5).toInt(), 0, int(Turn::State::Queued)));
    turn.finish = row.value(6).toString();
    turn.prompt_tokens = row.value(7).toInt();
    turn.visual_tokens = row.value(8).toInt();
    turn.first_token_s = row.value(9).toDouble();
    turn.tokens_per_s = row.value(10).toDouble();
    turn.created = QDateTime::fromMSecsSinceEpoch(row.value(11).toLongLong(), Qt::UTC);
    turn.model = row.value(13).toString();
    turn.parent = row.value(14).toLongLong();
    turn.chosen = row.value(15).toBool();
    turn.reply_tokens = row.value(16).toInt();
    turn.dropped_turns = row.value(17).toInt();
    turn.dropped_media = row.value(18).toInt();
    // A turn that was running when the program ended: what was said is kept.
    if (turn.state == Turn::State::Waiting || turn.state == Turn::State::Streaming)
        turn.state = Turn::State::Stopped;
    return turn;
}

}  // namespace

QVariant storedText(const QString& value) {
    return value.isNull() ? QString(QLatin1String("")) : value;
}

QString folded(const QString& text) {
    return text.toCaseFolded();
}

QList<Turn> HistoryTurns::read(const QString& conversation) {
    QList<Turn> turns;
    // What searches compare is half of the text and not looked at here.
    const QString wanted = columnList().replace(QStringLiteral("folded"), QStringLiteral("NULL"));
    QSqlQuery rows = connection_.run(
        QStringLiteral("SELECT id, %1 FROM turns WHERE conversation = ? ORDER BY id").arg(wanted),
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
        places.insert(turn.id, turns.size());
        turns << turn;
    }
    throwIfCutOff(rows);
    QSqlQuery media = connection_.run(
        QStringLiteral(
            "SELECT m.turn, m.path, m.clip FROM media m JOIN turns t ON t.id = m.turn WHERE "
            "t.conversation = ? ORDER BY m.turn, m.position"),
        {conversation});
    while (media.next())
        turns[places[media.value(0).toLongLong()]].media
            << Medium(media.value(1).toString(), clipFromText(media.value(2).toString()));
    throwIfCutOff(media);
    return turns;
}

bool HistoryTurns::areMoreThan(int count, const QString& conversation) {
    QSqlQuery rows = connection_.run(
        QStringLiteral("SELECT 1 FROM turns WHERE conversation = ? LIMIT 1 OFFSET ?"),
        {conversation, count});
    return rows.next();
}

void HistoryTurns::add(const QString& conversation, Turn& turn) {
    const QSqlQuery query =
        connection_.run(QStringLiteral("INSERT INTO turns (conversation, %1) VALUES (?, %2)")
                            .arg(columnList(), marks(columns().size())),
                        QVariantList{conversation} + valuesOf(turn));
    turn.id = query.lastInsertId().toLongLong();
    writeMedia(turn.id, turn.media);
}

bool HistoryTurns::update(const QString& conversation, const Turn& turn) {
    return connection_
               .run(QStringLiteral("UPDATE turns SET (%1) = (%2) WHERE id = ? AND conversation = ?")
                        .arg(columnList(), marks(columns().size())),
                    valuesOf(turn) + QVariantList{turn.id, conversation})
               .numRowsAffected() > 0;
}

qint64 HistoryTurns::keep(const QString& conversation, Turn turn) {
    QStringList changes;
    for (const QString& column : columns())
        changes << QStringLiteral("%1 = excluded.%1").arg(column);
    const QVariant id = turn.id == 0 ? QVariant() : QVariant(turn.id);
    const QSqlQuery query = connection_.run(
        QStringLiteral("INSERT INTO turns (id, conversation, %1) VALUES (?, ?, %2) "
                       "ON CONFLICT(id) DO UPDATE SET %3")
            .arg(columnList(), marks(columns().size()), changes.join(QStringLiteral(", "))),
        QVariantList{id, conversation} + valuesOf(turn));
    if (turn.id == 0) turn.id = query.lastInsertId().toLongLong();
    setMedia(turn);
    return turn.id;
}

void HistoryTurns::remove(const QString& conversation, qint64 turn) {
    connection_.run(QStringLiteral("DELETE FROM turns WHERE id = ? AND conversation = ?"),
                    {turn, conversation});
}

void HistoryTurns::removeAllBut(const QString& conversation, const QList<qint64>& turns) {
    QStringList ids;
    for (const qint64 turn : turns) ids << QString::number(turn);
    connection_.run(QStringLiteral("DELETE FROM turns WHERE conversation = ? AND id NOT IN (%1)")
                        .arg(ids.join(QLatin1Char(','))),
                    {conversation});
}

void HistoryTurns::setChosen(const QList<Turn>& turns) {
    for (const Turn& turn : turns)
        connection_.run(QStringLiteral("UPDATE turns SET chosen = ? WHERE id = ?"),
                        {int(turn.chosen), turn.id});
}

void HistoryTurns::setMedia(const Turn& turn) {
    connection_.run(QStringLiteral("DELETE FROM media WHERE turn = ?"), {turn.id});
    writeMedia(turn.id, turn.media);
}

void HistoryTurns::writeMedia(qint64 turn, const Media& media) {
    for (qsizetype i = 0; i < media.size(); ++i)
        connection_.run(
            QStringLiteral("INSERT INTO media (turn, position, path, clip) VALUES (?, ?, ?, ?)"),
            {turn, int(i), media[i].file, storedText(clipToText(media[i].clip))});
}

void HistoryTurns::moveMedium(const QString& from, const QString& to) {
    connection_.run(QStringLiteral("UPDATE media SET path = ? WHERE path = ?"), {to, from});
}

}  // namespace univi::ui
