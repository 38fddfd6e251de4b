#pragma once

#include <QFrame>

class QBoxLayout;
class QPushButton;

namespace univi::ui {

/// The foot of the set-up: how many things stand against the start, which leads to them, and the
/// buttons that start the run. Two lines where there is little width.
class StartBar : public QFrame {
    Q_OBJECT
  public:
    explicit StartBar(QWidget* parent = nullptr);
    /// Errors keep the run from starting; warnings are only said.
    void setCounts(int errors, int warnings);
    /// Space left and right of what stands in the bar.
    void setSideMargin(int margin);
    void focusStart();

  Q_SIGNALS:
    void startWanted(bool queued);
    void cancelled();
    /// The person wants to see what stands against the start.
    void whyWanted();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    QBoxLayout* line_;
    QPushButton *why_, *cancel_, *queue_, *start_;
};

}  // namespace univi::ui
