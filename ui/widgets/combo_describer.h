#pragma once

#include "ui/widgets/program_filter.h"

namespace univi::ui {

/// Says to screen readers what a combo box is for. On X11 and Wayland Qt gives them the chosen
/// value as its name and nothing of its accessible name, so that is repeated as the description.
/// Works for the whole program, installed once. GUI thread.
class ComboDescriber : public ProgramFilter<ComboDescriber> {
  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    friend ProgramFilter<ComboDescriber>;
    ComboDescriber() = default;
};

}  // namespace univi::ui
