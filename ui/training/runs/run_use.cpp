#include "ui/training/runs/run_use.h"

#include <QDir>
#include <QFileInfo>

#include "ui/files/json_file.h"

namespace univi::ui {
namespace {

QString setting(const RunInfo& info, const char* name) {
    const QString field = QLatin1String(name);
    return pathIn(info.settings, field, field + QStringLiteral("_bytes"));
}

}  // namespace

QString resolvePath(const RunInfo& info, const QString& path) {
    if (path.isEmpty() || QDir::isAbsolutePath(path) || info.working_folder.isEmpty()) return path;
    const QString here = QDir::cleanPath(QDir(info.working_folder).filePath(path));
    return QFileInfo::exists(here) ? here : path;
}

RunResult resultIn(const QString& folder) {
    const QDir dir(folder);
    const auto has = [&](const char* name) { return dir.exists(QLatin1String(name)); };
    if (has("adapter_config.json")) return RunResult::Adapter;
    const bool has_weights = has("model.safetensors") || has("model.safetensors.index.json") ||
                             has("pytorch_model.bin") || has("pytorch_model.bin.index.json");
    if (has("config.json") && has_weights) return RunResult::Model;
    return has("mm_projector.bin") ? RunResult::Projector : RunResult::None;
}

ModelChoice modelOf(const RunInfo& info, const QString& folder) {
    ModelChoice choice{folder, {}, {}};
    const RunResult kind = resultIn(folder);
    if (kind == RunResult::Adapter || kind == RunResult::Projector)
        choice.base = resolvePath(info, setting(info, "model_name_or_path"));
    const QString own = QDir(folder).filePath(QStringLiteral("vision_tower"));
    const QString tower = resolvePath(info, setting(info, "vision_tower"));
    // A tower that was trained stands in the folder, and loading looks there first.
    if (!QFileInfo(own).isDir() && QFileInfo(tower).isDir()) choice.tower = tower;
    return choice;
}

ModelChoice baseOf(const RunInfo& info) {
    const QString base = resolvePath(info, setting(info, "model_name_or_path"));
    const QString tower = resolvePath(info, setting(info, "vision_tower"));
    return {base, {}, QFileInfo(tower).isDir() ? tower : QString()};
}

QString templateOf(const RunInfo& info) {
    const QString version = setting(info, "version");
    return version.isEmpty() || version == QLatin1String("plain") ? QStringLiteral("default")
                                                                  : version;
}

}  // namespace univi::ui
