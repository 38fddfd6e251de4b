#include "ui/training/devices/gpu_monitor.h"

#include <QTimer>
#include <optional>

namespace univi::ui {

/// Lives on the monitor's thread; opens the library there, once.
class GpuMonitor::Worker : public QObject {
  public:
    GpuReading read() {
        if (!library_) library_ = NvmlLibrary::open();
        GpuReading reading;
        for (GpuState& gpu : library_->read()) reading.gpus.append(std::move(gpu));
        reading.problem = QString::fromStdString(library_->problem());
        return reading;
    }

  private:
    std::optional<NvmlLibrary> library_;
};

GpuMonitor::GpuMonitor(QObject* parent)
    : QObject(parent), worker_(new Worker), timer_(new QTimer(this)) {
    worker_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
    connect(timer_, &QTimer::timeout, this, &GpuMonitor::ask);
    thread_.setObjectName(QStringLiteral("gpu-monitor"));
    thread_.start();
}

GpuMonitor::~GpuMonitor() {
    thread_.quit();
    thread_.wait();
}

void GpuMonitor::start(int intervalMs) {
    timer_->start(intervalMs);
    ask();
}

void GpuMonitor::stop() {
    timer_->stop();
}

void GpuMonitor::ask() {
    if (std::exchange(is_asking_, true)) return;
    QMetaObject::invokeMethod(worker_, [this, worker = worker_] {
        const GpuReading reading = worker->read();
        QMetaObject::invokeMethod(this, [this, reading] {
            is_asking_ = false;
            latest_ = reading;
            has_read_ = true;
            Q_EMIT changed();
        });
    });
}

}  // namespace univi::ui
