#pragma once

#include <QWidget>
#include <functional>

#include "ui/session/engine_client.h"
#include "ui/training/runs/run_library.h"
#include "ui/training/runs/run_use.h"
#include "ui/widgets/notice_bar.h"

class QCheckBox;
class QLabel;
class QSplitter;
class QStackedWidget;

namespace univi::ui {

class ComparePage;
class DesktopNotice;
class KeepAwake;
class ProbeKeeper;
class RunListView;
class RunPage;

/// The Train page: known runs at the left; at the right the chosen run, several compared, or the
/// set-up of a new one. Runs are processes of their own: this page only watches them. GUI thread.
class TrainingPage : public QWidget {
    Q_OBJECT
  public:
    struct Parts {
        RunLibrary::Options library;
        EngineClient::Options engine;
    };
    /// Returns the set-up page, filled from a run's folder; an empty text: afresh. It is made when
    /// it is first wanted (its hundred fields take a while) and taken over.
    using SetUp = std::function<QWidget*(const QString& run)>;
    explicit TrainingPage(const Parts& parts, QWidget* parent = nullptr);
    ~TrainingPage() override;

    void setSetUp(SetUp set_up) { set_up_ = std::move(set_up); }
    void newRun();
    void setUpFrom(const QString& run);
    /// What the set-up page hands over.
    void start(const RunStart& run);
    void openRun(const QString& folder);
    /// Opens a folder of one or many runs; a sentence when there is none in it.
    void openFolder(const QString& folder);
    void chooseFolder();
    void compare(const QStringList& folders);
    /// Moves a run to the trash, with a notice that takes it back.
    void remove(const QString& folder);
    /// Back to the run that was shown.
    void showRuns();
    void focusSearch();

    RunLibrary* library() const { return library_; }
    RunPage* runPage() const { return run_page_; }
    ComparePage* comparePage() const { return compare_page_; }
    RunListView* list() const { return list_; }
    NoticeBar* notice() const { return notice_; }
    QByteArray saveLayout() const;
    void restoreLayout(const QByteArray& state);

  Q_SIGNALS:
    void chatRequested(const univi::ui::ModelChoice& model);
    void evaluateRequested(const univi::ui::ModelChoice& model);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    QWidget* buildSide();
    QWidget* buildEmpty();
    void wire();
    void onChanged();
    void onState(const RunInfo& info, RunState before);
    void updateAwake();
    void showPart(QWidget* page);
    void say(NoticeBar::Kind kind, const QString& sentence);
    void undoRemove();

    Parts parts_;
    SetUp set_up_;
    RunLibrary* library_;
    ProbeKeeper* probes_;
    DesktopNotice* desktop_;
    std::unique_ptr<KeepAwake> awake_;
    QSplitter* splitter_;
    RunListView* list_;
    QCheckBox* keep_awake_;
    QLabel* awake_problem_;
    QStackedWidget* stack_;
    QWidget* empty_;
    RunPage* run_page_;
    ComparePage* compare_page_;
    NoticeBar* notice_;
};

}  // namespace univi::ui
