#pragma once

#include <QObject>
#include <QPointer>

namespace univi::ui {

class GpuMonitor;
class RunFeed;

/// Adds load and memory of the GPUs that a living run uses to its curves, while it is shown. Which
/// GPUs these are the driver says: those that hold memory of the run's processes. GUI thread.
class GpuRecorder : public QObject {
    Q_OBJECT
  public:
    explicit GpuRecorder(QObject* parent = nullptr);
    ~GpuRecorder() override;
    /// Null: none.
    void follow(RunFeed* feed);

  private:
    void onReading();
    GpuMonitor* monitor_ = nullptr;
    QPointer<RunFeed> feed_;
};

}  // namespace univi::ui
