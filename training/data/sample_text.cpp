#include "training/data/sample_text.h"

#include <algorithm>
#include <string>
#include <utility>

namespace univi::training {

namespace {

/// Placeholders that the media of `item` need.
std::int64_t slots_needed(const DataItem& item, int frames) {
    return item.media == DataItem::Media::Video ? frames
                                                : static_cast<std::int64_t>(item.names.size());
}

}  // namespace

bool shows_media(const DataItem& item) {
    return item.media != DataItem::Media::None &&
           std::any_of(item.messages.begin(), item.messages.end(),
                       [](const text::Message& message) {
                           return message.value.find("<image>") != std::string::npos ||
                                  message.value.find("<video>") != std::string::npos;
                       });
}

Verdict SampleText::verdict() const {
    if (lacks_media) return Verdict::LacksMedia;
    if (cuts_media) return Verdict::CutsMedia;
    if (mismatch) return Verdict::RoundsMismatch;
    return label_count > 0 ? Verdict::Learns : Verdict::NothingToLearn;
}

SampleText judge(const DataItem& item, const text::Tokenizer& tokenizer, const SampleRules& rules,
                 const FoundMedia& found) {
    SampleText result;
    result.shows_media = shows_media(item);
    const bool is_video = item.media == DataItem::Media::Video;
    const int frames = result.shows_media && is_video ? found.frames : 1;
    text::LabeledIds labeled = text::label_conversation(
        tokenizer, rules.conversation_template, text::expand_placeholders(item.messages, frames),
        result.shows_media);
    result.ids = std::move(labeled.ids);
    result.labels = std::move(labeled.labels);
    result.mismatch = labeled.mismatch;
    result.kept = std::min(static_cast<std::int64_t>(result.ids.size()), rules.model_max_length);
    result.slots =
        std::count(result.ids.begin(), result.ids.begin() + result.kept, text::kImageToken);
    result.label_count =
        result.kept -
        std::count(result.labels.begin(), result.labels.begin() + result.kept, text::kIgnoreLabel);
    result.lacks_media = result.shows_media && found.is_missing;
    result.cuts_media = result.slots != (result.shows_media ? slots_needed(item, frames) : 0);
    if (result.verdict() != Verdict::Learns)
        std::fill(result.labels.begin(), result.labels.end(), text::kIgnoreLabel);
    return result;
}

}  // namespace univi::training
