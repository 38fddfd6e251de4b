#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QThread>

#include "ui/training/devices/nvml_library.h"

class QTimer;

namespace univi::ui {

/// What NVML said last.
struct GpuReading {
    QList<GpuState> gpus;
    QString problem;  ///< one sentence when there is no NVML or a GPU does not answer; else empty
};

/// Reads the GPUs again and again on a thread of its own: the driver may take its time. GUI thread.
class GpuMonitor : public QObject {
    Q_OBJECT
  public:
    explicit GpuMonitor(QObject* parent = nullptr);
    ~GpuMonitor() override;

    /// Reads now and then every `intervalMs`. A reading that is late is waited for, never doubled.
    void start(int intervalMs = 2000);
    void stop();
    const GpuReading& latest() const { return latest_; }
    bool hasRead() const { return has_read_; }

  Q_SIGNALS:
    void changed();

  private:
    void ask();
    class Worker;
    QThread thread_;
    Worker* worker_;
    QTimer* timer_;
    GpuReading latest_;
    bool has_read_ = false, is_asking_ = false;
};

}  // namespace univi::ui
