#pragma once

#include <filesystem>

#include "core/eval/item.h"
#include "core/eval/science_qa.h"

namespace univi::eval {

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

/// Returns the file a --questions value of ScienceQA means: itself, or what a folder holds.
std::filesystem::path science_qa_question_file(const std::filesystem::path& path);

}  // namespace univi::eval
