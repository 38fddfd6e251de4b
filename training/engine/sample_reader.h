#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/media/preprocess.h"
#include "core/text/labels.h"
#include "core/text/tokenizer.h"
#include "training/engine/dataset.h"
#include "training/engine/visual_token_cache.h"

namespace univi::training {

/// One picture, or the sampled frames of one video, of a sample: either tokens out of the cache or cropped pictures to encode.
struct SampleMedium {
    std::int32_t placeholders = 1;       ///< `<image>` slots it stands for
    bool is_blank = false;               ///< stands for a medium that could not be read: a zero picture
    std::filesystem::path file;
    std::optional<VisualTokens> tokens;
    std::vector<media::Image> crops;     ///< 8-bit crops, one a frame; empty when tokens are there
    /// A run of more than two adjacent placeholders is one video, as upstream has it; fewer are pictures.
    bool is_video() const { return placeholders > 2; }
};

/// A training sample ready for a batch; ids and labels are equally long, kImageToken where media go.
struct Sample {
    std::int64_t item = 0;
    std::vector<std::int32_t> ids, labels;
    std::vector<SampleMedium> media;     ///< in the order of their placeholders
};

struct SampleReaderOptions {
    std::string conversation_template = "v1";
    int max_frames = 64;
    std::int64_t model_max_length = 2048;
    media::PreprocessOptions preprocess;
};

/// Turns items into samples: tokens and labels (kept in memory once made), media read without EXIF rotation and cropped as
/// CLIP does. A medium that is missing or broken leaves the sample without loss, with one warning. Thread-safe.
class SampleReader {
  public:
    using Warn = std::function<void(const std::string&)>;
    /// Borrows everything; `cache` may be null. `warn` is called from any thread.
    SampleReader(const Dataset& dataset, const text::Tokenizer& tokenizer, SampleReaderOptions options,
                 const VisualTokenCache* cache, Warn warn);
    /// Throws Error for what cannot be trained on at all.
    Sample read(std::int64_t item) const;

  private:
    std::vector<SampleMedium> read_media(const DataItem& item, std::int64_t index, bool& is_missing) const;
    SampleMedium read_picture(const std::filesystem::path& file) const;
    SampleMedium read_video(const std::filesystem::path& file) const;
    std::shared_ptr<const text::LabeledIds> labeled(const DataItem& item, std::int64_t index, int frames,
                                                    bool has_media) const;
    void warn_once(std::int64_t index, const std::string& message) const;

    const Dataset& dataset_;
    const text::Tokenizer& tokenizer_;
    SampleReaderOptions options_;
    const text::ConversationTemplate& template_;
    const VisualTokenCache* cache_;
    Warn warn_;
    struct TextEntry {
        int frames = -1;
        std::shared_ptr<const text::LabeledIds> ids;
    };
    mutable std::mutex mutex_;
    mutable std::vector<TextEntry> texts_;
    mutable std::unordered_set<std::int64_t> warned_;
};

}  // namespace univi::training
