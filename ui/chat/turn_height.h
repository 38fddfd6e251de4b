#pragma once

#include <QFontMetrics>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// About how high turns will be in a column of that width: it is known when they were laid out.
/// What is measured of the font is measured once. Pixels.
class TurnHeightEstimate {
  public:
    TurnHeightEstimate(int width, const QFontMetrics& metrics);
    int of(const Turn& turn) const;

  private:
    int width_, character_, line_;
};

}  // namespace univi::ui
