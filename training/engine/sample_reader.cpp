#include "training/engine/sample_reader.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/media/image.h"
#include "core/media/video.h"
#include "core/text/conversation_template.h"

namespace univi::training {

namespace fs = std::filesystem;

namespace {

/// Above this many items texts are tokenized anew each epoch: about 2 KB an item would add up.
constexpr std::size_t kMaxKeptTexts = 500'000;

bool shows_media(const DataItem& item) {
    return std::any_of(item.messages.begin(), item.messages.end(), [](const text::Message& message) {
        return message.value.find("<image>") != std::string::npos || message.value.find("<video>") != std::string::npos;
    });
}

SampleMedium blank_medium() {
    SampleMedium medium;
    medium.is_blank = true;
    return medium;
}

std::int64_t count_slots(const std::vector<std::int32_t>& ids) {
    return std::count(ids.begin(), ids.end(), text::kImageToken);
}

/// Takes all placeholders out: what is left has no loss and serves to keep the batch's shape.
void drop_media(Sample& sample) {
    std::erase(sample.ids, text::kImageToken);
    sample.labels.assign(sample.ids.size(), text::kIgnoreLabel);
    sample.media.clear();
}

}  // namespace

SampleReader::SampleReader(const Dataset& dataset, const text::Tokenizer& tokenizer, SampleReaderOptions options,
                           const VisualTokenCache* cache, Warn warn)
    : dataset_(dataset),
      tokenizer_(tokenizer),
      options_(std::move(options)),
      template_(text::find_template(options_.conversation_template)),
      cache_(cache),
      warn_(std::move(warn)) {
    if (dataset.items().size() <= kMaxKeptTexts) texts_.resize(dataset.items().size());
}

Sample SampleReader::read(std::int64_t index) const {
    const DataItem& item = dataset_.items()[static_cast<std::size_t>(index)];
    Sample sample;
    sample.item = index;
    bool is_missing = false;
    if (shows_media(item)) sample.media = read_media(item, index, is_missing);
    const int frames = item.media == DataItem::Media::Video && !sample.media.empty() ? sample.media[0].placeholders : 1;
    const auto text = labeled(item, index, frames, !sample.media.empty());
    const auto kept = std::min<std::size_t>(text->ids.size(), static_cast<std::size_t>(options_.model_max_length));
    sample.ids.assign(text->ids.begin(), text->ids.begin() + static_cast<std::ptrdiff_t>(kept));
    sample.labels.assign(text->labels.begin(), text->labels.begin() + static_cast<std::ptrdiff_t>(kept));
    std::int64_t slots = 0;
    for (const auto& medium : sample.media) slots += medium.placeholders;
    if (count_slots(sample.ids) != slots) {
        warn_once(index, dataset_.describe(item) + " does not fit into --model_max_length " +
                             std::to_string(options_.model_max_length) + " with its pictures: left without loss.");
        drop_media(sample);
    }
    if (is_missing) std::fill(sample.labels.begin(), sample.labels.end(), text::kIgnoreLabel);
    return sample;
}

std::vector<SampleMedium> SampleReader::read_media(const DataItem& item, std::int64_t index, bool& is_missing) const {
    std::vector<SampleMedium> media;
    for (const std::string& name : item.names) {
        const fs::path file = dataset_.find_medium(item, name);
        try {
            if (file.empty()) throw base::Error(base::ErrorKind::Media, name + " is in none of its folders");
            media.push_back(item.media == DataItem::Media::Video ? read_video(file) : read_picture(file));
        } catch (const base::Error& error) {
            if (error.kind() != base::ErrorKind::Media && error.kind() != base::ErrorKind::File) throw;
            warn_once(index, dataset_.describe(item) + " is left without loss: " + error.what());
            is_missing = true;
        }
    }
    if (is_missing) media.assign(item.names.size(), blank_medium());
    return media;
}

SampleMedium SampleReader::read_picture(const fs::path& file) const {
    SampleMedium medium;
    medium.file = file;
    if (cache_) medium.tokens = cache_->find(file);
    if (medium.tokens && medium.tokens->placeholders != 1) medium.tokens.reset();
    if (!medium.tokens)
        medium.crops.push_back(media::resize_and_crop(media::read_image(file, {.apply_exif_rotation = false}),
                                                      options_.preprocess));
    return medium;
}

SampleMedium SampleReader::read_video(const fs::path& file) const {
    SampleMedium medium;
    medium.file = file;
    if (cache_) medium.tokens = cache_->find(file);
    if (medium.tokens) {
        medium.placeholders = medium.tokens->placeholders;
        return medium;
    }
    media::SamplingOptions sampling;
    sampling.max_frames = options_.max_frames;
    media::VideoReader reader(file, sampling, /*apply_rotation=*/false);
    while (auto frame = reader.next())
        medium.crops.push_back(media::resize_and_crop(frame->image, options_.preprocess));
    if (medium.crops.empty()) throw base::Error(base::ErrorKind::Media, file.string() + " has no frames");
    medium.placeholders = static_cast<std::int32_t>(medium.crops.size());
    return medium;
}

std::shared_ptr<const text::LabeledIds> SampleReader::labeled(const DataItem& item, std::int64_t index,
                                                              int frames, bool has_media) const {
    const auto slot = static_cast<std::size_t>(index);
    if (!texts_.empty()) {
        const std::lock_guard lock(mutex_);
        if (texts_[slot].ids && texts_[slot].frames == frames) return texts_[slot].ids;
    }
    auto made = std::make_shared<const text::LabeledIds>(
        text::label_conversation(tokenizer_, template_, text::expand_placeholders(item.messages, frames), has_media));
    if (made->mismatch)
        warn_once(index, dataset_.describe(item) + " is left without loss: the lengths of its rounds do not add up "
                                                   "(an empty answer, or role names inside a message).");
    if (!texts_.empty()) {
        const std::lock_guard lock(mutex_);
        texts_[slot] = {frames, made};
    }
    return made;
}

void SampleReader::warn_once(std::int64_t index, const std::string& message) const {
    {
        const std::lock_guard lock(mutex_);
        if (!warned_.insert(index).second) return;
    }
    if (warn_) warn_(message);
}

}  // namespace univi::training
