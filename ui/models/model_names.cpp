#include "ui/models/model_names.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include "core/base/paths.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

QString withoutHome(const QString& folder) {
    const QString home = QDir::homePath();
    const bool inside = home.size() > 1 && (folder == home || folder.startsWith(home + u'/'));
    return inside ? QStringLiteral("~") + folder.mid(home.size()) : folder;
}

ModelName ofRepository(const QString& repository) {
    const qsizetype slash = repository.indexOf(QLatin1Char('/'));
    return {repository.mid(slash + 1),
            tr("%1, Hugging Face cache").arg(repository.left(std::max<qsizetype>(slash, 0)))};
}

}  // namespace

ModelName modelName(const QString& model) {
    if (const auto repository = base::repository_of_snapshot(model.toStdString()))
        return ofRepository(QString::fromStdString(*repository));
    if (!QDir::isAbsolutePath(model) && !QFileInfo(model).exists() && model.count(u'/') == 1)
        return ofRepository(model);
    const QDir folder(QDir::cleanPath(model));
    QFileInfo place(folder.path());
    QString name = folder.dirName();
    // A checkpoint's number says nothing without its run.
    static const QRegularExpression kCheckpoint(QStringLiteral("^checkpoint-\\d+$"));
    if (kCheckpoint.match(name).hasMatch()) {
        place = QFileInfo(place.path());
        name = place.fileName() + u'/' + name;
    }
    return {name, withoutHome(place.path())};
}

bool isDemoModel(const QString& model) {
    if (model.isEmpty()) return true;
    const auto demo = base::demo_model_folder();
    if (!demo) return false;
    const QString place = QFileInfo(model).canonicalFilePath();
    return !place.isEmpty() &&
           place == QFileInfo(QString::fromStdString(demo->string())).canonicalFilePath();
}

QString folderProblem(const QString& model) {
    const QFileInfo info(model);
    if (model.isEmpty() || !info.isDir()) return {};  // the demo, a repository, or for the engine
    const QDir folder(model);
    for (const char* name : {"config.json", "adapter_config.json"})
        if (folder.exists(QLatin1String(name))) return {};
    return tr("%1 holds no model: config.json is missing. Choose the folder that holds it; the "
              "loaded model goes on.")
        .arg(info.fileName().isEmpty() ? model : info.fileName());
}

}  // namespace univi::ui
