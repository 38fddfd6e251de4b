#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace univi::eval {

/// The published evaluations.
enum class Task { Image, Video, ScienceQa, VideoQa, Pope };

/// Returns "image", "video", "scienceqa", "videoqa", "pope".
std::string_view to_string(Task task);
/// The inverse. Throws Error{Usage} naming the known ones.
Task task_from(std::string_view name);

/// One question of a question file, whatever its form.
struct Item {
    base::Json id;       ///< "question_id" as the file gives it; of a video set its place, from 0
    std::string key;     ///< finds its answer again: the id, or clip and questions (answer_key)
    std::string medium;  ///< as the file names it: a picture, or a clip without its ending; "" none
    bool is_video = false;
    std::vector<std::string> prompts;  ///< what is asked: one question, or two phrasings of it
    std::string expected;              ///< label, reference answer or letter
    std::string category;              ///< of image questions: conv, detail, complex
    std::vector<std::string> columns;  ///< table columns it counts in besides the whole
    std::vector<std::string> choices;  ///< ScienceQA's options
};

/// A question file.
struct QuestionSet {
    Task task = Task::Pope;
    std::string name;  ///< column group of the published table: random, msvd, generic, …
    std::string path, sha256;
    std::vector<Item> items;
    std::vector<std::string> notes;  ///< what was left out and why, a sentence each
};

/// Returns the key of an answer of a task whose questions have ids.
std::string answer_key(const base::Json& id);
/// Returns the key of a clip's answer.
std::string answer_key(const std::string& video_name, const std::vector<std::string>& prompts);

/// Returns the set a file name speaks of: the first of `known` that stands in the file's stem, else
/// the stem.
std::string set_name(const std::string& path, const std::vector<std::string>& known);
/// Returns the sets that a task's published table has columns for, in their order.
std::vector<std::string> known_sets(Task task);

}  // namespace univi::eval
