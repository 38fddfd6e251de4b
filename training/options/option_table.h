#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "training/options/train_options.h"

namespace univi::training {

/// One flag.
struct OptionRow {
    /// An option with names for its values, whatever its enum.
    struct Named {
        NamedText& (*change)(TrainOptions& options);
        const NamedText& (*read)(const TrainOptions& options);
    };
    using Member = std::variant<std::string TrainOptions::*, bool TrainOptions::*,
                                std::int64_t TrainOptions::*, double TrainOptions::*, Named>;
    /// Ours alone, or known to the reference's parser too (then --engine deepspeed passes it on).
    enum class Origin { Reference, Ours };

    const char* name;  ///< without dashes
    Member member;
    const char* help;  ///< one line
    /// The texts it takes ("" among them: it may be left out); nothing: any.
    NamedText::Names choices = {};
    Origin origin = Origin::Reference;
};
std::span<const OptionRow> option_table();

/// Flags of the reference's parsers that have no effect here, and why. They are taken with a note.
struct UnusedFlag {
    const char* name;
    const char* why;
};
std::span<const UnusedFlag> unused_flags();

/// Flags that mean something this program does not do, and what to do instead: refused.
std::span<const UnusedFlag> refused_flags();

/// Other spellings: {"eval_strategy", "evaluation_strategy"}.
std::span<const std::pair<const char*, const char*>> flag_aliases();

}  // namespace univi::training
