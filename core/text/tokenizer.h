#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace univi::text {

/// Id that stands for a picture or frame inside token lists (upstream IMAGE_TOKEN_INDEX).
inline constexpr std::int32_t kImageToken = -200;

/// One stretch of a prompt. Only Template text may become control tokens (`<s>`, `</s>`, `<unk>`); whatever a user or a
/// dataset brings is User text and stays plain characters. A Media segment is one `<image>` placeholder.
struct Segment {
    enum class Kind { Template, User, Media };
    Kind kind = Kind::Template;
    std::string text;  ///< empty for Media
};
using Segments = std::vector<Segment>;

/// LLaMA tokenization over SentencePiece BPE (tokenizer.model + tokenizer_config.json of a Hugging Face folder).
/// Thread-safe after load. Source: transformers LlamaTokenizer 4.31 (slow, legacy and non-legacy), ChatUniVi/mm_utils.py
/// tokenizer_image_token.
class Tokenizer {
  public:
    /// `folder` holds tokenizer.model; tokenizer_config.json is optional (`legacy` defaults to true).
    /// Throws Error{File|Format} for a missing, truncated or impossible model.
    static Tokenizer load(const std::filesystem::path& folder);
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    /// Ids of a prompt: BOS first; split at Media segments, each piece tokenized on its own (only the first keeps its BOS),
    /// kImageToken between. Adjacent text segments are joined before SentencePiece sees them.
    std::vector<std::int32_t> encode(std::span<const Segment> prompt) const;

    /// Plain text without BOS and without control tokens (as `tokenize` of the command line prints with BOS: add_bos).
    std::vector<std::int32_t> encode_text(std::string_view text, bool add_bos) const;

    /// Text of ids; control tokens (and ids < 0) are left out when `skip_special`.
    std::string decode(std::span<const std::int32_t> ids, bool skip_special = true) const;

    int vocab_size() const;
    std::int32_t bos_id() const;
    std::int32_t eos_id() const;
    std::int32_t unk_id() const;
    bool legacy() const;
    /// Overrides `legacy` (training uses the fast tokenizer's behaviour = legacy true).
    void set_legacy(bool legacy);

  private:
    struct Impl;
    explicit Tokenizer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Incremental detokenizer: feed ids one at a time, get the text that became certain. Never emits half a UTF-8 character:
/// byte tokens are held back until they complete one; invalid bytes come out as U+FFFD (as in transformers).
class StreamDecoder {
  public:
    explicit StreamDecoder(const Tokenizer& tokenizer);
    /// New text after `id`; may be empty.
    std::string push(std::int32_t id);
    /// What is still held back at the end.
    std::string finish();
    /// Whole text so far, as Tokenizer::decode of all ids gives it.
    const std::string& text() const { return text_; }

  private:
    const Tokenizer* tokenizer_;
    std::vector<std::int32_t> ids_;
    std::size_t window_begin_ = 0;
    std::string window_text_, text_;
};

}  // namespace univi::text
