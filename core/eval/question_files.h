#pragma once

#include <filesystem>

#include "core/eval/item.h"

namespace univi::eval {

/// Where ScienceQA's parts stand; empty ones are sought beside the questions file (any name that
/// ends in problems.json, pid_splits.json) and left out when they are not there.
struct ScienceQaFiles {
    std::filesystem::path problems, splits;
    std::string split = "test";
};

/// Reads a published question file:
/// image      JSON lines {"question_id","image","text","category"}
/// pope       JSON lines {"question_id","image","text","label"}
/// video      array of {"Q","A","video_name"}, or {"Q1","Q2","A","video_name"} (consistency)
/// videoqa    array of {"question","answer","video_name",…}
/// scienceqa  array of {"id","image"?,"conversations":[human, gpt]} (LLaVA's form), or the
///            problems.json itself, or a folder that holds them
/// `science` is looked at for scienceqa only. Throws Error{File}, or Error{Format} naming file,
/// line or item, and field.
QuestionSet read_question_set(Task task, const std::filesystem::path& path,
                              const ScienceQaFiles& science = {});

/// The file a --questions value of ScienceQA means: itself, or what a folder holds.
std::filesystem::path science_qa_question_file(const std::filesystem::path& path);

}  // namespace univi::eval
