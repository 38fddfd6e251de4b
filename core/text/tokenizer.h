#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace univi::text {

/// Id that stands for a picture or frame inside token lists (upstream IMAGE_TOKEN_INDEX).
inline constexpr std::int32_t kImageToken = -200;

/// One stretch of a prompt. Only Template text may become control tokens (`<s>`, `</s>`, `<unk>`);
/// whatever a user or a dataset brings is User text and stays plain characters. A Media segment is
/// one `<image>` placeholder.
struct Segment {
    enum class Kind { Template, User, Media };
    Kind kind = Kind::Template;
    std::string text;  ///< empty for Media
};
using Segments = std::vector<Segment>;

/// LLaMA tokenization over SentencePiece BPE (tokenizer.model + tokenizer_config.json of a Hugging
/// Face folder). Thread-safe after load. Source: transformers LlamaTokenizer 4.31 (slow, legacy and
/// non-legacy), ChatUniVi/mm_utils.py tokenizer_image_token.
class Tokenizer {
  public:
    /// `folder` holds tokenizer.model; tokenizer_config.json is optional (`legacy` defaults to
    /// true). Throws Error{File|Format} for a missing, truncated or impossible model.
    static Tokenizer load(const std::filesystem::path& folder);
    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    /// Returns the ids of a prompt: BOS first; split at Media segments, each piece tokenized on its
    /// own (only the first keeps its BOS), kImageToken between. Adjacent text segments are joined
    /// before SentencePiece sees them.
    std::vector<std::int32_t> encode(std::span<const Segment> prompt) const;

    /// Returns plain text without BOS and without control tokens (as `tokenize` of the command line
    /// prints with BOS: add_bos).
    std::vector<std::int32_t> encode_text(std::string_view text, bool add_bos) const;

    /// Returns the text of ids; control tokens (and ids < 0) are left out when `skip_special`.
    std::string decode(std::span<const std::int32_t> ids, bool skip_special = true) const;

    /// What one id stands for: text (its words start with a space), one raw byte of a character, or
    /// a control token.
    struct Piece {
        enum class Kind { Text, Byte, Control };
        Kind kind = Kind::Control;
        std::string_view text;  ///< of Text; lives as long as the tokenizer
        std::uint8_t byte = 0;  ///< of Byte
    };
    /// Ids outside the vocabulary (kImageToken, rows that pad the embedding) are Control.
    Piece piece(std::int32_t id) const;
    /// Returns the id of "<s>", "</s>" or "<unk>"; nullopt for any other text.
    std::optional<std::int32_t> control_id(std::string_view text) const;
    /// Returns true when decoding drops the space that stands before the first word
    /// (SentencePiece's dummy prefix).
    bool drops_first_space() const;

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

/// Incremental detokenizer: feed ids one at a time, get the text that became certain. Never emits
/// half a UTF-8 character: byte tokens are held back until they complete one; invalid bytes come
/// out as U+FFFD, one for each (as SentencePiece decodes). Control tokens add nothing. The
/// tokenizer must outlive it. Each id costs the length of its own text only.
class StreamDecoder {
  public:
    explicit StreamDecoder(const Tokenizer& tokenizer);
    /// Returns the new text after `id`, which may be empty.
    std::string push(std::int32_t id);
    /// Returns what is still held back at the end: the bytes of a character that was never
    /// completed, as U+FFFD.
    std::string finish();
    /// Returns the whole text so far; after `finish`, exactly Tokenizer::decode of all ids.
    const std::string& text() const { return text_; }

  private:
    /// Takes every decided character out of `bytes_`; with `at_end`, an unfinished one
    /// counts as invalid.
    std::string take_characters(bool at_end);

    const Tokenizer* tokenizer_;
    bool at_start_ = true;  ///< nothing but control tokens so far
    /// byte tokens that do not make a character yet, at most 3 between calls
    std::string bytes_;
    std::string text_;
};

}  // namespace univi::text
