#pragma once

#include <QFrame>

class QGridLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace univi::protocol {
struct MemoryPlan;
}

namespace univi::ui {

class FlowLayout;
class MemoryBar;
class MemoryPlanner;
struct OptionChange;

/// The memory plan of the settings: one sentence, a bar of its parts, what to change where it does
/// not fit, and all stages.
class PlanView : public QFrame {
    Q_OBJECT
  public:
    /// Borrows `planner`. `compact`: without legend and table.
    PlanView(MemoryPlanner* planner, bool compact, QWidget* parent = nullptr);

  Q_SIGNALS:
    void adviceTaken(const QList<univi::ui::OptionChange>& changes);

  private:
    void refresh();
    void showPlan(const protocol::MemoryPlan& plan);
    void showLegend(const protocol::MemoryPlan& plan);
    void showTable(const protocol::MemoryPlan& plan);
    QString headline(const protocol::MemoryPlan& plan) const;
    MemoryPlanner* planner_;
    bool compact_;
    QLabel *headline_, *note_, *advice_;
    QPushButton* fix_;
    MemoryBar* bar_;
    QWidget *legend_, *table_;
    FlowLayout* legend_items_;
    QGridLayout* cells_;
};

}  // namespace univi::ui
