#pragma once

#include <string>
#include <vector>

#include "training/options/option_table.h"

namespace univi::training {

/// How an option is edited.
enum class OptionEditor {
    Text,
    Switch,       ///< True or False
    Whole,        ///< whole number
    Real,         ///< number such as 2e-3
    Choice,       ///< one of OptionRow::choices
    File,         ///< a file that must be there
    Folder,       ///< a folder that must be there
    NewFolder,    ///< a folder that may be made
    Model,        ///< a folder, or a name of the Hugging Face cache
    Template,     ///< conversation template
    DatasetName,  ///< a name inside the datasets file; several joined with '+'
    Devices,      ///< --include
    Names,        ///< words joined with ','
    Hidden        ///< no field of a form: set by launchers, or another way of using the program
};

/// One option as a form shows it.
struct OptionFace {
    const OptionRow* row = nullptr;
    std::string label;      ///< "Learning rate"
    const char* unit = "";  ///< "tokens", "steps"; nothing: none
    OptionEditor editor = OptionEditor::Text;
    bool everyday = false;  ///< shown at once; the others behind "more"
};

struct OptionGroup {
    const char* title = "";
    std::vector<OptionFace> faces;  ///< in table order, without hidden ones
};

/// The whole table as a form: an option added to the table is in it without more ado.
const std::vector<OptionGroup>& option_form();
/// The face of one option, hidden ones too.
OptionFace option_face(const OptionRow& row);

}  // namespace univi::training
