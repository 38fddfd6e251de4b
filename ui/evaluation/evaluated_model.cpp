#include "ui/evaluation/evaluated_model.h"

#include <QDir>
#include <QFileInfo>

#include "ui/files/json_file.h"

namespace univi::ui {
namespace {

constexpr qint64 kLargestJson = qint64{16} << 20;

/// The object of a file in `folder`; what is wrong with it goes to `problem`.
QJsonObject readObject(const QString& folder, const char* name, QString& problem) {
    const JsonObject read =
        readJsonFile(QDir::cleanPath(QDir(folder).filePath(QLatin1String(name))), kLargestJson);
    if (problem.isEmpty()) problem = read.problem;
    return read.object;
}

QString pathIn(const QJsonObject& object, const char* name) {
    const QString field = QLatin1String(name);
    return ui::pathIn(object, field, field + QStringLiteral("_bytes"));
}

/// A name of the Hugging Face cache stays as it is; a path must be there.
QString usable(const QString& path) {
    return !QDir::isAbsolutePath(path) || QFileInfo(path).isDir() ? path : QString();
}

bool isCheckpoint(const QString& name) {
    return name.startsWith(QLatin1String("checkpoint-"));
}

}  // namespace

bool needsBase(const QString& folder) {
    const QDir dir(folder);
    if (folder.isEmpty() || !dir.exists()) return false;
    const auto has = [&](const char* name) { return dir.exists(QLatin1String(name)); };
    if (has("adapter_config.json")) return true;
    const bool has_weights = has("model.safetensors") || has("model.safetensors.index.json") ||
                             has("pytorch_model.bin") || has("pytorch_model.bin.index.json");
    return !has_weights && has("mm_projector.bin");
}

ModelParts partsOf(const QString& folder) {
    ModelParts parts;
    if (folder.isEmpty()) return parts;
    for (const char* place : {"run.json", "../run.json"}) {
        const QJsonObject options =
            readObject(folder, place, parts.problem).value(QLatin1String("options")).toObject();
        if (options.isEmpty()) continue;
        parts.base = usable(pathIn(options, "model_name_or_path"));
        const QString tower = pathIn(options, "vision_tower");
        // A tower that was trained stands in the folder, and loading looks there first.
        if (QFileInfo(tower).isDir() && !QDir(folder).exists(QStringLiteral("vision_tower")))
            parts.tower = tower;
        break;
    }
    if (!needsBase(folder)) parts.base.clear();
    if (parts.base.isEmpty() && needsBase(folder))
        parts.base = usable(pathIn(readObject(folder, "adapter_config.json", parts.problem),
                                   "base_model_name_or_path"));
    return parts;
}

QString checkpointName(const QString& folder) {
    if (folder.isEmpty()) return QStringLiteral("demo");
    const QFileInfo info(QDir::cleanPath(folder));
    if (!isCheckpoint(info.fileName())) return info.fileName();
    return QStringLiteral("%1 %2").arg(info.dir().dirName(), info.fileName());
}

}  // namespace univi::ui
