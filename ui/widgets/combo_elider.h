#pragma once

#include "ui/widgets/program_filter.h"

namespace univi::ui {

/// Leaves out the middle of a combo box's value that is wider than the box: with a style sheet Qt
/// cuts it off, and of a file's name what it is would be gone. Works for the whole program,
/// installed once. GUI thread.
class ComboElider : public ProgramFilter<ComboElider> {
  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    friend ProgramFilter<ComboElider>;
    ComboElider() = default;
};

}  // namespace univi::ui
