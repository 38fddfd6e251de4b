#pragma once

#include <string>
#include <vector>

#include "training/options/options.h"

namespace univi::training {

/// Throws OptionError for values and combinations that cannot be meant, naming flag and value.
void check_options(const TrainOptions& options);

/// The options of a command line: apply_arguments() onto the defaults, checked.
TrainOptions parse_command_line(const std::vector<std::string>& arguments);

/// The first placeholder of one option's text (see placeholder_in()); empty when it has none, holds
/// no text, or names a path that is there.
std::string unfilled_placeholder(const TrainOptions& options, const OptionRow& row);

}  // namespace univi::training
