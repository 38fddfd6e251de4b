#include "ui/chat/generation_json.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace univi::ui {

QString generationToJson(const protocol::GenerationOptions& o) {
    QJsonObject json{{"template", QString::fromStdString(o.conv)},
                     {"seed", QString::number(o.seed)},
                     {"max_frames", o.max_frames}};
    const auto put = [&json](const char* name, const auto& value) {
        if (value) json.insert(QLatin1String(name), *value);
    };
    put("temperature", o.temperature);
    put("top_p", o.top_p);
    put("top_k", o.top_k);
    put("repetition_penalty", o.repetition_penalty);
    put("max_new_tokens", o.max_new_tokens);
    if (o.system) json.insert(QStringLiteral("system"), QString::fromStdString(*o.system));
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

protocol::GenerationOptions generationFromJson(const QString& text) {
    const QJsonObject json = QJsonDocument::fromJson(text.toUtf8()).object();
    protocol::GenerationOptions o;
    o.conv = json.value("template").toString(QString::fromStdString(o.conv)).toStdString();
    if (json.contains("system")) o.system = json.value("system").toString().toStdString();
    const auto real = [&json](const char* name, std::optional<double>& target) {
        const QJsonValue value = json.value(QLatin1String(name));
        if (value.isDouble()) target = value.toDouble();
    };
    const auto whole = [&json](const char* name, std::optional<int>& target) {
        const QJsonValue value = json.value(QLatin1String(name));
        if (value.isDouble()) target = value.toInt();
    };
    real("temperature", o.temperature);
    real("top_p", o.top_p);
    whole("top_k", o.top_k);
    real("repetition_penalty", o.repetition_penalty);
    whole("max_new_tokens", o.max_new_tokens);
    o.max_frames = json.value("max_frames").toInt(o.max_frames);
    bool ok = false;
    const quint64 seed = json.value("seed").toString().toULongLong(&ok);
    if (ok) o.seed = seed;
    return o;
}

}  // namespace univi::ui
