#pragma once

#include <QDialog>

#include "ui/training/runs/resume_start.h"
#include "ui/training/runs/run_command.h"
#include "ui/training/runs/run_data.h"
#include "ui/training/runs/run_start.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace univi::ui {

class DifferencesTable;

/// Asks how a run goes on: from which checkpoint and with which flags. Shows what then differs from
/// the settings that it had and whether it may. Also prepares the second stage after a first one;
/// the flags are that stage's then.
class ResumeDialog : public QDialog {
    Q_OBJECT
  public:
    enum class Purpose { Resume, SecondStage };
    ResumeDialog(const RunInfo& info, Purpose purpose, QWidget* parent);
    RunStart start() const;
    /// Returns the flags as they stand in the field.
    QStringList arguments() const;
    void setArguments(const QStringList& arguments);
    QString verdict() const;
    bool canStart() const;
    /// The checkpoint it would go on from; also what the flags name.
    QComboBox* from() const { return from_; }

  private:
    void build();
    void dressForPurpose();
    void check();
    void fillFrom();
    void takeFrom();
    void showFrom();
    QList<SettingDifference> differencesTo(const QJsonObject& after) const;
    ResumeStart chosenStart(const QList<SettingDifference>& differences) const;
    void showVerdict(const QString& text, bool may_start);

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
