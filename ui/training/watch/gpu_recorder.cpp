#include "ui/training/watch/gpu_recorder.h"

#include <algorithm>

#include "ui/training/devices/gpu_monitor.h"
#include "ui/training/runs/process_probe.h"
#include "ui/training/runs/run_feed.h"

namespace univi::ui {
namespace {

bool belongsTo(qint64 process, qint64 run) {
    return run > 0 && (process == run || parentOf(process) == run);
}

}  // namespace

GpuRecorder::GpuRecorder(QObject* parent) : QObject(parent) {}
GpuRecorder::~GpuRecorder() = default;

void GpuRecorder::follow(RunFeed* feed) {
    feed_ = feed;
    const bool wanted = feed && isAlive(feed->info().state) &&
                        feed->info().device.startsWith(QLatin1String("cuda")) &&
                        feed->info().host.isEmpty();
    if (!wanted) {
        if (monitor_) monitor_->stop();
        return;
    }
    if (!monitor_) {
        monitor_ = new GpuMonitor(this);
        connect(monitor_, &GpuMonitor::changed, this, &GpuRecorder::onReading);
    }
    monitor_->start();
}

void GpuRecorder::onReading() {
    if (!feed_ || feed_->info().step <= 0) return;
    for (const GpuState& gpu : monitor_->latest().gpus) {
        const auto of_run = [&](const GpuUser& user) {
            return belongsTo(user.pid, feed_->info().pid);
        };
        if (std::ranges::none_of(gpu.users, of_run)) continue;
        if (gpu.load >= 0) feed_->record(QStringLiteral("gpu%1_load").arg(gpu.index), gpu.load);
        if (gpu.memory_total >= 0 && gpu.memory_free >= 0)
            feed_->record(QStringLiteral("gpu%1_memory_bytes").arg(gpu.index),
                          double(gpu.memory_total - gpu.memory_free));
    }
}

}  // namespace univi::ui
