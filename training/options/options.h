#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "training/options/train_options.h"

namespace univi::training {

struct OptionRow;

/// The option of that name (other spellings and dashes too); null when there is none.
const OptionRow* find_option(const std::string& name);
/// Sets one option from text, as a flag does. Throws Error{Usage}.
void set_option(TrainOptions& options, const OptionRow& row, const std::string& text);
/// The text that set_option() takes for the present value: True, 2e-05, ''.
std::string option_text(const TrainOptions& options, const OptionRow& row);
/// The text of an option that holds one; null for switches and numbers.
const std::string* option_string(const TrainOptions& options, const OptionRow& row);
/// Arguments after the program's name onto `options`, without the checks across options: --flag
/// value, --flag=value, --bool_flag alone, --no_bool_flag; --config FILE first, then the rest over
/// it. Values as Hugging Face's parser takes them (True/False, 2e-3). Throws Error{Usage}; an
/// unknown flag or value names the nearest known one.
void apply_arguments(TrainOptions& options, const std::vector<std::string>& arguments);

/// Sets the keys of `json` (an object) in `options`. `where` names the source in
/// errors. Throws Error{Usage}.
void apply_json(TrainOptions& options, const base::Json& json, const std::string& where);
/// All options, in table order of the names.
base::Json to_json(const TrainOptions& options);
/// Text of --help.
std::string options_help();

/// The nearest of `known` to `text` by edits (case ignored; a known one that begins with `text`
/// wins); `known` must not be empty.
std::string nearest_name(const std::string& text, const std::vector<std::string>& known);

}  // namespace univi::training
