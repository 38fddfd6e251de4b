#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <memory>

#include "ui/training/runs/run_data.h"

class QFileSystemWatcher;
class QThread;

namespace univi::ui {

class RunFiles;

/// Follows a run's folder on the reading thread; RunFeed is its other side.
class RunReader : public QObject {
    Q_OBJECT
  public:
    explicit RunReader(const QString& folder);
    ~RunReader() override;
    void begin();

  Q_SIGNALS:
    void looked(const std::shared_ptr<const univi::ui::RunUpdate>& update);

  private:
    void look();
    QString folder_;
    std::unique_ptr<RunFiles> files_;
    QTimer* timer_ = nullptr;
    QFileSystemWatcher* watcher_ = nullptr;
};

/// One run, live, for the widgets: its facts, all its curves from step 1, its log. Files are read
/// on `thread`, never here. GUI thread.
class RunFeed : public QObject {
    Q_OBJECT
  public:
    RunFeed(const QString& folder, QThread* thread, QObject* parent = nullptr);
    ~RunFeed() override;
    const QString& folder() const { return folder_; }
    const RunInfo& info() const { return info_; }
    const CurveSet& curves() const { return curves_; }
    const QList<LogLine>& log() const { return log_; }
    /// Whether everything that stands in the folder now has been read once.
    bool isComplete() const { return complete_; }
    /// A figure that only the window knows (a GPU's load), at the newest step. Kept while the
    /// run is shown.
    void record(const QString& name, double value);

  Q_SIGNALS:
    void infoChanged();
    /// `reset`: earlier points are void.
    void curvesChanged(bool reset);
    /// Lines from `first` on are new; 0 after a reset.
    void logChanged(qsizetype first);

  private:
    void take(const RunUpdate& update);
    QString folder_;
    QPointer<RunReader> reader_;  ///< goes with the thread where that ends first
    RunInfo info_;
    CurveSet curves_;
    QList<LogLine> log_;
    bool complete_ = false;
};

}  // namespace univi::ui
