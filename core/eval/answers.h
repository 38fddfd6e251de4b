#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/eval/item.h"

namespace univi::eval {

/// What the model said to one item.
struct Given {
    std::vector<std::string> texts;  ///< a reply per prompt; POPE: the chosen word
    std::string pred;                ///< ScienceQA: the letter of the best option
    std::string reasoning;           ///< POPE: "outputs_reasoning"
};

/// Returns a line of an answer file in the published form of its task. `model_id`: as the file
/// names the model.
nlohmann::ordered_json answer_line(Task task, const Item& item, const Given& given,
                                   const std::string& model_id);

/// An answer as read back.
struct Answer {
    std::string key;
    Given given;
    std::string expected;              ///< "label" or "answer", where the form has it
    std::vector<std::string> prompts;  ///< as asked
    std::string video_name;
    base::Json id, answer_id;
};

/// Reads an answer file: ours or one of the published scripts'. A cut last line is left out. Throws
/// Error{File}, or Error{Format} naming file, line and field.
std::vector<Answer> read_answers(Task task, const std::filesystem::path& path);

/// Answers by item: each answer goes to one item, an item gets the first answer left for its key
/// (files with the same clip and question twice have two). Answers nobody asked for stay behind.
class AnswerMatch {
  public:
    explicit AnswerMatch(const std::vector<Answer>& answers);
    /// Returns the next answer of this key; nullptr when there is none left.
    const Answer* take(const std::string& key);
    std::size_t left() const;

  private:
    std::multimap<std::string, const Answer*> by_key_;
};

/// Items as far as answers alone tell them, for scoring without a question file (pope, video,
/// videoqa). Throws Error{Usage} for image and scienceqa, whose answers do not say what is right.
QuestionSet questions_from_answers(Task task, const std::filesystem::path& path);

}  // namespace univi::eval
