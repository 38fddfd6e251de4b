#pragma once

#include <QTimer>
#include <QWidget>

#include "ui/training/devices/gpu_monitor.h"
#include "ui/training/devices/memory_planner.h"
#include "ui/training/runs/run_start.h"
#include "ui/training/setup/run_checks.h"
#include "ui/training/setup/run_form.h"
#include "ui/training/setup/run_preset.h"
#include "ui/training/setup/setup_body.h"

class QStackedWidget;

namespace univi::ui {

class DataPanel;
class OptionFormView;
class PresetActions;
class RunSetupHead;
class SetupSide;
class StartBar;
class StartFromView;

/// Sets up a training run: its settings, data and devices, and beside them the checks, the memory
/// plan and the exact command. It starts nothing itself. GUI thread.
class RunSetupPage : public QWidget {
    Q_OBJECT
  public:
    using enum SetupBody::Tab;
    struct Options {
        QString runs_folder;     ///< where new runs go; empty: runs/ of the data folder
        QString presets_folder;  ///< empty: presets/ of the data folder
    };
    explicit RunSetupPage(QWidget* parent = nullptr) : RunSetupPage(Options{}, parent) {}
    explicit RunSetupPage(const Options& options, QWidget* parent = nullptr);

    /// Offers what to begin with: presets, earlier runs, a command.
    void startNew();
    /// Takes the settings of an earlier run (its run.json), with a new folder.
    void setFrom(const QString& run_folder);
    void setFrom(const RunPreset& preset);
    /// Takes a pasted command line. Returns what could not be taken.
    QStringList setFromCommand(const QString& text);
    /// Names the known runs, newest first. Their projectors are offered to stage 2.
    void setKnownRuns(const QStringList& folders) { known_runs_ = folders; }

    RunForm* form() { return form_; }
    OptionFormView* fields() const { return body_->fields(); }
    DataPanel* data() const { return body_->data(); }
    MemoryPlanner* planner() const { return planner_; }
    GpuMonitor* gpus() const { return monitor_; }
    const QList<RunCheck>& checks() const { return found_; }
    SetupSide* side() const { return body_->side(); }
    QString command() const;
    void showTab(SetupBody::Tab tab) { body_->showTab(tab); }
    /// Shows or folds the column of checks, plan and command.
    void showSide(bool on) { body_->showSide(on); }
    /// Runs the checks now instead of a moment after the last change.
    void checkNow();
    /// Returns what a start would hand over.
    RunStart makeStart(bool queued) const;
    /// Does what a check's button says.
    void take(const RunCheck& check);

  Q_SIGNALS:
    void startRequested(const univi::ui::RunStart& start);
    void cancelled();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void wireBeginnings();
    void wireForm();
    void wireParts();
    CheckSurroundings surroundings() const;
    void addWrongFields();
    void showChecks();
    void showWhy();
    void goTo(const QString& field);
    void begin(const training::TrainOptions& options, const QString& name,
               const std::vector<training::GivenFlag>& given = {},
               const std::vector<std::string>& kept = {});
    void takeChange();
    void planAgain();
    void start(bool queued);
    void takeCommand(const training::ReadCommand& command);
    QString freshFolder() const;
    QStringList projectors() const;

    Options options_;
    PresetStore presets_;
    RunForm* form_;
    GpuMonitor* monitor_;
    MemoryPlanner* planner_;
    QTimer check_timer_;
    QString planned_;  ///< what the plan was made for
    QStringList known_runs_;
    QList<RunCheck> found_;

    RunSetupHead* head_;
    PresetActions* actions_;
    QStackedWidget* stages_;
    StartFromView* start_from_;
    SetupBody* body_;
    StartBar* bar_;
};

}  // namespace univi::ui
