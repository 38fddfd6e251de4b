#pragma once

#include <QDialog>
#include <QProcess>

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
    ~ExportDialog() override;
    void setTarget(const QString& folder);
    void start();
    bool isRunning() const { return process_.state() != QProcess::NotRunning; }
    QString message() const;
    /// The command that start() runs.
    QStringList command() const;

  Q_SIGNALS:
    void finished(const QString& folder);

  private:
    void onEnd(int code, QProcess::ExitStatus status);

    ModelChoice model_;
    QString program_;
    QProcess process_;
    QLineEdit* target_;
    QLabel* message_;
    QProgressBar* bar_;
    QPushButton *go_, *cancel_;
};

}  // namespace univi::ui
