#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/stop_token.h"
#include "core/text/tokenizer.h"
#include "training/data/dataset.h"
#include "training/options/options.h"

namespace univi::training {

/// What may be wrong with an item. The first seven are faults; the others are worth knowing.
enum class DataProblem {
    BrokenJson,  ///< no valid JSON
    BadItem,  ///< a key is missing or of the wrong type, speakers do not take turns, a path leads
              ///< out
    Placeholders,    ///< `<image>`, `<video>` and the media do not fit together
    AbsoluteMedium,  ///< named by an absolute path, which the source does not allow
    MissingMedium,   ///< in none of the source's folders
    BrokenMedium,    ///< there, but no picture or video can be read from it
    DamagedMedium,   ///< a video of which some frames cannot be read: training reads the others
    PicturesCutOff,  ///< too long: a placeholder lies behind model_max_length, the sample has no
                     ///< loss
    TooLong,         ///< too long: words behind model_max_length are cut
    NoLoss,  ///< every label is ignored for another reason: an empty answer, rounds that do not add
             ///< up
    UnusedMedium,  ///< media that no placeholder shows
    Count
};
/// "broken_json", "missing_medium", …
const char* to_string(DataProblem problem);
/// Whether a data set with it should be mended.
bool is_fault(DataProblem problem);
/// What to do about it, one sentence.
const char* remedy(DataProblem problem);

/// The state of a data set.
struct DataReport {
    struct Finding {
        DataProblem problem = DataProblem::BadItem;
        std::int64_t item = 0;  ///< index into the data set
        std::string sentence;   ///< with file, line, position and id
    };
    struct Source {
        std::string chat_path;
        std::int64_t items = 0;
        std::int64_t faults = 0;  ///< items with a fault
        bool is_json_lines = false;
    };
    /// Items in another form than the reference's, which are read all the same.
    struct Forms {
        std::int64_t chat_roles = 0;  ///< speakers called user and assistant
        std::int64_t chat_keys = 0;   ///< keys messages, role, content
        std::int64_t system = 0;      ///< a system message of their own
    };
    static constexpr std::size_t kProblems = static_cast<std::size_t>(DataProblem::Count);
    static constexpr std::int64_t kBucket = 128;  ///< tokens a bar of the histogram

    std::vector<Source> sources;
    std::int64_t items = 0, text_only = 0, with_pictures = 0, with_video = 0;
    std::int64_t pictures = 0, videos = 0, frames = 0;
    std::int64_t frames_in_videos = 0;  ///< of which `frames` are those that training shows
    bool opens_media = true;            ///< --check_media decode
    std::int64_t max_frames = 0;        ///< --max_frames
    /// items whose id, or whose media and words, came before
    std::int64_t repeated_ids = 0, repeated_items = 0;
    std::array<std::int64_t, kProblems> counts{};  ///< items with each problem
    Forms forms;
    std::vector<Finding> findings;        ///< by item; at most kMaxFindings of each problem
    std::vector<std::int64_t> histogram;  ///< token lengths, kBucket tokens a bar
    /// tokens, placeholders counted as one each
    std::int64_t shortest = 0, median = 0, percentile95 = 0, longest = 0;
    std::int64_t tokens = 0, trained_tokens = 0;  ///< within model_max_length; those with a label

    std::int64_t count(DataProblem problem) const {
        return counts[static_cast<std::size_t>(problem)];
    }
    /// Whether no item has a word to learn: a run on this data is refused.
    bool has_nothing_to_learn() const { return items > 0 && trained_tokens == 0; }
    /// What of the media was looked at, in a sentence or two; empty without media.
    std::string sampling() const;
    /// One sentence with the most frequent cause and its remedy; empty when there is much to learn.
    std::string nothing_to_learn() const;
    /// Of any item, or of all together.
    bool has_faults() const;
};
inline constexpr std::size_t kMaxFindings = 1000;

/// Reads every item of `dataset` as training would. Uses --version, --model_max_length,
/// --max_frames, --check_media and
/// --threads; logs progress every ten seconds. Throws Error{Stopped|File}.
DataReport check_data(const Dataset& dataset, const text::Tokenizer& tokenizer,
                      const TrainOptions& options, const base::StopToken& stop);

base::Json to_json(const DataReport& report);
/// For people: counts, bars of the lengths, the first findings of each problem.
std::string to_text(const DataReport& report, std::int64_t model_max_length);

/// --check_data: prints the report of --dataset_use, and of --eval_dataset_use where that is given,
/// to stdout and keeps it as data_report.json in --output_dir when that is given (the held-out
/// data's under "held_out"). Exit code: 0 without faults, 1 with.
int run_check_data(const TrainOptions& options, const base::StopToken& stop);

}  // namespace univi::training
