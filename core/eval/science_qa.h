#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/eval/item.h"

namespace univi::eval {

/// Where ScienceQA's parts stand; empty ones are sought beside the questions file (any name that
/// ends in problems.json, pid_splits.json) and left out when they are not there.
struct ScienceQaFiles {
    std::filesystem::path problems, splits;
    std::string split = "test";
};

/// ScienceQA's questions with letters, options and table columns (NAT SOC LAN, TXT IMG NO, G1-6
/// G7-12) where problems.json is at hand. `file`: LLaVA's form or problems.json. With
/// pid_splits.json only the questions of its split. Throws as read_question_set.
QuestionSet read_science_qa(const std::filesystem::path& file, const ScienceQaFiles& science);

/// Returns the letter that a scored answer stands for: the one of "The answer is X." when there is
/// exactly one such sentence, else `pred`. "" when there is neither.
std::string science_qa_letter(std::string_view text, std::string_view pred);

/// Returns the letters whose option stands in a prompt as "(A)", "(B)", …
std::vector<std::string> option_letters(std::string_view prompt);

}  // namespace univi::eval
