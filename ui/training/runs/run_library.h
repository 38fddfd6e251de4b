#pragma once

#include <QDateTime>
#include <QMap>
#include <QObject>
#include <QThread>
#include <QTimer>
#include <map>
#include <memory>

#include "ui/training/runs/run_data.h"
#include "ui/training/runs/run_start.h"
#include "ui/training/runs/train_launcher.h"

namespace univi::ui {

class RunFiles;

/// Looks at all known runs' folders on the reading thread, shallowly.
class RunScanner : public QObject {
    Q_OBJECT
  public:
    RunScanner();
    ~RunScanner() override;
    void look(const QStringList& folders, const QStringList& roots);

  Q_SIGNALS:
    void looked(const QList<univi::ui::RunInfo>& infos, const QStringList& found);

  private:
    std::map<QString, std::unique_ptr<RunFiles>> runs_;
};

/// A run the program knows.
struct RunEntry {
    QString folder;
    RunInfo info;
    QDateTime added;
    QString name;         ///< as a person called it; empty: the run's own name
    RunStart start;       ///< as it was started or queued here; without arguments when it was not
    QString waiting_for;  ///< of a queued one: a sentence
};

/// The runs the program knows, kept in runs.json of the data folder: those it started or queued,
/// folders that were opened, and what lies in watched folders. They are looked at every second and
/// a half; queued ones start when their devices are free (while this program runs). GUI thread;
/// files are read on thread().
class RunLibrary : public QObject {
    Q_OBJECT
  public:
    struct Options {
        QString file;     ///< empty: runs.json in the data folder
        QString program;  ///< empty: univi-train beside the running executable
        int look_ms = 1500;
    };
    explicit RunLibrary(const Options& options, QObject* parent = nullptr);
    ~RunLibrary() override;

    /// Queued ones first, then living, then by the last sign of life, newest first.
    QList<RunEntry> runs() const;
    const RunEntry* find(const QString& folder) const;
    QThread* thread() { return &thread_; }
    /// What was wrong with runs.json when it was read, and where it was set aside; empty: nothing.
    QString problem() const { return problem_; }
    const TrainLauncher& launcher() const { return launcher_; }

    /// Starts or queues; false with a sentence in `problem`.
    bool start(const RunStart& run, QString& problem);
    /// Takes a queued run back.
    void unqueue(const QString& folder);
    /// Adds a run's folder, or all runs in it (TensorBoard's layout: one or many). The folders that
    /// are known now.
    QStringList open(const QString& folder);
    /// Out of the list; the folder stays.
    void forget(const QString& folder);
    /// Calls a run otherwise, here only: its folder stays. An empty name is the run's own again.
    void rename(const QString& folder, const QString& name);
    /// Moves a run's folder to the trash, and it out of the list. False with a sentence in
    /// `problem`: it is running, or the trash does not take it.
    bool remove(const QString& folder, QString& problem);
    /// Brings the run back that was removed last, with its name. Its folder; empty with a sentence
    /// in `problem` when that cannot be.
    QString restoreRemoved(QString& problem);
    /// Returns the folders whose runs are found by themselves.
    QStringList roots() const { return roots_; }
    void lookNow();
    bool keepsAwake() const { return keeps_awake_; }
    void setKeepsAwake(bool on);

  Q_SIGNALS:
    void changed();
    /// A run became another state ("done", "failed", …) while this program was looking.
    void stateChanged(const univi::ui::RunInfo& info, univi::ui::RunState before);
    /// A queued run could not be started.
    void queueFailed(const QString& folder, const QString& sentence);

  private:
    void load();
    void setAside(const QString& problem);
    void save() const;
    RunEntry& remember(const QString& folder);
    void takeOut(const QString& key);
    void take(const QList<RunInfo>& infos, const QStringList& found);
    void startQueued();
    QString obstacleOf(const RunStart& run) const;
    bool startNow(const RunStart& run, QString& problem);

    Options options_;
    TrainLauncher launcher_;
    QMap<QString, RunEntry> entries_;
    QStringList roots_, queue_, forgotten_;
    struct Removed {
        RunEntry entry;
        QString trashed;  ///< its folder in the trash; empty: it had none yet
    };
    QList<Removed> removed_;
    QThread thread_;
    RunScanner* scanner_;
    QTimer timer_;
    bool looking_ = false, keeps_awake_ = true;
    QString problem_;
};

}  // namespace univi::ui

Q_DECLARE_METATYPE(univi::ui::RunInfo)
