#include "ui/chat/generation_json.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace univi::ui {

QString generationToJson(const protocol::GenerationOptions& o) {
    QJsonObject json{{"template", QString::fromStdString(o.conv)},
                     {"temperature", o.temperature},
                     {"top_p", o.top_p},
                     {"top_k", o.top_k},
                     {"repetition_penalty", o.repetition_penalty},
                     {"max_new_tokens", o.max_new_tokens},
                     {"seed", QString::number(o.seed)},
                     {"max_frames", o.max_frames}};
    if (o.system) json.insert(QStringLiteral("system"), QString::fromStdString(*o.system));
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

protocol::GenerationOptions generationFromJson(const QString& text) {
    const QJsonObject json = QJsonDocument::fromJson(text.toUtf8()).object();
    protocol::GenerationOptions o;
    o.conv = json.value("template").toString(QString::fromStdString(o.conv)).toStdString();
    if (json.contains("system")) o.system = json.value("system").toString().toStdString();
    o.temperature = json.value("temperature").toDouble(o.temperature);
    o.top_p = json.value("top_p").toDouble(o.top_p);
    o.top_k = json.value("top_k").toInt(o.top_k);
    o.repetition_penalty = json.value("repetition_penalty").toDouble(o.repetition_penalty);
    o.max_new_tokens = json.value("max_new_tokens").toInt(o.max_new_tokens);
    o.max_frames = json.value("max_frames").toInt(o.max_frames);
    bool ok = false;
    const quint64 seed = json.value("seed").toString().toULongLong(&ok);
    if (ok) o.seed = seed;
    return o;
}

}  // namespace univi::ui
