#include "training/engine/sample_reader.h"

#include <algorithm>

#include "core/media/image_file.h"
#include "core/media/video.h"
#include "core/protocol/fault.h"
#include "core/text/labels.h"

namespace univi::training {

namespace fs = std::filesystem;

namespace {

/// Beyond this texts are tokenized anew each epoch, so that memory does not grow with the data.
constexpr std::size_t kMaxTextBytes = std::size_t{128} << 20;

SampleMedium blank_medium() {
    SampleMedium medium;
    medium.is_blank = true;
    return medium;
}

/// Takes all placeholders out: what is left has no loss and serves to keep the batch's shape.
void drop_media(Sample& sample) {
    std::erase(sample.ids, text::kImageToken);
    sample.labels.assign(sample.ids.size(), text::kIgnoreLabel);
    sample.media.clear();
}

}  // namespace

SampleReader::SampleReader(const Dataset& dataset, const text::Tokenizer& tokenizer,
                           SampleReaderOptions options, const VisualTokenCache* cache, Warn warn)
    : dataset_(dataset),
      tokenizer_(tokenizer),
      options_(std::move(options)),
      rules_{text::find_template(options_.conversation_template), options_.model_max_length},
      cache_(cache),
      warn_(std::move(warn)),
      warned_(dataset.size(), false) {}

Sample SampleReader::read(std::int64_t index) const {
    std::optional<DataItem> item;
    try {
        item = dataset_.item(static_cast<std::size_t>(index));
    } catch (const base::Error& error) {
        if (error.kind() != base::ErrorKind::Format) throw;
        bad_item(index, "", error);
        return without_item(index);
    }
    Sample sample;
    sample.item = index;
    bool is_missing = false;
    if (shows_media(*item)) sample.media = read_media(*item, index, is_missing);
    try {
        fill(sample, *item, is_missing);
    } catch (const base::Error& error) {
        if (error.kind() != base::ErrorKind::Format) throw;
        bad_item(index, dataset_.describe(*item), error);
        return without_item(index);
    }
    return sample;
}

/// Fills in ids and labels of `item`, whose media the sample has.
void SampleReader::fill(Sample& sample, const DataItem& item, bool is_missing) const {
    const bool is_video = item.media == DataItem::Media::Video && !sample.media.empty();
    const auto text =
        judged(item, sample.item, {is_video ? sample.media[0].placeholders : 1, is_missing});
    sample.ids.assign(text->ids.begin(), text->ids.begin() + text->kept);
    sample.labels.assign(text->labels.begin(), text->labels.begin() + text->kept);
    const bool is_faulty = text->lacks_media || text->cuts_media || text->mismatch;
    sample.is_skipped = is_faulty && options_.bad_items == BadItemPolicy::Skip;
    if (!text->cuts_media) return;
    warn_once(sample.item, dataset_.describe(item) + " does not fit into --model_max_length " +
                               std::to_string(options_.model_max_length) +
                               " with its pictures: left " + fate() + ".");
    drop_media(sample);
}

/// Stands for an item of which nothing is known: one token without loss.
Sample SampleReader::without_item(std::int64_t index) const {
    Sample sample;
    sample.item = index;
    sample.ids = {tokenizer_.bos_id()};
    sample.labels = {text::kIgnoreLabel};
    sample.is_skipped = options_.bad_items == BadItemPolicy::Skip;
    return sample;
}

std::string SampleReader::fate() const {
    return options_.bad_items == BadItemPolicy::Skip ? "out" : "without loss";
}

/// `name`: what describes the item, unless the error already does.
void SampleReader::bad_item(std::int64_t index, const std::string& name,
                            const base::Error& error) const {
    std::string what = (name.empty() ? "" : name + ": ") + std::string(error.what());
    if (!what.ends_with('.')) what += '.';
    if (options_.bad_items == BadItemPolicy::Stop)
        throw protocol::FaultError(
            error.kind(), protocol::Fault::BadSample,
            what + " (--on_bad_item stop ends the run here; mask or skip go on.)",
            {name.empty() ? dataset_.describe(static_cast<std::size_t>(index)) : name});
    warn_once(index, what + " It is left " + fate() + ".");
}

std::vector<SampleMedium> SampleReader::read_media(const DataItem& item, std::int64_t index,
                                                   bool& is_missing) const {
    std::vector<SampleMedium> media;
    for (const std::string& name : item.names) {
        const fs::path file = dataset_.find_medium(item, name);
        try {
            if (file.empty())
                throw base::Error(base::ErrorKind::Media, Dataset::missing_medium(name));
            media.push_back(item.media == DataItem::Media::Video ? read_video(file, index)
                                                                 : read_picture(file));
        } catch (const base::Error& error) {
            if (error.kind() != base::ErrorKind::Media && error.kind() != base::ErrorKind::File)
                throw;
            bad_item(index, dataset_.describe(item), error);
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
        medium.crops.push_back(media::resize_and_crop(
            media::read_image(file, {.reading = media::Reading::Reference}), options_.preprocess));
    return medium;
}

SampleMedium SampleReader::read_video(const fs::path& file, std::int64_t index) const {
    SampleMedium medium;
    medium.file = file;
    if (cache_) medium.tokens = cache_->find(file);
    if (medium.tokens) {
        medium.placeholders = medium.tokens->placeholders;
        return medium;
    }
    media::FrameSampling sampling;
    sampling.max_frames = options_.max_frames;
    media::VideoReader reader(file, sampling, media::Reading::Reference);
    while (auto frame = reader.next())
        medium.crops.push_back(media::resize_and_crop(frame->image, options_.preprocess));
    if (medium.crops.empty())
        throw base::Error(base::ErrorKind::Media, file.string() + " has no frames");
    if (const media::VideoDamage damage = reader.damage(); damage.any())
        warn_once(index, file.string() + " is damaged: " + damage.sentence() +
                             "; the sample has the others.");
    medium.placeholders = static_cast<std::int32_t>(medium.crops.size());
    return medium;
}

std::shared_ptr<const SampleText> SampleReader::judged(const DataItem& item, std::int64_t index,
                                                       const FoundMedia& found) const {
    {
        const std::lock_guard lock(mutex_);
        const auto known = texts_.find(index);
        if (known != texts_.end() && known->second.found == found) return known->second.text;
    }
    auto made = std::make_shared<const SampleText>(judge(item, tokenizer_, rules_, found));
    if (made->mismatch)
        warn_once(index, dataset_.describe(item) + " is left " + fate() +
                             ": the lengths of its rounds do not add up "
                             "(an empty answer, or role names inside a message).");
    keep_text(index, found, made);
    return made;
}

void SampleReader::keep_text(std::int64_t index, const FoundMedia& found,
                             const std::shared_ptr<const SampleText>& text) const {
    // Of the map, the shared pointer and the vectors themselves.
    constexpr std::size_t kEntryBytes = 208;
    const std::size_t bytes = kEntryBytes + 8 * text->ids.size();
    const std::lock_guard lock(mutex_);
    if (text_bytes_ + bytes > kMaxTextBytes) return;
    text_bytes_ += bytes;
    texts_[index] = {found, text};
}

void SampleReader::warn_once(std::int64_t index, const std::string& message) const {
    {
        const std::lock_guard lock(mutex_);
        auto warned = warned_[static_cast<std::size_t>(index)];
        if (warned) return;
        warned = true;
    }
    if (warn_) warn_(message);
}

}  // namespace univi::training
