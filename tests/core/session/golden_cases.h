#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session/engine.h"

namespace univi::test {

/// One record of golden/data/tinyA_generate.json, as a conversation asks it.
struct GoldenCase {
    std::string name;
    std::string placement;  ///< reference where the media stand in several runs
    std::vector<protocol::PastTurn> history;
    session::Question question;  ///< greedy, as many tokens as the record
    std::vector<std::int32_t> input_ids, generated_ids;
    std::string text;  ///< trimmed
    std::vector<double> top2_margin;
    int spliced_length = 0;
};

/// Every case that a conversation can pose. Left out by name: two_images_adjacent (no newline
/// between two pictures, which no conversation of this program writes).
const std::vector<GoldenCase>& golden_cases();
const GoldenCase& golden_case(const std::string& name);

std::string golden_file(const std::string& relative);
std::string golden_input(const std::string& name);

/// tinyA, read as the reference reads (no EXIF rotation).
session::EngineOptions golden_options(const std::string& placement = "interleaved");
/// The same, loaded once per placement for all tests.
session::Engine& golden_engine(const std::string& placement = "interleaved");

}  // namespace univi::test
