#include "ui/chat/turn_height.h"

#include <algorithm>

namespace univi::ui {
namespace {

/// From break to break: there are few, and looking for one is many times as fast as QString::count.
int breaksOf(const QString& text) {
    int count = 0;
    for (qsizetype at = text.indexOf(QLatin1Char('\n')); at >= 0;
         at = text.indexOf(QLatin1Char('\n'), at + 1))
        ++count;
    return count;
}

/// Lines that a text of that many characters and breaks takes, about.
int linesOf(const QString& text, int width, int character) {
    const int per_line = std::max(8, width / std::max(1, character));
    return int(text.size()) / per_line + breaksOf(text) + 1;
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
