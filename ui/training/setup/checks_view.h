#pragma once

#include <QWidget>

#include "ui/training/setup/run_checks.h"

class QVBoxLayout;

namespace univi::ui {

/// What the checks found, worst first, each with the button that puts it right.
class ChecksView : public QWidget {
    Q_OBJECT
  public:
    explicit ChecksView(QWidget* parent = nullptr);
    void setChecks(const QList<RunCheck>& checks);

  Q_SIGNALS:
    void chosen(const univi::ui::RunCheck& check);

  private:
    void clear();
    void addCheck(const RunCheck& check);
    QVBoxLayout* rows_;
    QString shown_;  ///< what stands there: unchanged checks keep their widgets, and with them the focus
};

}  // namespace univi::ui
