#include "ui/models/model_shelf.h"

#include <QDir>
#include <QFileInfo>

#include "ui/settings/app_settings.h"

namespace univi::ui {
namespace {

constexpr int kSettleMs = 500;

QList<WatchedFolder> lookAt(const QStringList& folders) {
    QList<WatchedFolder> found;
    for (const QString& folder : folders)
        found << WatchedFolder{folder, QFileInfo(folder).isDir(), findModelsIn(folder)};
    return found;
}

}  // namespace

ModelShelf::ModelShelf(AppSettings* settings, QObject* parent)
    : QObject(parent), settings_(settings) {
    pool_.setMaxThreadCount(1);
    soon_.setSingleShot(true);
    soon_.setInterval(kSettleMs);
    connect(&soon_, &QTimer::timeout, this, &ModelShelf::refresh);
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, &soon_, qOverload<>(&QTimer::start));
    connect(settings_, &AppSettings::modelFoldersChanged, this, &ModelShelf::refresh);
}

ModelShelf::~ModelShelf() {
    pool_.clear();
    pool_.waitForDone();
}

void ModelShelf::refresh() {
    pool_.start([this, folders = settings_->modelFolders()] {
        const QList<CachedModel> cached = findCachedModels();
        const QList<WatchedFolder> found = lookAt(folders);
        QMetaObject::invokeMethod(this, [this, cached, found] { take(cached, found); });
    });
}

void ModelShelf::take(const QList<CachedModel>& cached, const QList<WatchedFolder>& folders) {
    cached_ = cached;
    folders_ = folders;
    if (!watcher_.directories().isEmpty()) watcher_.removePaths(watcher_.directories());
    for (const WatchedFolder& folder : folders)
        if (folder.is_there) watcher_.addPath(folder.folder);
    Q_EMIT changed();
}

void ModelShelf::watch(const QString& folder) {
    const QString clean = QDir::cleanPath(folder);
    QStringList folders = settings_->modelFolders();
    if (folders.contains(clean)) return;
    settings_->setModelFolders(folders << clean);
}

void ModelShelf::forget(const QString& folder) {
    QStringList folders = settings_->modelFolders();
    folders.removeAll(folder);
    settings_->setModelFolders(folders);
}

}  // namespace univi::ui
