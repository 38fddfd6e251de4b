#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/eval/item.h"
#include "core/eval/judge.h"

namespace univi::eval {

/// Returns the verdicts a set asks for: one name per judge prompt. image: "image"; a generic video
/// set: correctness, detail, context; temporal and consistency: themselves; videoqa: "match"; none
/// for pope and scienceqa.
std::vector<std::string> axes_of(const QuestionSet& set);

/// Prompt templates from a folder, one file an axis (resources/evaluation/judge/README.md).
class JudgeTemplates {
  public:
    /// `folders`: looked through in order for each file. Throws Error{File} when none has it,
    /// Error{Format} when a section is missing.
    JudgeTemplates(const std::vector<std::filesystem::path>& folders,
                   const std::vector<std::string>& axes);
    /// `chosen` (may be empty), the user's own folder, the resources.
    static std::vector<std::filesystem::path> folders(const std::filesystem::path& chosen);

    /// Returns the two messages, the words in braces put in. What is put in is never looked through
    /// again.
    JudgeRequest fill(const std::string& axis,
                      const std::map<std::string, std::string>& words) const;
    /// Returns the SHA-256 of all templates in use.
    std::string sha256() const { return sha256_; }

  private:
    std::map<std::string, JudgeRequest> templates_;
    std::string sha256_;
};

/// What an image judge is shown besides the answers.
struct ImageContext {
    std::string captions;  ///< a line each
    std::string boxes;     ///< "category: [x1, y1, x2, y2]" a line each
};
struct ImageRule {
    std::string role, prompt;
};
/// Reads them by picture name. {"image","captions":[…],"instances":[{"category","bbox":[4]}]} a
/// line.
std::map<std::string, ImageContext> read_image_contexts(const std::filesystem::path& path);
/// Reads them by category: {"conv": {"role","prompt"}, …}.
std::map<std::string, ImageRule> read_image_rules(const std::filesystem::path& path);
/// Reads them by question_id's key; "text" of each line.
struct ReferenceAnswer {
    std::string text;
    base::Json answer_id;  ///< its answer_id, else its question_id
};
std::map<std::string, ReferenceAnswer> read_reference_answers(const std::filesystem::path& path);

}  // namespace univi::eval
