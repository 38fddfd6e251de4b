#pragma once

#include <QJsonObject>
#include <QObject>
#include <QSet>

#include "ui/session/engine_client.h"
#include "ui/training/runs/probe_store.h"
#include "ui/training/runs/run_data.h"

namespace univi::ui {

class ModelAsker;
class RunLibrary;

/// Asks the checkpoints of all known runs their probe questions as they appear, one checkpoint at a
/// time, whichever run is shown. Runs that ended before this program began are left alone until
/// wake() names them. GUI thread.
class ProbeKeeper : public QObject {
    Q_OBJECT
  public:
    ProbeKeeper(RunLibrary* library, EngineClient::Options engine, QObject* parent = nullptr);
    ~ProbeKeeper() override;
    /// Its questions were changed, or it is shown: its checkpoints are due as well.
    void wake(const QString& folder);
    QString askedFolder() const { return folder_; }
    qint64 askedStep() const { return step_; }

    /// Checkpoints of a run that its questions have not all been put to, oldest first, every N-th
    /// and always the newest.
    static QList<RunCheckpoint> dueOf(const RunInfo& info, const ProbeStore& store);

  Q_SIGNALS:
    void asking(const QString& folder, qint64 step);
    /// An answer was written to the run's folder, or the asking of a checkpoint is over.
    void answered(const QString& folder);
    void failed(const QString& folder, const QString& sentence);

  private:
    void look();
    bool lookAt(const RunInfo& info);

    RunLibrary* library_;
    ModelAsker* asker_;
    QSet<QString> awake_, given_up_;
    QString folder_;
    qint64 step_ = -1;
    QList<Probe> questions_;
};

}  // namespace univi::ui
