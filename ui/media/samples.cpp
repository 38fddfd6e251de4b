#include "ui/media/samples.h"

#include <QDir>
#include <QFileInfo>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

QString field(const base::Json& entry, const char* name) {
    const auto found = entry.find(name);
    return found != entry.end() && found->is_string()
               ? QString::fromStdString(found->get<std::string>())
               : QString();
}

/// A clip's poster: named in the list, or a picture of the same name beside it.
QString posterOf(const QDir& folder, const base::Json& entry, const QFileInfo& file) {
    QStringList names{field(entry, "poster")};
    for (const char* suffix : {".jpg", ".png"})
        names << file.completeBaseName() + QLatin1String(suffix);
    for (const QString& name : names) {
        const QString path = folder.filePath(QFileInfo(name).fileName());
        if (!name.isEmpty() && QFileInfo(path).isFile()) return path;
    }
    return {};
}

}  // namespace

QList<Sample> readSamples(const QString& folder) {
    QList<Sample> samples;
    try {
        const base::Json list =
            base::read_json_file((folder + QStringLiteral("/samples.json")).toStdString(), 1 << 20);
        for (const base::Json& entry : list) {
            if (!entry.is_object()) continue;
            const QFileInfo file(QDir(folder).filePath(QFileInfo(field(entry, "file")).fileName()));
            if (!file.isFile()) continue;
            const bool clip = field(entry, "kind") == QLatin1String("clip");
            samples << Sample{file.absoluteFilePath(),
                              clip ? posterOf(QDir(folder), entry, file) : QString(),
                              clip ? MediaKind::Clip : MediaKind::Picture,
                              resourceText(field(entry, "title")), field(entry, "question")};
        }
    } catch (const base::Error& error) {
        base::log_warning(std::string("no samples are shown: ") + error.what());
    }
    return samples;
}

QString samplesFolder() {
    try {
        return QString::fromStdString((base::resources_folder() / "samples").string());
    } catch (const base::Error&) {
        return {};
    }
}

}  // namespace univi::ui
