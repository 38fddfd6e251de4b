#pragma once

#include "ui/code/code_span.h"

namespace univi::ui {

struct CodeLanguage;

/// A line of YAML; as scanCode().
CodeState scanYaml(const CodeLanguage& language, const CodeLine& line, const CodeState& before);

}  // namespace univi::ui
