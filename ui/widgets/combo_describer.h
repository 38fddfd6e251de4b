#pragma once

#include <QObject>

class QApplication;

namespace univi::ui {

/// Says to screen readers what a combo box is for. On X11 and Wayland Qt gives them the chosen
/// value as its name and nothing of its accessible name, so that is repeated as the description.
/// Works for the whole program, installed once. GUI thread.
class ComboDescriber : public QObject {
  public:
    static void install(QApplication& application);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    explicit ComboDescriber(QObject* parent) : QObject(parent) {}
};

}  // namespace univi::ui
