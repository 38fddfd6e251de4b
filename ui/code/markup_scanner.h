#pragma once

#include "ui/code/code_span.h"

namespace univi::ui {

/// A line of HTML, XML and their kin with the scripts and style sheets in them; as scanCode().
CodeState scanMarkup(const CodeLine& line, const CodeState& before);

}  // namespace univi::ui
