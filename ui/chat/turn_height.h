#pragma once

#include <QFontMetrics>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// About how high a turn will be in a column of that width: it is known when it was laid out.
/// Pixels.
int estimatedHeight(const Turn& turn, int width, const QFontMetrics& metrics);

}  // namespace univi::ui
