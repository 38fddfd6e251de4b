#include "ui/chat/turn_height.h"

#include <algorithm>

namespace univi::ui {
namespace {

/// Lines that a text of that many characters and breaks takes, about.
int linesOf(const QString& text, int width, int character) {
    const int per_line = std::max(8, width / std::max(1, character));
    return int(text.size()) / per_line + int(text.count(QLatin1Char('\n'))) + 1;
}

}  // namespace

TurnHeightEstimate::TurnHeightEstimate(int width, const QFontMetrics& metrics)
    : width_(width), character_(metrics.averageCharWidth()), line_(metrics.lineSpacing() * 7 / 5) {}

int TurnHeightEstimate::of(const Turn& turn) const {
    int height = linesOf(turn.question, width_ * 4 / 5 - 32, character_) * line_ + 22 + 16;
    if (!turn.media.isEmpty()) height += 190;
    if (!turn.reply.isEmpty()) height += linesOf(turn.reply, width_ - 40, character_) * line_ + 41;
    if (!turn.error.isEmpty()) height += 48;
    return height;
}

}  // namespace univi::ui
