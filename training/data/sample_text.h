#pragma once

#include <cstdint>
#include <vector>

#include "core/text/conversation_template.h"
#include "core/text/labels.h"
#include "core/text/tokenizer.h"
#include "training/data/data_item.h"

namespace univi::training {

/// Whether a message of `item` shows its media: only then are they read.
bool shows_media(const DataItem& item);

/// What of a run's options decides which tokens of an item training sees.
struct SampleRules {
    const text::ConversationTemplate& conversation_template;  ///< of --version
    std::int64_t model_max_length = 2048;
};

/// What is known of an item's media when its text is judged.
struct FoundMedia {
    int frames = 1;           ///< frames that training shows of the item's video
    bool is_missing = false;  ///< a picture or the video is not there or cannot be read
    bool operator==(const FoundMedia&) const = default;
};

/// Whether training learns from an item, and if not, why. The earlier reason is named where several
/// are true.
enum class Verdict {
    Learns,
    LacksMedia,      ///< a picture or the video is missing or broken
    CutsMedia,       ///< its placeholders do not all fit into model_max_length
    RoundsMismatch,  ///< the lengths of its rounds do not add up
    NothingToLearn   ///< no word within model_max_length has a label
};

/// The text of an item as training sees it.
struct SampleText {
    /// token ids and labels of the whole item; every label is kIgnoreLabel unless it `learns`
    std::vector<std::int32_t> ids, labels;
    std::int64_t kept = 0;         ///< tokens within model_max_length, the others are never seen
    std::int64_t slots = 0;        ///< placeholders within model_max_length
    std::int64_t label_count = 0;  ///< words there that have a label, whatever the verdict
    bool shows_media = false;
    bool lacks_media = false, cuts_media = false, mismatch = false;

    Verdict verdict() const;
    /// Words that training learns: label_count, 0 where another verdict takes the loss.
    std::int64_t learned() const { return verdict() == Verdict::Learns ? label_count : 0; }
};

/// Tokenizes and labels `item` and decides whether training learns from it. The reader of samples,
/// the data doctor, the memory plan and the window all ask this function. Throws Error{Format} when
/// the item does not fit the conversation template.
SampleText judge(const DataItem& item, const text::Tokenizer& tokenizer, const SampleRules& rules,
                 const FoundMedia& found);

}  // namespace univi::training
