#include "ui/chat/conversation_export.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "core/base/atomic_file.h"
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

QJsonObject turnToJson(const Turn& turn) {
    return {{"id", turn.id},
            {"parent", turn.parent},
            {"shown", turn.chosen},
            {"media", QJsonArray::fromStringList(turn.media)},
            {"question", turn.question},
            {"reply", turn.reply},
            {"state", stateName(turn.state)},
            {"error", turn.error},
            {"finish", turn.finish},
            {"model", turn.model},
            {"prompt_tokens", turn.prompt_tokens},
            {"visual_tokens", turn.visual_tokens},
            {"reply_tokens", turn.reply_tokens},
            {"first_token_s", turn.first_token_s},
            {"decode_tokens_per_s", turn.tokens_per_s},
            {"created", turn.created.toString(Qt::ISODateWithMs)},
            {"options", QJsonDocument::fromJson(generationToJson(turn.options).toUtf8()).object()}};
}

QString quoted(const QString& text) {
    return QStringLiteral("> ") + QString(text).replace(QLatin1Char('\n'), QLatin1String("\n> "));
}

}  // namespace

QString toMarkdown(const Conversation& conversation) {
    QString page = QStringLiteral("# %1\n").arg(conversation.info.title.simplified());
    for (const Turn& turn : conversation.turns) {
        page += QLatin1Char('\n');
        for (const QString& medium : turn.media)
            page += quoted(QStringLiteral("`%1`").arg(QFileInfo(medium).fileName())) +
                    QStringLiteral("  \n");
        page += quoted(turn.question) + QStringLiteral("\n\n");
        if (!turn.reply.isEmpty()) page += turn.reply + QLatin1Char('\n');
        if (turn.state == Turn::State::Stopped)
            page += QStringLiteral("\n*%1*\n").arg(tr("(stopped)"));
        if (!turn.error.isEmpty()) page += QStringLiteral("\n*%1*\n").arg(turn.error);
    }
    return page;
}

QByteArray toJson(const Conversation& conversation) {
    QJsonArray turns;
    for (const Turn& turn : allTurns(conversation)) turns.append(turnToJson(turn));
    const QJsonObject root{{"id", conversation.info.id},
                           {"title", conversation.info.title},
                           {"updated", conversation.info.updated.toString(Qt::ISODateWithMs)},
                           {"turns", turns}};
    return QJsonDocument(root).toJson(QJsonDocument::Indented);
}

void exportConversation(const Conversation& conversation, const QString& file) {
    const bool json = file.endsWith(QLatin1String(".json"), Qt::CaseInsensitive);
    const QByteArray bytes = json ? toJson(conversation) : toMarkdown(conversation).toUtf8();
    base::write_file_atomically(file.toStdString(),
                                std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

}  // namespace univi::ui
