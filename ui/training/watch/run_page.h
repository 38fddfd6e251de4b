#pragma once

#include <QWidget>
#include <memory>

#include "ui/session/engine_client.h"
#include "ui/training/runs/faults.h"
#include "ui/training/runs/run_data.h"
#include "ui/training/runs/run_start.h"
#include "ui/training/runs/run_use.h"
#include "ui/training/watch/resume_dialog.h"

class QTabWidget;
class QTableWidget;

namespace univi::ui {

class ChartPanel;
class GpuRecorder;
class LogView;
class NoticeBar;
class ProbeKeeper;
class ProbePanel;
class RunFeed;
class RunHeader;
class RunLibrary;
class UsePanel;

/// Shows everything about one run: header, what went wrong, and its curves, log, probe questions,
/// checkpoints and settings. GUI thread.
class RunPage : public QWidget {
    Q_OBJECT
  public:
    struct Parts {
        RunLibrary* library = nullptr;
        ProbeKeeper* probes = nullptr;
        EngineClient::Options engine;
    };
    explicit RunPage(const Parts& parts, QWidget* parent = nullptr);
    ~RunPage() override;

    void showRun(const QString& folder);
    QString folder() const;
    const RunFeed* feed() const { return feed_.get(); }
    enum Tab { Curves, Log, Probes, Use, Settings };
    void showTab(Tab tab);
    void stop();
    void saveNow();
    void resume();
    void secondStage();
    void showFaultInLog();

    RunHeader* header() const { return header_; }
    NoticeBar* notice() const { return fault_; }
    ChartPanel* charts() const { return charts_; }
    LogView* log() const { return log_; }
    ProbePanel* probes() const { return probe_panel_; }
    UsePanel* use() const { return use_; }

  Q_SIGNALS:
    void chatRequested(const univi::ui::ModelChoice& model);
    void evaluateRequested(const univi::ui::ModelChoice& model);
    void setupRequested(const QString& folder);
    void openRequested(const QString& folder);
    void renameRequested(const QString& folder);
    void removeRequested(const QString& folder);

  private:
    void buildTabs();
    void wire();
    void askBesideBase(const RunInfo& info, const QString& chosen);
    void exportResult(const RunInfo& info, const QString& chosen);
    void onInfo();
    void showFault();
    void fillSettings();
    void say(const QString& sentence);
    void openStart(ResumeDialog::Purpose purpose);
    RunInfo shownInfo() const;

    Parts parts_;
    std::unique_ptr<RunFeed> feed_;
    GpuRecorder* gpus_;
    RunState gpu_state_ = RunState::Unknown;
    RunHeader* header_;
    NoticeBar *fault_, *notice_;
    QTabWidget* tabs_;
    ChartPanel* charts_;
    LogView* log_;
    ProbePanel* probe_panel_;
    UsePanel* use_;
    QTableWidget* settings_;
    QString fault_shown_;
    QJsonObject settings_shown_;
};

}  // namespace univi::ui
