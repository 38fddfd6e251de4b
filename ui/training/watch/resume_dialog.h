#pragma once

#include <QDialog>

#include "ui/training/runs/run_data.h"
#include "ui/training/runs/run_start.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace univi::ui {

class DifferencesTable;

/// Before a run goes on: the checkpoint it goes on from, its command to edit, what then differs
/// from the settings it had, and what of that may change. Also starts a second stage after a first
/// one: with `second`, the command is that stage's.
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
    /// The checkpoint it would go on from; also what the flags name.
    QComboBox* from() const { return from_; }

  private:
    void build();
    void check();
    void fillFrom();
    void takeFrom();
    void showFrom();
    QString goesOnText(bool changes) const;

    RunInfo info_;
    Purpose purpose_;
    QComboBox* from_;
    QPlainTextEdit* command_;
    DifferencesTable* table_;
    QLabel* verdict_;
    QCheckBox* queued_;
    QPushButton* go_;
};

}  // namespace univi::ui
