#include "ui/models/cached_models.h"

#include <QCollator>
#include <QDir>
#include <QLocale>
#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"

namespace univi::ui {
namespace {

constexpr qsizetype kMostFolders = 200;

std::optional<CachedModel> lookAt(const std::filesystem::path& folder, const QString& name) {
    try {
        const auto facts = readModelFacts(folder);
        if (!facts) return std::nullopt;
        return CachedModel{name, QString::fromStdString(folder.string()), facts->bytes, *facts};
    } catch (const base::Error& error) {
        base::log_warning("the model " + name.toStdString() + " is not shown: " + error.what());
        return std::nullopt;
    }
}

}  // namespace

QList<CachedModel> findCachedModels() {
    QList<CachedModel> models;
    try {
        for (const base::CachedRepository& repository : base::hugging_face_repositories()) {
            const auto model = lookAt(repository.snapshot, QString::fromStdString(repository.name));
            // A plain language model, an adapter and a tower are parts of others here.
            if (model && model->facts.kind == ModelFacts::Kind::Whole) models << *model;
        }
    } catch (const base::Error& error) {
        base::log_warning(std::string("the Hugging Face cache is not shown: ") + error.what());
    }
    return models;
}

QList<CachedModel> findModelsIn(const QString& folder) {
    const QDir place(folder);
    QList<CachedModel> models;
    if (const auto own = lookAt(folder.toStdString(), place.dirName())) models << *own;
    QStringList inside =
        place.entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Readable, QDir::NoSort);
    QCollator order(QLocale(QLocale::English));  // that of "C" knows no numbers
    order.setNumericMode(true);                  // checkpoint-500 before checkpoint-1000
    std::sort(inside.begin(), inside.end(), order);
    for (const QString& each : inside.mid(0, kMostFolders))
        if (const auto model = lookAt(place.filePath(each).toStdString(), each)) models << *model;
    return models;
}

}  // namespace univi::ui
