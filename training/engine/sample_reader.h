#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/media/preprocess.h"
#include "core/text/tokenizer.h"
#include "training/data/dataset.h"
#include "training/data/sample_text.h"
#include "training/engine/visual_token_cache.h"
#include "training/options/choices.h"

namespace univi::training {

/// One picture, or the sampled frames of one video, of a sample: either tokens out of the cache or
/// cropped pictures to encode.
struct SampleMedium {
    std::int32_t placeholders = 1;  ///< `<image>` slots it stands for
    bool is_blank = false;          ///< stands for a medium that could not be read: a zero picture
    std::filesystem::path file;
    std::optional<VisualTokens> tokens;
    std::vector<media::Image> crops;  ///< 8-bit crops, one a frame; empty when tokens are there
};

/// A training sample ready for a batch; ids and labels are equally long, kImageToken
/// where media go.
struct Sample {
    std::int64_t item = 0;
    std::vector<std::int32_t> ids, labels;
    std::vector<SampleMedium> media;  ///< in the order of their placeholders
    /// bad, and the policy is to leave such out: the batch goes on without it
    bool is_skipped = false;
};

struct SampleReaderOptions {
    std::string conversation_template = "v1";
    int max_frames = 64;
    std::int64_t model_max_length = 2048;
    media::PreprocessOptions preprocess;
    BadItemPolicy bad_items = BadItemPolicy::Mask;
};

/// Turns items into samples: tokens and labels (kept in memory once made, up to 128 MiB), media
/// read as the reference does (media::Reading::Reference) and cropped as CLIP does. A bad item is
/// named with file and line in one warning and treated by the policy; a sample that loses its loss
/// in another way (too long for its pictures, rounds that do not add up) is named too and never
/// ends a run. Thread-safe.
class SampleReader {
  public:
    using Warn = std::function<void(const std::string&)>;
    /// Borrows everything; `cache` may be null. `warn` is called from any thread.
    SampleReader(const Dataset& dataset, const text::Tokenizer& tokenizer,
                 SampleReaderOptions options, const VisualTokenCache* cache, Warn warn);
    /// Throws Error{Format|Media} for a bad item under BadItemPolicy::Stop, Error{File} when the
    /// list itself cannot be read.
    Sample read(std::int64_t item) const;

  private:
    std::vector<SampleMedium> read_media(const DataItem& item, std::int64_t index,
                                         bool& is_missing) const;
    SampleMedium read_picture(const std::filesystem::path& file) const;
    SampleMedium read_video(const std::filesystem::path& file, std::int64_t index) const;
    std::shared_ptr<const SampleText> judged(const DataItem& item, std::int64_t index,
                                             const FoundMedia& found) const;
    void fill(Sample& sample, const DataItem& item, bool is_missing) const;
    Sample without_item(std::int64_t index) const;
    void keep_text(std::int64_t index, const FoundMedia& found,
                   const std::shared_ptr<const SampleText>& text) const;
    void bad_item(std::int64_t index, const std::string& name, const base::Error& error) const;
    std::string fate() const;
    void warn_once(std::int64_t index, const std::string& message) const;

    const Dataset& dataset_;
    const text::Tokenizer& tokenizer_;
    SampleReaderOptions options_;
    SampleRules rules_;
    const VisualTokenCache* cache_;
    Warn warn_;
    struct TextEntry {
        FoundMedia found;
        std::shared_ptr<const SampleText> text;
    };
    mutable std::mutex mutex_;
    mutable std::unordered_map<std::int64_t, TextEntry> texts_;
    mutable std::size_t text_bytes_ = 0;
    mutable std::vector<bool> warned_;
};

}  // namespace univi::training
