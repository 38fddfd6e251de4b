#pragma once

#include <QFrame>

#include "ui/training/runs/run_data.h"

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
    /// A wish that was sent: shown until the run's state answers it.
    void setWish(const QString& text);
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
    RunInfo info_;
    QString wish_;
    qint64 wish_step_ = 0;
    qsizetype wish_checkpoints_ = 0;
    QLabel *name_, *state_, *progress_, *facts_;
    QProgressBar* bar_;
    QPushButton *stop_, *save_, *resume_, *unqueue_;
    QToolButton* more_;
    QMenu *menu_, *branches_ = nullptr;
    QAction *second_stage_ = nullptr, *setup_ = nullptr, *copy_ = nullptr, *remove_ = nullptr,
            *go_back_ = nullptr;
};

}  // namespace univi::ui
