#pragma once

#include <string>
#include <vector>

#include "training/options/options.h"

namespace univi::training {

/// One flag as a command had it: canonical name and the text of its value.
struct GivenFlag {
    std::string name, text;
    bool operator==(const GivenFlag&) const = default;
};

/// What a pasted command line says.
struct ReadCommand {
    /// "deepspeed", "torchrun", "univi-train", "python"; "" when only flags were given
    std::string program;
    TrainOptions options;  ///< not checked across options
    /// the options that were given, in order, the last of a repeated one
    std::vector<GivenFlag> flags;
    /// arguments that are taken but have no effect here, as they were
    std::vector<std::string> kept;
    std::vector<std::string> notes;  ///< what was taken in another way, one sentence each
    /// what could not be taken, one sentence each; it is left out
    std::vector<std::string> problems;
};

/// Reads `deepspeed …`, `torchrun …`, `python -m torch.distributed.run …`, `univi-train …` or flags
/// alone, as a person pastes them from a script: quotes, backslash before a newline, comments,
/// variables set in the text, NAME=value before the program, redirections after it. Nothing is run.
/// Numbers of processes become --include. Never throws for bad input; `problems` says what was
/// wrong, an unknown flag with the nearest known one.
ReadCommand read_command(const std::string& text);

/// The arguments that give `options`: those of `given` in their order and, where the value is still
/// the same, their spelling; then whatever else differs from the defaults, in table order; then
/// `kept`. parse_command_line() of it gives `options` again.
std::vector<std::string> make_arguments(const TrainOptions& options,
                                        const std::vector<GivenFlag>& given = {},
                                        const std::vector<std::string>& kept = {});

/// One word quoted for a POSIX shell where it needs it.
std::string shell_word(const std::string& word);

}  // namespace univi::training
