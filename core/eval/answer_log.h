#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/eval/answers.h"

namespace univi::eval {

/// The answer file of a run in progress: every answer is appended whole and synced before the next
/// is asked for, so a killed run loses at most the answer it was working on. Several processes
/// (shards) may append to one file: each line is written under the file's lock.
class AnswerLog {
  public:
    /// Opens or makes the file. A last line that was cut short is removed, one that only lacks its
    /// newline gets it. Throws Error{File|Format}.
    AnswerLog(Task task, std::filesystem::path path);
    /// Answers in the file now.
    std::vector<Answer> answers() const { return read_answers(task_, path_); }
    /// Throws Error{File} (a full disk too); the file then still ends in a whole line.
    void append(const nlohmann::ordered_json& line);
    /// Puts the answers into the order of the questions when all are there (resumed and sharded
    /// runs write them in another), replacing the file atomically.
    void put_in_order(const QuestionSet& set);
    const std::filesystem::path& path() const { return path_; }

  private:
    Task task_;
    std::filesystem::path path_;
};

}  // namespace univi::eval
