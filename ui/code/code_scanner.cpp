#include "ui/code/code_scanner.h"

#include "ui/code/code_language.h"
#include "ui/code/markup_scanner.h"
#include "ui/code/program_scanner.h"
#include "ui/code/yaml_scanner.h"

namespace univi::ui {

int scanCode(const CodeLanguage& language, QStringView line, int state, QList<CodeSpan>& spans) {
    const CodeLine text{line.left(kColouredLine), &spans};
    if (language.elements)
        return scanProgram(language, text, CodeState::unpackedWithLevels(state)).packedWithLevels();
    const CodeState before = CodeState::unpacked(state);
    switch (language.form) {
        case CodeLanguage::Form::Markup:
            return scanMarkup(text, before).packed();
        case CodeLanguage::Form::Yaml:
            return scanYaml(language, text, before).packed();
        case CodeLanguage::Form::Program:
            break;
    }
    return scanProgram(language, text, before).packed();
}

}  // namespace univi::ui
