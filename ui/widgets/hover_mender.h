#pragma once

#include "ui/widgets/program_filter.h"

namespace univi::ui {

/// Takes back the hover look of widgets that the mouse left while a menu or another pop-up had it:
/// they are told nothing of that and would stay lit until the mouse crosses them again. Works for
/// the whole program, installed once. GUI thread.
class HoverMender : public ProgramFilter<HoverMender> {
  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    friend ProgramFilter<HoverMender>;
    HoverMender() = default;
};

}  // namespace univi::ui
