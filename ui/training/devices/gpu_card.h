#pragma once

#include <QFrame>

#include "ui/training/devices/nvml_library.h"

class QCheckBox;
class QLabel;

namespace univi::ui {

class ElidedLabel;
class MemoryBar;

/// One GPU: whether it trains, its memory with the plan's need, what it does now and for whom.
class GpuCard : public QFrame {
    Q_OBJECT
  public:
    explicit GpuCard(QWidget* parent = nullptr);
    void setState(const GpuState& gpu);
    /// Bytes the plan needs here; 0: not reckoned or not chosen.
    void setNeed(qint64 bytes);
    void setChosen(bool on);
    bool isChosen() const;
    int index() const { return gpu_.index; }

  Q_SIGNALS:
    void toggled();

  private:
    void showMemory();
    GpuState gpu_;
    qint64 need_ = 0;
    QCheckBox* box_;
    QLabel *memory_, *numbers_;
    ElidedLabel *uuid_, *users_;
    MemoryBar* bar_;
};

}  // namespace univi::ui
