#pragma once

#include <QFileSystemWatcher>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include "ui/models/cached_models.h"

namespace univi::ui {

class AppSettings;

/// A folder that a person wants to see the models of.
struct WatchedFolder {
    QString folder;
    bool is_there = true;
    QList<CachedModel> models;
};

/// The models that are on this machine: in the hub's cache, and in the folders of the settings,
/// which are watched. The disk is read on a thread of its own. GUI thread.
class ModelShelf : public QObject {
    Q_OBJECT
  public:
    explicit ModelShelf(AppSettings* settings, QObject* parent = nullptr);
    ~ModelShelf() override;

    const QList<CachedModel>& cached() const { return cached_; }
    const QList<WatchedFolder>& folders() const { return folders_; }
    /// Reads the disk anew; `changed` follows.
    void refresh();
    void watch(const QString& folder);
    void forget(const QString& folder);

  Q_SIGNALS:
    void changed();

  private:
    void take(const QList<CachedModel>& cached, const QList<WatchedFolder>& folders);

    AppSettings* settings_;
    QList<CachedModel> cached_;
    QList<WatchedFolder> folders_;
    QFileSystemWatcher watcher_;
    QTimer soon_;  ///< a copy of a model changes its folder many times
    QThreadPool pool_;
};

}  // namespace univi::ui
