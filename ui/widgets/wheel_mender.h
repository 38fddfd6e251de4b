#pragma once

#include "ui/widgets/program_filter.h"

namespace univi::ui {

/// Lets the wheel scroll a page also where the mouse passes over its number fields, lists of
/// choices and sliders: they take it only while they have the keyboard, and do not take the
/// keyboard by it. Works for the whole program, installed once. GUI thread.
class WheelMender : public ProgramFilter<WheelMender> {
  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    friend ProgramFilter<WheelMender>;
    WheelMender() = default;
};

}  // namespace univi::ui
