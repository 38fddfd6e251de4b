#pragma once

#include <QObject>

class QApplication;

namespace univi::ui {

/// Lets the wheel scroll a page also where the mouse passes over its number fields, lists of
/// choices and sliders: they take it only while they have the keyboard, and do not take the
/// keyboard by it. Works for the whole program, installed once. GUI thread.
class WheelMender : public QObject {
  public:
    static void install(QApplication& application);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    explicit WheelMender(QObject* parent) : QObject(parent) {}
};

}  // namespace univi::ui
