#include "ui/training/setup/run_preset.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/paths.h"
#include "training/options/option_form.h"
#include "ui/text/translate.h"
#include "ui/training/tool/labels.h"

namespace univi::ui {
namespace {

using base::Json;

constexpr const char* kResources = "${RESOURCES}";

std::string resources() {
    try {
        return base::resources_folder().string();
    } catch (const base::Error&) {
        return {};
    }
}

/// Replaces `from` at the beginning of every text value.
void exchange(Json& options, const std::string& from, const std::string& to) {
    if (from.empty() || to.empty()) return;
    for (auto& [name, value] : options.items()) {
        if (!value.is_string()) continue;
        const std::string text = value.get<std::string>();
        if (text.starts_with(from) && (text.size() == from.size() || text[from.size()] == '/'))
            value = to + text.substr(from.size());
    }
}

QString textOf(const Json& json, const char* key) {
    return json.contains(key) && json[key].is_string()
               ? QString::fromStdString(json[key].get<std::string>())
               : QString();
}

}  // namespace

RunPreset RunPreset::read(const QString& file) {
    constexpr std::size_t kMostBytes = 1 << 20;
    const Json json = base::read_json_file(file.toStdString(), kMostBytes);
    if (!json.is_object() || !json.contains("univi_preset") || !json.contains("options") ||
        !json["options"].is_object())
        throw base::Error(
            base::ErrorKind::Format,
            tr("%1 is no preset of training settings: choose a file that was exported here.")
                .arg(file)
                .toStdString());
    RunPreset preset;
    preset.file = file;
    preset.name = textOf(json, "name");
    preset.about = textOf(json, "about");
    if (preset.name.isEmpty()) preset.name = QFileInfo(file).completeBaseName();
    if (json.contains("order") && json["order"].is_number_integer())
        preset.order = json["order"].get<int>();
    Json options = json["options"];
    exchange(options, kResources, resources());
    training::apply_json(preset.options, options, file.toStdString());
    return preset;
}

void RunPreset::write(const QString& target) const {
    const Json values = training::to_json(options),
               defaults = training::to_json(training::TrainOptions{});
    Json changed = Json::object();
    for (const auto& [key, value] : values.items())
        if (!defaults.contains(key) || value != defaults.at(key)) changed[key] = value;
    exchange(changed, resources(), kResources);
    nlohmann::ordered_json json;
    json["univi_preset"] = 1;
    json["name"] = name.toStdString();
    if (!about.isEmpty()) json["about"] = about.toStdString();
    json["options"] = changed;
    base::write_file_atomically(
        target.toStdString(),
        json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

PresetStore::PresetStore(const QString& folder)
    : folder_(folder.isEmpty() ? QString::fromStdString((base::data_folder() / "presets").string())
                               : folder) {}

QList<RunPreset> PresetStore::presets() {
    problems_.clear();
    QList<RunPreset> presets;
    const std::string own = resources();
    if (!own.empty())
        read(QString::fromStdString(own) + QStringLiteral("/training/presets"), true, presets);
    std::stable_sort(presets.begin(), presets.end(),
                     [](const RunPreset& a, const RunPreset& b) { return a.order < b.order; });
    QList<RunPreset> mine;
    read(folder_, false, mine);
    std::stable_sort(mine.begin(), mine.end(), [](const RunPreset& a, const RunPreset& b) {
        return a.name.localeAwareCompare(b.name) < 0;
    });
    return presets + mine;
}

void PresetStore::read(const QString& folder, bool built_in, QList<RunPreset>& presets) {
    for (const QFileInfo& info :
         QDir(folder).entryInfoList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        try {
            RunPreset preset = RunPreset::read(info.absoluteFilePath());
            preset.built_in = built_in;
            if (built_in)
                preset.name = resourceText(preset.name), preset.about = resourceText(preset.about);
            presets.append(preset);
        } catch (const base::Error& error) {
            problems_ << QString::fromUtf8(error.what());
        }
    }
}

void PresetStore::save(const RunPreset& preset) {
    QDir().mkpath(folder_);
    QString name = preset.name.trimmed();
    static const QRegularExpression others(QStringLiteral("[^\\w.-]+"),
                                           QRegularExpression::UseUnicodePropertiesOption);
    name.replace(others, QStringLiteral("-"));
    if (name.isEmpty() || name.startsWith(QLatin1Char('.'))) name.prepend(QStringLiteral("preset"));
    // Another preset may have the same file name ("a b", "a-b"): that one stays.
    QString file = QDir(folder_).filePath(name + QStringLiteral(".json"));
    for (const RunPreset& each : presets())
        if (!each.built_in && each.name == preset.name) return preset.write(each.file);
    for (int i = 2; QFile::exists(file); ++i)
        file = QDir(folder_).filePath(QStringLiteral("%1-%2.json").arg(name).arg(i));
    preset.write(file);
}

void PresetStore::remove(const RunPreset& preset) {
    if (preset.built_in) return;
    if (!QFile::remove(preset.file))
        throw base::Error(
            base::ErrorKind::File,
            tr("%1 cannot be removed: look at its permissions.").arg(preset.file).toStdString());
}

QList<OptionDifference> differences(const training::TrainOptions& left,
                                    const training::TrainOptions& right) {
    QList<OptionDifference> result;
    for (const auto& group : training::option_form())
        for (const auto& face : group.faces) {
            const QString a = QString::fromStdString(training::option_text(left, *face.row));
            const QString b = QString::fromStdString(training::option_text(right, *face.row));
            if (a != b) result.append({QString::fromLatin1(face.row->name), labelOf(face), a, b});
        }
    return result;
}

}  // namespace univi::ui
