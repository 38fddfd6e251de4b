#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/json.h"
#include "core/protocol/enum_names.h"

namespace univi::protocol {

// What `univi-train --check-data` finds, as it keeps it in data_report.json and the window reads
// it.

/// What may be wrong with an item.
enum class DataProblem {
    BrokenJson,  ///< no valid JSON
    /// a key is missing or of the wrong type, speakers do not take turns, a path leads out
    BadItem,
    Placeholders,    ///< `<image>`, `<video>` and the media do not fit together
    AbsoluteMedium,  ///< named by an absolute path, which the source does not allow
    MissingMedium,   ///< in none of the source's folders
    BrokenMedium,    ///< there, but no picture or video can be read from it
    DamagedMedium,   ///< a video of which some frames cannot be read: training reads the others
    /// too long: a placeholder lies behind model_max_length, the sample has no loss
    PicturesCutOff,
    TooLong,  ///< too long: words behind model_max_length are cut
    /// every label is ignored for another reason: an empty answer, rounds that do not add up
    NoLoss,
    UnusedMedium,  ///< media that no placeholder shows
    Count
};
template <>
struct EnumNames<DataProblem> {
    static constexpr std::pair<DataProblem, const char*> kNames[] = {
        {DataProblem::BrokenJson, "broken_json"},
        {DataProblem::BadItem, "bad_item"},
        {DataProblem::Placeholders, "placeholders"},
        {DataProblem::AbsoluteMedium, "absolute_medium"},
        {DataProblem::MissingMedium, "missing_medium"},
        {DataProblem::BrokenMedium, "broken_medium"},
        {DataProblem::DamagedMedium, "damaged_medium"},
        {DataProblem::PicturesCutOff, "pictures_cut_off"},
        {DataProblem::TooLong, "too_long"},
        {DataProblem::NoLoss, "no_loss"},
        {DataProblem::UnusedMedium, "unused_medium"}};
};
inline constexpr std::size_t kDataProblems = static_cast<std::size_t>(DataProblem::Count);

/// Whether a data set with it should be mended; else it is only worth knowing.
bool is_fault(DataProblem problem);
/// What is wrong, in a few words: "picture or video missing".
const char* words_of(DataProblem problem);
/// What to do about it, one sentence.
const char* remedy(DataProblem problem);

/// The state of a data set.
struct DataReport {
    struct Finding {
        DataProblem problem = DataProblem::BadItem;
        std::int64_t item = 0;  ///< index into the data set
        std::string file;       ///< the list that holds the item
        std::int64_t line = 0;  ///< where the item begins in it, from 1
        std::string why;        ///< what is wrong with it
        std::string sentence;   ///< all of it: file, line, position, id and why
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
    /// Tokens of the items; placeholders count as one each.
    struct Lengths {
        std::int64_t shortest = 0, median = 0, percentile95 = 0, longest = 0;
        std::int64_t bucket = kBucket;        ///< tokens a bar of the histogram
        std::vector<std::int64_t> histogram;  ///< items of each bar
    };
    static constexpr std::int64_t kBucket = 128;

    std::vector<Source> sources;
    std::int64_t items = 0, text_only = 0, with_pictures = 0, with_video = 0;
    std::int64_t pictures = 0, videos = 0, frames = 0;
    std::int64_t frames_in_videos = 0;  ///< of which `frames` are those that training shows
    bool opens_media = true;            ///< --check_media decode
    std::int64_t max_frames = 0;        ///< --max_frames
    /// items whose id, or whose media and words, came before
    std::int64_t repeated_ids = 0, repeated_items = 0;
    std::array<std::int64_t, kDataProblems> counts{};  ///< items with each problem
    Forms forms;
    std::vector<Finding> findings;  ///< by item; at most kMaxFindings of each problem
    Lengths lengths;
    std::int64_t tokens = 0, trained_tokens = 0;  ///< within model_max_length; those with a label

    std::int64_t count(DataProblem problem) const {
        return counts[static_cast<std::size_t>(problem)];
    }
    /// Items with a fault, of all sources.
    std::int64_t items_with_faults() const;
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

/// The report of --dataset_use, and of --eval_dataset_use where that is given.
struct DataCheck {
    DataReport data;
    std::optional<DataReport> held_out;
    bool has_faults() const { return data.has_faults() || (held_out && held_out->has_faults()); }
};

/// One object: the fields of `data`, and "held_out". Sentences that follow from the figures are in
/// it for other readers.
base::Json to_json(const DataCheck& check);

/// How far the check of a data set is.
struct CheckProgress {
    std::int64_t done = 0, total = 0;  ///< items
};

/// A line of `univi-train --check-data --check_format json`: any number of progresses, then one
/// report.
using CheckEvent = std::variant<CheckProgress, DataCheck>;

/// One object; "event" is "progress" or "report".
base::Json to_json(const CheckEvent& event);
/// Throws base::Error{Format} naming the field for anything but such an object.
CheckEvent check_event_from_json(const base::Json& json);

}  // namespace univi::protocol
