#pragma once

#include <QWidget>

#include "ui/training/devices/memory_plan.h"
#include "ui/training/setup/run_checks.h"

class QPlainTextEdit;
class QPushButton;

namespace univi::ui {

class ChecksView;
class MemoryPlanner;

/// The column beside the settings: what the checks say, the memory plan, and the exact command to
/// look at and to copy. It scrolls downwards only.
class SetupSide : public QWidget {
    Q_OBJECT
  public:
    /// Borrows `planner`.
    explicit SetupSide(MemoryPlanner* planner, QWidget* parent = nullptr);
    void setChecks(const QList<RunCheck>& checks);
    void setCommand(const QString& command);
    QString command() const;

  Q_SIGNALS:
    void checkChosen(const univi::ui::RunCheck& check);
    /// The last check's button had the focus and is gone.
    void focusFreed();
    void adviceTaken(const QList<univi::ui::OptionChange>& changes);

  private:
    QWidget* buildCommand();
    void copy();
    ChecksView* checks_;
    QPlainTextEdit* command_;
    QPushButton* copy_;
};

}  // namespace univi::ui
