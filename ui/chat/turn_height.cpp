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

int estimatedHeight(const Turn& turn, int width, const QFontMetrics& metrics) {
    const int character = metrics.averageCharWidth(), line = metrics.lineSpacing() * 7 / 5;
    int height = linesOf(turn.question, width * 4 / 5 - 32, character) * line + 22 + 16;
    if (!turn.media.isEmpty()) height += 190;
    if (!turn.reply.isEmpty()) height += linesOf(turn.reply, width - 40, character) * line + 41;
    if (!turn.error.isEmpty()) height += 48;
    return height;
}

}  // namespace univi::ui
