#include "ui/training/setup/setup_devices.h"

#include <QComboBox>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/training/devices/devices_panel.h"
#include "ui/training/devices/gpu_monitor.h"
#include "ui/training/devices/plan_view.h"
#include "ui/widgets/build.h"

namespace univi::ui {

SetupDevices::SetupDevices(GpuMonitor* monitor, MemoryPlanner* planner, QWidget* parent)
    : QWidget(parent),
      monitor_(monitor),
      devices_(new DevicesPanel(monitor, planner)),
      memory_(new QComboBox) {
    auto* label = new QLabel(tr("Plan &for"));
    label->setBuddy(memory_);
    memory_->addItem(tr("this machine"), QString());
    for (const int size : {12, 16, 24, 40, 48, 80, 141})
        memory_->addItem(tr("GPUs of %1 GB").arg(size), QStringLiteral("%1GB").arg(size));
    auto* plan = new PlanView(planner, false);
    column(this, {.margins = {}, .spacing = 10},
           {makeLabel(tr("Devices"), "heading"), devices_, Part::space(10),
            row({}, {{makeLabel(tr("Memory plan"), "heading"), 1}, label, memory_}), plan,
            Part::stretch()});
    connect(plan, &PlanView::adviceTaken, this, &SetupDevices::changed);
    connect(devices_, &DevicesPanel::chosen, this,
            [this](const QString& include, const QString& device) {
                Q_EMIT changed(
                    {{QStringLiteral("include"), include}, {QStringLiteral("device"), device}});
            });
    connect(memory_, &QComboBox::currentIndexChanged, this, &SetupDevices::memoryChosen);
}

void SetupDevices::setOptions(const training::TrainOptions& options) {
    devices_->setOptions(options);
}

QString SetupDevices::memoryFor(const training::TrainOptions& options) const {
    const QString chosen = memory_->currentData().toString();
    if (!chosen.isEmpty() || options.device == "cpu") return chosen;
    qint64 least = -1;
    const GpuReading& reading = monitor_->latest();
    const QList<int> devices = includedDevices(options, int(reading.gpus.size()));
    for (const GpuState& gpu : reading.gpus)
        if (devices.contains(gpu.index) && (least < 0 || gpu.memory_total < least))
            least = gpu.memory_total;
    return least > 0 ? QStringLiteral("%1KiB").arg(least / 1024) : QString();
}

}  // namespace univi::ui
