#pragma once

#include <QObject>
#include <QTimer>
#include <optional>

#include "ui/training/devices/memory_plan.h"
#include "ui/training/tool/train_child.h"

namespace univi::ui {

/// Keeps the memory plan of the settings at hand: asks `univi-train --plan` a moment after the
/// last change, drops what a newer change made idle, and looks for settings that fit where these
/// do not. GUI thread.
class MemoryPlanner : public QObject {
    Q_OBJECT
  public:
    enum class State { Idle, Working, Ready, Failed };
    explicit MemoryPlanner(QObject* parent = nullptr);

    /// `device_memory`: "80GB"; empty: that of the device that is here.
    void plan(const training::TrainOptions& options, const QString& device_memory);
    /// Milliseconds to wait for further changes (tests: 0).
    void setDelay(int ms) { timer_.setInterval(ms); }

    State state() const { return state_; }
    /// Of the settings last planned; nothing unless Ready.
    const std::optional<MemoryPlan>& latest() const { return plan_; }
    const PlanAdvice& advice() const { return advice_; }
    /// Why there is no plan, or what it had to assume (another model's shape); one sentence.
    QString problem() const { return problem_; }
    QString assumption() const { return assumption_; }

  Q_SIGNALS:
    void changed();

  private:
    void ask();
    void askFor(const training::TrainOptions& options);
    void take(const TrainChild::Result& result);
    void takePlan(const MemoryPlan& plan);
    void fail(const QString& sentence);
    void finish();
    bool chooseModel(training::TrainOptions& options);

    TrainChild child_;
    QTimer timer_;
    training::TrainOptions wanted_, asked_;
    QString device_memory_;
    State state_ = State::Idle;
    std::optional<MemoryPlan> plan_;
    bool is_second_ = false;  ///< the question is the one with gradient checkpointing
    PlanAdvice advice_;
    QString problem_, assumption_;
};

}  // namespace univi::ui
