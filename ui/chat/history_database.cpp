#include "ui/chat/history_database.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlQuery>
#include <QVariant>

#include "ui/chat/generation_json.h"
#include "ui/chat/turn_branches.h"

namespace univi::ui {
namespace {

QString likePattern(QString word) {
    word.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    word.replace(QLatin1Char('%'), QLatin1String("\\%"));
    word.replace(QLatin1Char('_'), QLatin1String("\\_"));
    return QLatin1Char('%') + word + QLatin1Char('%');
}

QDateTime fromMs(const QVariant& value) {
    return QDateTime::fromMSecsSinceEpoch(value.toLongLong(), Qt::UTC);
}

/// Empty where the settings of the program hold.
QString optionsText(const ChatSettings& settings) {
    return storedText(settings.generation ? generationToJson(*settings.generation) : QString())
        .toString();
}

ChatSettings settingsFrom(const QString& options, const QString& model) {
    ChatSettings settings;
    if (!options.isEmpty()) settings.generation = generationFromJson(options);
    settings.model = modelFromJson(model);
    return settings;
}

}  // namespace

void HistoryDatabase::create(const ConversationInfo& info) {
    const qint64 time = info.updated.toMSecsSinceEpoch();
    connection_.run(
        QStringLiteral("INSERT INTO conversations (id, title, folded, created, updated, "
                       "pinned) VALUES (?, ?, ?, ?, ?, ?)"),
        {info.id, storedText(info.title), storedText(folded(info.title)), time, time,
         int(info.pinned)});
}

std::optional<Conversation> HistoryDatabase::read(const QString& id) {
    QSqlQuery row = connection_.run(
        QStringLiteral("SELECT title, titled_by_user, updated, pinned, folder, options, model FROM "
                       "conversations WHERE id = ?"),
        {id});
    if (!row.next()) return std::nullopt;
    Conversation conversation;
    conversation.info = {id, row.value(0).toString(), fromMs(row.value(2)), row.value(3).toBool(),
                         row.value(4).toString()};
    conversation.settings = settingsFrom(row.value(5).toString(), row.value(6).toString());
    conversation.titled_by_user = row.value(1).toBool();
    sortBranches(conversation, turns_.read(id));
    return conversation;
}

QList<ConversationInfo> HistoryDatabase::list(const QString& words) {
    QString sql =
        QStringLiteral("SELECT id, title, updated, pinned, folder FROM conversations c WHERE 1");
    QVariantList values;
    for (const QString& word : folded(words).split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        sql += QStringLiteral(
            " AND (c.folded LIKE ? ESCAPE '\\' OR c.folder LIKE ? ESCAPE '\\' OR EXISTS (SELECT 1 "
            "FROM turns t WHERE "
            "t.conversation = c.id AND t.folded LIKE ? ESCAPE '\\'))");
        values << likePattern(word) << likePattern(word) << likePattern(word);
    }
    QSqlQuery rows = connection_.run(
        sql + QStringLiteral(" ORDER BY pinned DESC, updated DESC, rowid DESC"), values);
    QList<ConversationInfo> found;
    while (rows.next())
        found << ConversationInfo{rows.value(0).toString(), rows.value(1).toString(),
                                  fromMs(rows.value(2)), rows.value(3).toBool(),
                                  rows.value(4).toString()};
    throwIfCutOff(rows);
    return found;
}

void HistoryDatabase::rename(const QString& id, const QString& title, bool byUser) {
    connection_.run(
        QStringLiteral("UPDATE conversations SET title = ?, folded = ?, titled_by_user = ? WHERE "
                       "id = ? AND titled_by_user <= ?"),
        {storedText(title), storedText(folded(title)), int(byUser), id, int(byUser)});
}

void HistoryDatabase::setPinned(const QString& id, bool pinned) {
    connection_.run(QStringLiteral("UPDATE conversations SET pinned = ? WHERE id = ?"),
                    {int(pinned), id});
}

void HistoryDatabase::setSettings(const QString& id, const ChatSettings& settings) {
    connection_.run(QStringLiteral("UPDATE conversations SET options = ?, model = ? WHERE id = ?"),
                    {optionsText(settings), storedText(modelToJson(settings.model)), id});
}

QList<ConversationFolder> HistoryDatabase::folders() {
    QSqlQuery rows = connection_.run(QStringLiteral("SELECT name, closed FROM folders"), {});
    QList<ConversationFolder> found;
    while (rows.next())
        found << ConversationFolder{rows.value(0).toString(), rows.value(1).toBool()};
    throwIfCutOff(rows);
    return found;
}

void HistoryDatabase::setFolderClosed(const QString& name, bool closed) {
    connection_.run(QStringLiteral("UPDATE folders SET closed = ? WHERE name = ?"),
                    {int(closed), name});
}

void HistoryDatabase::addFolder(const QString& name) {
    connection_.run(QStringLiteral("INSERT OR IGNORE INTO folders (name) VALUES (?)"), {name});
}

void HistoryDatabase::renameFolder(const QString& name, const QString& to) {
    if (name == to) return;
    addFolder(to);
    connection_.run(QStringLiteral("UPDATE conversations SET folder = ? WHERE folder = ?"),
                    {to, name});
    connection_.run(QStringLiteral("DELETE FROM folders WHERE name = ?"), {name});
}

void HistoryDatabase::removeFolder(const QString& name) {
    connection_.run(QStringLiteral("UPDATE conversations SET folder = '' WHERE folder = ?"),
                    {name});
    connection_.run(QStringLiteral("DELETE FROM folders WHERE name = ?"), {name});
}

void HistoryDatabase::setFolder(const QString& id, const QString& folder) {
    if (!folder.isEmpty()) addFolder(folder);
    connection_.run(QStringLiteral("UPDATE conversations SET folder = ? WHERE id = ?"),
                    {storedText(folder), id});
}

void HistoryDatabase::remove(const QString& id) {
    connection_.run(QStringLiteral("DELETE FROM conversations WHERE id = ?"), {id});
    connection_.run(QStringLiteral("DELETE FROM drafts WHERE conversation = ?"), {id});
}

void HistoryDatabase::keep(const Conversation& conversation) {
    const ConversationInfo& info = conversation.info;
    const qint64 updated = info.updated.toMSecsSinceEpoch();
    connection_.run(
        QStringLiteral(
            "INSERT INTO conversations (id, title, titled_by_user, folded, created, "
            "updated, pinned, folder, options, model) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON "
            "CONFLICT(id) DO UPDATE SET folder = excluded.folder, options = excluded.options, "
            "model = excluded.model, "
            "title = excluded.title, titled_by_user = excluded.titled_by_user, "
            "folded = excluded.folded, updated = excluded.updated, "
            "pinned = excluded.pinned"),
        {info.id, storedText(info.title), int(conversation.titled_by_user),
         storedText(folded(info.title)), updated, updated, int(info.pinned),
         storedText(info.folder), optionsText(conversation.settings),
         storedText(modelToJson(conversation.settings.model))});
    if (!info.folder.isEmpty()) addFolder(info.folder);
    QList<qint64> ids;
    for (const Turn& turn : allTurns(conversation)) ids << turns_.keep(info.id, turn);
    turns_.removeAllBut(info.id, ids);
}

void HistoryDatabase::addTurn(const QString& conversation, Turn& turn) {
    turns_.add(conversation, turn);
    connection_.run(QStringLiteral("UPDATE conversations SET updated = ? WHERE id = ?"),
                    {QDateTime::currentMSecsSinceEpoch(), conversation});
}

void HistoryDatabase::updateTurn(const QString& conversation, const Turn& turn) {
    if (turns_.update(conversation, turn) || turn.id == 0) return;
    // Lost with a damaged page: the conversation in the window still has it.
    QSqlQuery known =
        connection_.run(QStringLiteral("SELECT 1 FROM conversations WHERE id = ?"), {conversation});
    if (known.next()) turns_.keep(conversation, turn);
}

Draft HistoryDatabase::draft(const QString& conversation) {
    QSqlQuery row =
        connection_.run(QStringLiteral("SELECT text, media FROM drafts WHERE conversation = ?"),
                        {storedText(conversation)});
    Draft draft;
    if (!row.next()) return draft;
    draft.text = row.value(0).toString();
    for (const QJsonValue& file : QJsonDocument::fromJson(row.value(1).toByteArray()).array())
        draft.media << mediumFromJson(file);
    return draft;
}

void HistoryDatabase::setDraft(const QString& conversation, const Draft& draft) {
    if (draft.isEmpty()) {
        connection_.run(QStringLiteral("DELETE FROM drafts WHERE conversation = ?"),
                        {storedText(conversation)});
        return;
    }
    QJsonArray list;
    for (const Medium& medium : draft.media) list.append(toJson(medium));
    const QByteArray media = QJsonDocument(list).toJson(QJsonDocument::Compact);
    connection_.run(
        QStringLiteral(
            "INSERT OR REPLACE INTO drafts (conversation, text, media) VALUES (?, ?, ?)"),
        {storedText(conversation), storedText(draft.text), QString::fromUtf8(media)});
}

}  // namespace univi::ui
