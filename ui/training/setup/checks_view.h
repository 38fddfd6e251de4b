#pragma once

#include <QWidget>

#include "ui/training/setup/run_checks.h"

class QPushButton;
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
    /// The button that had the focus is gone, and there is no other.
    void focusFreed();

  private:
    void takeRows();
    void dropRows();
    void addCheck(const RunCheck& check);
    QVBoxLayout* rows_;
    QList<QPushButton*> buttons_;
    QList<QWidget*> old_rows_;
    /// what stands there: unchanged checks keep their widgets, and with them the focus
    QString shown_;
};

}  // namespace univi::ui
