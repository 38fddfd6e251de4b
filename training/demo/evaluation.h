#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/json.h"
#include "core/base/stop_token.h"

namespace univi::training::demo {

struct EvaluationOptions {
    std::filesystem::path model;
    /// eval.json, pope_*.jsonl or videoqa.json of write_scene_files
    std::filesystem::path questions;
    std::filesystem::path media;  ///< empty: media/ beside the questions
    /// JSON lines of every question and reply; empty: not written
    std::filesystem::path answers;
    int limit = 0;  ///< questions at most; 0: all
    int threads = 1;
};

/// Right answers of one category.
struct Tally {
    std::int64_t right = 0, total = 0;
};

struct Evaluation {
    /// eval.json: by category and "picture"/"clip"; else "pope" or "videoqa"
    std::map<std::string, Tally> categories;
    /// POPE's or VideoQA's own metrics; null for eval.json
    base::Json metrics;
};

/// Asks every question greedily, each in a conversation of its own about its picture or
/// clip, through core/session.
Evaluation evaluate_model(const EvaluationOptions& options, const base::StopToken& stop);

/// One line a category, for people.
std::string to_table(const Evaluation& evaluation);
base::Json to_json(const Evaluation& evaluation);

}  // namespace univi::training::demo
