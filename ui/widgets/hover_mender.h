#pragma once

#include <QObject>

class QApplication;

namespace univi::ui {

/// Takes back the hover look of widgets that the mouse left while a menu or another pop-up had it:
/// they are told nothing of that and would stay lit until the mouse crosses them again. Works for
/// the whole program, installed once. GUI thread.
class HoverMender : public QObject {
  public:
    static void install(QApplication& application);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    explicit HoverMender(QObject* parent) : QObject(parent) {}
};

}  // namespace univi::ui
