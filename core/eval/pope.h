#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace univi::eval {

/// One line of a POPE question file: {"question_id", "image", "text", "label": "yes"|"no"}.
struct PopeQuestion {
    std::int64_t question_id = 0;
    std::string image, text;
    bool is_yes = false;
};

/// What scoring needs of one answer: the reply and the label.
struct PopeAnswer {
    std::string text;
    bool is_yes = false;  ///< the label
};

/// "yes" is the positive class. Ratios lie in 0 … 1; one without cases is 0.
struct PopeMetrics {
    std::int64_t true_positive = 0, false_positive = 0, true_negative = 0, false_negative = 0;
    std::int64_t count() const {
        return true_positive + false_positive + true_negative + false_negative;
    }
    double accuracy() const;
    double precision() const;
    double recall() const;
    double f1() const;
    double yes_ratio() const;  ///< share of replies read as yes
};

/// Throws Error{File}, or Error{Format} naming the record and the field.
std::vector<PopeQuestion> read_pope_questions(const std::filesystem::path& path);

/// Applies the benchmark's rule for free text: "no" or "not" as a word of the first sentence means
/// no, anything else yes. Unlike the published script, words also end at line ends and punctuation
/// ("No!" is a no), and case does not matter.
bool pope_reply_is_yes(std::string_view reply);

PopeMetrics score_pope(const std::vector<PopeAnswer>& answers);

/// Returns {"accuracy", "precision", "recall", "f1", "yes_ratio", "count"}.
base::Json to_json(const PopeMetrics& metrics);

}  // namespace univi::eval
