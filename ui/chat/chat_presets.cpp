#include "ui/chat/chat_presets.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "ui/chat/generation_json.h"
#include "ui/files/json_file.h"

namespace univi::ui {
namespace {

QString fileOrDefault(const QString& file) {
    if (!file.isEmpty()) return file;
    try {
        return QString::fromStdString((base::config_folder() / "presets.json").string());
    } catch (const base::Error& error) {
        base::log_warning(error.what());
        return {};
    }
}

void sort(QList<ChatPresets::Preset>& presets) {
    std::ranges::sort(presets, [](const auto& a, const auto& b) {
        return QString::localeAwareCompare(a.name, b.name) < 0;
    });
}

}  // namespace

ChatPresets::ChatPresets(const QString& file) : file_(fileOrDefault(file)) {
    if (file_.isEmpty()) return;
    const JsonObject read = readJsonFile(file_);
    if (!read.problem.isEmpty()) base::log_warning(read.problem.toStdString());
    for (const QJsonValue& entry : read.object.value(QLatin1String("presets")).toArray()) {
        const QString name = entry[QLatin1String("name")].toString().simplified();
        if (name.isEmpty() || find(name)) continue;
        const QByteArray options =
            QJsonDocument(entry[QLatin1String("options")].toObject()).toJson();
        presets_.append({name, generationFromJson(QString::fromUtf8(options))});
    }
    sort(presets_);
}

std::optional<protocol::GenerationOptions> ChatPresets::find(const QString& name) const {
    for (const Preset& preset : presets_)
        if (preset.name == name) return preset.options;
    return std::nullopt;
}

QString ChatPresets::save(const QString& name, const protocol::GenerationOptions& options) {
    presets_.removeIf([&](const Preset& preset) { return preset.name == name; });
    presets_.append({name, options});
    sort(presets_);
    return write();
}

QString ChatPresets::remove(const QString& name) {
    presets_.removeIf([&](const Preset& preset) { return preset.name == name; });
    return write();
}

QString ChatPresets::write() {
    QJsonArray list;
    for (const Preset& preset : presets_)
        list.append(QJsonObject{
            {"name", preset.name},
            {"options",
             QJsonDocument::fromJson(generationToJson(preset.options).toUtf8()).object()}});
    const QByteArray bytes = QJsonDocument(QJsonObject{{"presets", list}}).toJson();
    try {
        base::write_file_atomically(file_.toStdString(),
                                    std::string_view(bytes.constData(), std::size_t(bytes.size())));
    } catch (const base::Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

}  // namespace univi::ui
