#pragma once

#include <QDialog>

#include "ui/training/runs/run_data.h"
#include "ui/training/runs/run_start.h"

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace univi::ui {

class DifferencesTable;

/// Before a run goes on: its command to edit, what then differs from the settings it had, and what
/// of that may change. Also starts a second stage after a first one: with `second`, the command is
/// that stage's.
class ResumeDialog : public QDialog {
    Q_OBJECT
  public:
    enum class Purpose { Resume, SecondStage };
    ResumeDialog(const RunInfo& info, Purpose purpose, QWidget* parent);
    RunStart start() const;
    /// The flags as they stand in the field.
    QStringList arguments() const;
    void setArguments(const QStringList& arguments);
    QString verdict() const;
    bool canStart() const;

  private:
    void check();

    RunInfo info_;
    Purpose purpose_;
    QPlainTextEdit* command_;
    DifferencesTable* table_;
    QLabel* verdict_;
    QCheckBox* queued_;
    QPushButton* go_;
};

}  // namespace univi::ui
