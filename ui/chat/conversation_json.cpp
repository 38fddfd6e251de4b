#include "ui/chat/conversation_json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include "core/base/error.h"
#include "ui/chat/generation_json.h"
#include "ui/chat/turn_branches.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

QString stateName(Turn::State state) {
    switch (state) {
        case Turn::State::Done:
            return QStringLiteral("done");
        case Turn::State::Stopped:
            return QStringLiteral("stopped");
        case Turn::State::Failed:
            return QStringLiteral("failed");
        case Turn::State::Queued:
            return QStringLiteral("queued");
        case Turn::State::Waiting:
        case Turn::State::Streaming:
            break;
    }
    return QStringLiteral("running");
}

QJsonArray mediaToJson(const Media& media) {
    QJsonArray list;
    for (const Medium& medium : media) list.append(toJson(medium));
    return list;
}

QJsonObject turnToJson(const Turn& turn) {
    return {{"id", turn.id},
            {"parent", turn.parent},
            {"shown", turn.chosen},
            {"media", mediaToJson(turn.media)},
            {"question", turn.question},
            {"reply", turn.reply},
            {"state", stateName(turn.state)},
            {"error", turn.error},
            {"finish", turn.finish},
            {"model", turn.model},
            {"prompt_tokens", turn.prompt_tokens},
            {"visual_tokens", turn.visual_tokens},
            {"reply_tokens", turn.reply_tokens},
            {"dropped_turns", turn.dropped_turns},
            {"dropped_media", turn.dropped_media},
            {"first_token_s", turn.first_token_s},
            {"decode_tokens_per_s", turn.tokens_per_s},
            {"created", turn.created.toString(Qt::ISODateWithMs)},
            {"options", QJsonDocument::fromJson(generationToJson(turn.options).toUtf8()).object()}};
}

Turn::State stateFrom(const QString& name) {
    for (const Turn::State state :
         {Turn::State::Done, Turn::State::Stopped, Turn::State::Failed, Turn::State::Queued})
        if (name == stateName(state)) return state;
    return Turn::State::Stopped;
}

Turn turnFrom(const QJsonObject& json, qint64 place) {
    Turn turn;
    turn.id = json.value(QLatin1String("id")).toInteger(place);
    turn.parent = json.value(QLatin1String("parent")).toInteger(-1);
    turn.chosen = json.value(QLatin1String("shown")).toBool(true);
    for (const QJsonValue& file : json.value(QLatin1String("media")).toArray())
        turn.media << mediumFromJson(file);
    turn.question = json.value(QLatin1String("question")).toString();
    turn.reply = json.value(QLatin1String("reply")).toString();
    turn.state = stateFrom(json.value(QLatin1String("state")).toString());
    turn.error = json.value(QLatin1String("error")).toString();
    turn.finish = json.value(QLatin1String("finish")).toString();
    turn.model = json.value(QLatin1String("model")).toString();
    turn.prompt_tokens = json.value(QLatin1String("prompt_tokens")).toInt();
    turn.visual_tokens = json.value(QLatin1String("visual_tokens")).toInt();
    turn.reply_tokens = json.value(QLatin1String("reply_tokens")).toInt();
    turn.dropped_turns = json.value(QLatin1String("dropped_turns")).toInt();
    turn.dropped_media = json.value(QLatin1String("dropped_media")).toInt();
    turn.first_token_s = json.value(QLatin1String("first_token_s")).toDouble();
    turn.tokens_per_s = json.value(QLatin1String("decode_tokens_per_s")).toDouble();
    const auto created =
        QDateTime::fromString(json.value(QLatin1String("created")).toString(), Qt::ISODateWithMs);
    if (created.isValid()) turn.created = created.toUTC();
    turn.options = generationFromJson(
        QString::fromUtf8(QJsonDocument(json.value(QLatin1String("options")).toObject()).toJson()));
    return turn;
}

}  // namespace

QByteArray toJson(const Conversation& conversation) {
    QJsonArray turns;
    for (const Turn& turn : allTurns(conversation)) turns.append(turnToJson(turn));
    const QJsonObject root{{"id", conversation.info.id},
                           {"title", conversation.info.title},
                           {"updated", conversation.info.updated.toString(Qt::ISODateWithMs)},
                           {"turns", turns}};
    return QJsonDocument(root).toJson(QJsonDocument::Indented);
}

Conversation conversationFromJson(const QByteArray& json, const QString& name) {
    const QJsonObject root = QJsonDocument::fromJson(json).object();
    const QJsonArray entries = root.value(QLatin1String("turns")).toArray();
    QList<Turn> turns;
    QSet<qint64> ids;
    for (const QJsonValue& entry : entries) {
        const Turn turn = turnFrom(entry.toObject(), turns.size() + 1);
        if (turn.question.isEmpty() || turn.id <= 0 || ids.contains(turn.id)) {
            turns.clear();
            break;
        }
        ids.insert(turn.id);
        turns << turn;
    }
    if (turns.isEmpty())
        throw base::Error(base::ErrorKind::Format,
                          tr("%1 holds no conversation; choose a JSON file that was exported here.")
                              .arg(name)
                              .toStdString());
    Conversation conversation;
    conversation.info.title = root.value(QLatin1String("title")).toString().simplified();
    if (conversation.info.title.isEmpty())
        conversation.info.title = titleFromQuestion(turns.first().question);
    sortBranches(conversation, turns);
    return conversation;
}

}  // namespace univi::ui
