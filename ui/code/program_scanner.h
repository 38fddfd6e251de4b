#pragma once

#include "ui/code/code_span.h"

namespace univi::ui {

struct CodeLanguage;

/// A line of a language of words, strings and comments; as scanCode().
CodeState scanProgram(const CodeLanguage& language, const CodeLine& line, const CodeState& before);

}  // namespace univi::ui
