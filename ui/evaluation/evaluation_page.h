#pragma once

#include <QWidget>
#include <functional>
#include <optional>

#include "ui/evaluation/evaluation_library.h"
#include "ui/evaluation/evaluation_runner.h"
#include "ui/session/engine_client.h"

class QButtonGroup;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTextBrowser;
class QToolButton;
class QVBoxLayout;

namespace univi::ui {

class ItemsModel;
class ItemsPanel;
class ItemView;
class NoticeBar;
class ScoreChart;
class TableModel;

/// The Eval page: the published tables with the published rows beside ours, what stands behind
/// every figure, runs and exports. The model runs in children (univi-cli eval; the engine for token
/// groups); the window only reads results files. GUI thread.
class EvaluationPage : public QWidget {
    Q_OBJECT
  public:
    struct Parts {
        QString cli_program;           ///< empty: univi-cli beside the running executable
        EngineClient::Options engine;  ///< of the process that draws token groups
        std::function<QStringList()> recent_models;
        QString task;  ///< the one to begin with, by its name; none of the known: the first
        std::function<void(const QString& task)> keep_task;  ///< told which one is shown
    };
    explicit EvaluationPage(const Parts& parts, QWidget* parent = nullptr);
    ~EvaluationPage() override;

    /// Asks for a new evaluation, of `model` where one is given; after one that failed the form
    /// holds what was filled in.
    void newEvaluation(const QString& model = {}, const ModelParts& parts = {});
    void start(const EvaluationSetup& setup);
    void chooseResults();
    /// Opens a results file and shows its table.
    void openResults(const QString& file);
    void showTask(eval::Task task);
    eval::Task task() const { return task_; }
    EvaluationRunner* runner() const { return runner_; }

    // What tests look at.
    TableModel* table() const { return table_; }
    ItemsModel* items() const;
    ItemView* item() const;
    NoticeBar* notice() const { return notice_; }
    /// Writes the table; the ending says as what (.md, .tex, .csv).
    void exportTable(const QString& file);
    /// Opens the items behind a figure of ours.
    void openCell(const QModelIndex& cell);
    void compareWith(int choice);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    QWidget* buildHeader();
    QWidget* buildRunBar();
    QWidget* buildTables();
    QWidget* buildEmpty();
    void wire();
    void refresh();
    void showProvenance();
    void openFirstCell();
    void onEnded(const QString& sentence);
    void askAgain();
    QString proposedName() const;
    void chooseExport(const QString& ending);
    void setRunning(bool running);

    Parts parts_;
    eval::Task task_;
    EvaluationLibrary library_;
    EvaluationRunner* runner_;
    std::optional<EvaluationSetup> unfinished_;  ///< of the run that failed

    TableModel* table_;
    ItemsPanel* items_panel_;
    NoticeBar* notice_;
    QButtonGroup* tasks_;
    QPushButton* new_button_;
    QToolButton* export_button_;
    QWidget* run_bar_ = nullptr;
    QLabel *run_text_ = nullptr, *run_ending_ = nullptr;
    QProgressBar* run_progress_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    QTableView* table_view_ = nullptr;
    ScoreChart* chart_ = nullptr;
    QTextBrowser* about_ = nullptr;
    QLabel* notes_ = nullptr;
};

}  // namespace univi::ui
