#pragma once

#include <QFrame>

class QProgressBar;
class QPushButton;

namespace univi::ui {

class ElidedLabel;
class ModelTask;
class WrapLabel;

/// Long work on a model: what, how far, and what came of it.
class TaskRow : public QFrame {
    Q_OBJECT
  public:
    /// Takes the task.
    explicit TaskRow(ModelTask* task, QWidget* parent = nullptr);
    ModelTask* task() const { return task_; }
    QString detail() const;

  Q_SIGNALS:
    void loadRequested(const QString& folder);
    /// The work is over, and the person has seen it.
    void closed();

  private:
    void update();
    QString title() const;

    ModelTask* task_;
    ElidedLabel* name_;
    QProgressBar* bar_;
    WrapLabel* detail_;
    QPushButton *load_, *end_;
};

}  // namespace univi::ui
