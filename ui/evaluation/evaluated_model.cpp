#include "ui/evaluation/evaluated_model.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

namespace univi::ui {
namespace {

constexpr qint64 kLargestJson = qint64{16} << 20;

QJsonObject readObject(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestJson) return {};
    return QJsonDocument::fromJson(file.readAll()).object();
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
        const QJsonObject options = readObject(QDir(folder).filePath(QLatin1String(place)))
                                        .value(QLatin1String("options"))
                                        .toObject();
        if (options.isEmpty()) continue;
        parts.base = usable(options.value(QLatin1String("model_name_or_path")).toString());
        const QString tower = options.value(QLatin1String("vision_tower")).toString();
        // A tower that was trained stands in the folder, and loading looks there first.
        if (QFileInfo(tower).isDir() && !QDir(folder).exists(QStringLiteral("vision_tower")))
            parts.tower = tower;
        break;
    }
    if (!needsBase(folder)) parts.base.clear();
    if (parts.base.isEmpty() && needsBase(folder))
        parts.base = usable(readObject(QDir(folder).filePath(QStringLiteral("adapter_config.json")))
                                .value(QLatin1String("base_model_name_or_path"))
                                .toString());
    return parts;
}

QString checkpointName(const QString& folder) {
    if (folder.isEmpty()) return QStringLiteral("demo");
    const QFileInfo info(QDir::cleanPath(folder));
    if (!isCheckpoint(info.fileName())) return info.fileName();
    return QStringLiteral("%1 %2").arg(info.dir().dirName(), info.fileName());
}

}  // namespace univi::ui
