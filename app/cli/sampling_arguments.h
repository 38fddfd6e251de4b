#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <type_traits>

namespace univi::cli {

/// What the sampling options of one command have of their own.
struct SamplingHelp {
    std::string group;
    std::string seed;         ///< what --seed is for
    bool has_penalty = true;  ///< offers --repetition-penalty
};

/// Declares --temperature and its like. `options` holds them as base::SamplingOptions does, or as
/// optionals (protocol::GenerationOptions); the help shows the values of those that are none.
template <typename Options>
void addSampling(CLI::App& app, Options& options, const SamplingHelp& help) {
    const auto add = [&]<typename T>(const char* name, T& value, const char* type,
                                     const std::string& description) {
        auto* option = app.add_option(name, value, description)->type_name(type)->group(help.group);
        if constexpr (std::is_arithmetic_v<T>) option->capture_default_str();
    };
    add("--temperature", options.temperature, "X", "0 is greedy");
    add("--top-p", options.top_p, "X", "Share of the likeliest tokens drawn from");
    add("--top-k", options.top_k, "N", "Number of the likeliest tokens drawn from; 0: all");
    if (help.has_penalty)
        add("--repetition-penalty", options.repetition_penalty, "X",
            "Above 1: say things less often again");
    add("--max-new-tokens", options.max_new_tokens, "N", "Longest reply, in tokens");
    add("--seed", options.seed, "N", help.seed);
}

}  // namespace univi::cli
