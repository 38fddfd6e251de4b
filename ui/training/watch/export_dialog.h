#pragma once

#include <QDialog>

#include "ui/session/line_child.h"
#include "ui/training/runs/run_use.h"

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace univi::ui {

/// Writes a result as one folder that loads on its own (LoRA merged, tower included), by univi-cli
/// convert beside this program.
class ExportDialog : public QDialog {
    Q_OBJECT
  public:
    ExportDialog(const ModelChoice& model, const QString& suggestion, QWidget* parent,
                 QString program = {});
    void setTarget(const QString& folder);
    void start();
    bool isRunning() const { return child_.isRunning(); }
    QString message() const;
    /// The command that start() runs.
    QStringList command() const;

  Q_SIGNALS:
    void finished(const QString& folder);

  private:
    void browse();
    void onEnd(const LineChild::End& end);

    ModelChoice model_;
    QString program_;
    LineChild child_;
    QLineEdit* target_;
    QLabel* message_;
    QProgressBar* bar_;
    QPushButton *go_, *cancel_;
};

}  // namespace univi::ui
