#pragma once

#include "ui/code/code_span.h"

namespace univi::ui {

struct CodeLanguage;

/// Of a line, only so many characters are coloured: a longer one would be slow to draw, too.
constexpr int kColouredLine = 4000;

/// Finds the spans of a line, in order, and appends them. `state` is 0 for the first line and for
/// each later one what the line before returned: what is open at its end. The time grows with the
/// length of the line, whatever stands there. Any thread.
int scanCode(const CodeLanguage& language, QStringView line, int state, QList<CodeSpan>& spans);

}  // namespace univi::ui
