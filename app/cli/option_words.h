#pragma once

#include <string>
#include <vector>

#include "app/cli/eval_arguments.h"
#include "app/cli/shared_options.h"

namespace univi::cli {

/// Writes the options of `univi-cli eval` that say what is asked and where the answers go as words
/// of a command line: all that EvalArguments::addTo reads but for what the whole run does once
/// (restart, judge, export, print) and how it is shared out. `arguments` are settled.
std::vector<std::string> askingWords(const EvalArguments& arguments);

/// Writes the options that addSharedOptions reads as words, but for the device.
std::vector<std::string> modelWords(const SharedOptions& shared);

}  // namespace univi::cli
