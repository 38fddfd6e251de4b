#pragma once

#include <QWidget>

#include "training/options/options.h"
#include "ui/training/devices/memory_plan.h"

class QComboBox;

namespace univi::ui {

class DevicesPanel;
class GpuMonitor;
class MemoryPlanner;

/// The tab of devices: which of them train, and the memory plan for them or for other GPUs.
class SetupDevices : public QWidget {
    Q_OBJECT
  public:
    SetupDevices(GpuMonitor* monitor, MemoryPlanner* planner, QWidget* parent = nullptr);
    void setOptions(const training::TrainOptions& options);
    /// Returns the memory to plan with: chosen by hand, else the smallest of the GPUs that train,
    /// else an empty text, for what univi-train finds.
    QString memoryFor(const training::TrainOptions& options) const;

  Q_SIGNALS:
    void changed(const QList<univi::ui::OptionChange>& changes);
    void memoryChosen();

  private:
    GpuMonitor* monitor_;
    DevicesPanel* devices_;
    QComboBox* memory_;
};

}  // namespace univi::ui
