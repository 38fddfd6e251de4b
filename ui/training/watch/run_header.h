#pragma once

#include <QFrame>
#include <optional>

#include "ui/training/runs/run_data.h"
#include "ui/training/runs/train_launcher.h"

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace univi::ui {

/// Top of a run's page: name, state, how far it is and when it ends, what can be done with it now.
class RunHeader : public QFrame {
    Q_OBJECT
  public:
    explicit RunHeader(QWidget* parent = nullptr);
    void setRun(const RunInfo& info, const QString& waiting_for = {});
    /// Shows a wish that was sent until the run has fulfilled it; no other can be sent meanwhile.
    void setWish(TrainLauncher::Wish wish);
    QString stateText() const;
    QString progress() const;

  Q_SIGNALS:
    void stopRequested();
    void saveRequested();
    void resumeRequested();
    void unqueueRequested();
    void secondStageRequested();
    void setupRequested();
    void folderRequested();
    void renameRequested();
    void removeRequested();
    void copyRequested();
    /// A line that was set aside, to be looked at.
    void branchRequested(const QString& folder);

  private:
    void buildMenu();
    void fillBranches();
    bool fulfilsWish(const RunInfo& info) const;
    void showProgress(const QString& waiting_for);
    void offerWhatCanBeDone();

    RunInfo info_;
    std::optional<TrainLauncher::Wish> wish_;
    qint64 step_of_wish_ = -1;  ///< of the newest checkpoint when the wish was sent; -1: none
    QLabel *name_, *state_, *progress_, *facts_;
    QProgressBar* bar_;
    QPushButton *stop_, *save_, *resume_, *unqueue_;
    QToolButton* more_;
    QMenu *menu_, *branches_ = nullptr;
    QAction *second_stage_ = nullptr, *setup_ = nullptr, *copy_ = nullptr, *remove_ = nullptr,
            *go_back_ = nullptr;
};

}  // namespace univi::ui
