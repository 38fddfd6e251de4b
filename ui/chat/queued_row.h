#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace univi::ui {

/// The line under a question that waits for the reply before it: that it waits, and how to ask it
/// now or take it back.
class QueuedRow : public QWidget {
    Q_OBJECT
  public:
    explicit QueuedRow(QWidget* parent = nullptr);
    /// `held`: the reply before it ended early, so it waits for a person.
    void setHeld(bool held);
    QString sentence() const;

  Q_SIGNALS:
    void askRequested();
    void takeBackRequested();

  private:
    QLabel* label_;
    QPushButton* ask_;
};

}  // namespace univi::ui
