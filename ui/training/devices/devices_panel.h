#pragma once

#include <QWidget>
#include <memory>

#include "training/options/options.h"
#include "ui/training/devices/gpu_monitor.h"

class QLabel;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace univi::ui {

class GpuCard;
class MemoryPlanner;

/// Chooses the devices that train: GPUs as NVML shows them, each with what the plan needs beside
/// what is free, or a number of ranks on the processor. GUI thread.
class DevicesPanel : public QWidget {
    Q_OBJECT
  public:
    /// Borrows both.
    DevicesPanel(GpuMonitor* monitor, MemoryPlanner* planner, QWidget* parent = nullptr);
    ~DevicesPanel() override;
    /// Shows what `options` choose (include, device).
    void setOptions(const training::TrainOptions& options);

  Q_SIGNALS:
    /// A person chose: --include and --device as text.
    void chosen(const QString& include, const QString& device);

  private:
    void buildCpuCard();
    void showReading();
    void showPlan();
    void makeCards();
    void takeChoice();
    void takeRanks(int ranks);
    GpuMonitor* monitor_;
    MemoryPlanner* planner_;
    training::TrainOptions options_;
    QLabel* sentence_;
    QVBoxLayout* cards_layout_;
    QList<GpuCard*> cards_;
    QWidget* cpu_card_;
    QSpinBox* ranks_;
    bool filling_ = false;
};

/// Returns the indices of the devices that --include names: all of `count` when it names a host
/// alone, that of one rank when it is empty, none when it cannot be read.
QList<int> includedDevices(const training::TrainOptions& options, int count);

}  // namespace univi::ui
