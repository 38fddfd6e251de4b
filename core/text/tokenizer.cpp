#include "core/text/tokenizer.h"

#include <sentencepiece_processor.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/stand_in.h"
#include "core/text/sentencepiece_check.h"
#include "core/text/strings.h"
#include "core/text/utf8.h"

namespace univi::text {

namespace {

constexpr std::size_t kMaxModelBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxConfigBytes = std::size_t{4} << 20;
constexpr std::string_view kSpaceMark = "\xE2\x96\x81";  // U+2581, SentencePiece's written space

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& reason) {
    throw base::Error(
        base::ErrorKind::Format,
        path.string() + " is not a usable LLaMA tokenizer: " + reason + "; copy the file again.");
}

/// Whether tokenizer.json splits words into bytes as GPT-2 does (LLaMA 3, SmolLM): such a
/// vocabulary was never a SentencePiece model.
bool is_byte_level(const std::filesystem::path& json) {
    try {
        return base::read_file(json, kMaxModelBytes).find("\"ByteLevel\"") != std::string::npos;
    } catch (const base::Error&) {
        return false;
    }
}

/// Says which file is missing and where it may come from.
[[noreturn]] void refuse_missing(const std::filesystem::path& path) {
    const std::filesystem::path folder = path.parent_path(), json = folder / "tokenizer.json";
    std::error_code error;
    std::string sentence =
        folder.string() + " has no tokenizer.model, the SentencePiece file of LLaMA's tokenizer";
    if (!std::filesystem::exists(json, error))
        sentence += ": download it from where the model came from";
    else if (is_byte_level(json))
        sentence +=
            "; its tokenizer.json is a byte-level vocabulary (as of LLaMA 3 or SmolLM), which this "
            "program does not read: use a model of the LLaMA 1 or 2 family";
    else
        sentence +=
            "; its tokenizer.json is not read: take tokenizer.model from the model's original "
            "repository (huggingface-cli download REPOSITORY tokenizer.model), or save it with "
            "LlamaTokenizer.save_vocabulary";
    throw base::Error(base::ErrorKind::File, sentence + ".");
}

/// `legacy` of tokenizer_config.json; true where the file or the key is missing (as
/// in transformers 4.31).
bool read_legacy(const std::filesystem::path& config_path) {
    if (!std::filesystem::exists(config_path)) return true;
    const base::Json config = base::read_json_file(config_path, kMaxConfigBytes);
    if (!config.is_object() || !config.contains("legacy") || config["legacy"].is_null())
        return true;
    if (!config["legacy"].is_boolean())
        throw base::Error(base::ErrorKind::Format,
                          config_path.string() + ": \"legacy\" must be true or false.");
    return config["legacy"].get<bool>();
}

/// The value of a byte piece, written "<0x0A>"; nullopt for any other text.
std::optional<std::uint8_t> byte_value(std::string_view piece) {
    if (piece.size() != 6 || !piece.starts_with("<0x") || !piece.ends_with('>'))
        return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(piece.data() + 3, piece.data() + 5, value, 16);
    if (error != std::errc() || end != piece.data() + 5) return std::nullopt;
    return static_cast<std::uint8_t>(value);
}

}  // namespace

struct Tokenizer::Impl {
    /// A stretch of a prompt between two pictures: text, or one control token (id >= 0).
    struct Part {
        std::string text;
        std::int32_t control = -1;
    };

    sentencepiece::SentencePieceProcessor processor;
    SpaceRules spaces;
    bool legacy = true;
    std::int32_t bos = -1, eos = -1, unk = -1;
    std::vector<std::string> texts;  ///< per id: its text with real spaces, valid UTF-8
    std::vector<Piece> pieces;       ///< per id; views into `texts`

    void load_model(const std::filesystem::path& path);
    void make_pieces();
    std::vector<std::int32_t> encode_plain(std::string_view text) const;
    void append_part(const std::string& text, bool is_first, std::vector<std::int32_t>& ids) const;
    void append_chunk(const std::vector<Part>& parts, std::vector<std::int32_t>& ids) const;
    void split_controls(const std::string& text, std::vector<Part>& parts) const;
    std::string spell_controls(std::span<const std::int32_t> ids, const Tokenizer& tokenizer) const;
};

void Tokenizer::Impl::load_model(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) refuse_missing(path);
    const std::string bytes = base::read_file(path, kMaxModelBytes);
    base::refuse_stand_in(path, bytes, "a SentencePiece tokenizer");
    spaces = check_sentencepiece_model(bytes, path.string());
    const auto status = processor.LoadFromSerializedProto(bytes);
    if (!status.ok()) refuse(path, status.ToString());
    bos = processor.bos_id();
    eos = processor.eos_id();
    unk = processor.unk_id();
    if (bos < 0 || eos < 0 || unk < 0) refuse(path, "it lacks one of the pieces <s>, </s>, <unk>");
    make_pieces();
}

void Tokenizer::Impl::make_pieces() {
    const int size = processor.GetPieceSize();
    texts.resize(size);
    pieces.resize(size);
    for (int id = 0; id < size; ++id) {
        if (processor.IsControl(id) || processor.IsUnknown(id)) continue;
        const std::string& written = processor.IdToPiece(id);
        if (processor.IsByte(id)) {
            pieces[id].kind = Piece::Kind::Byte;
            pieces[id].byte = byte_value(written).value_or(0);
            continue;
        }
        texts[id] = valid_utf8(replace_all(written, kSpaceMark, " "));
        pieces[id].kind = Piece::Kind::Text;
        pieces[id].text = texts[id];
    }
}

std::vector<std::int32_t> Tokenizer::Impl::encode_plain(std::string_view text) const {
    std::vector<int> ids;
    const auto status = processor.Encode(text, &ids);
    if (!status.ok())
        throw base::Error(base::ErrorKind::Internal,
                          "The text could not be tokenized: " + status.ToString() + ".");
    return {ids.begin(), ids.end()};
}

/// Non-legacy (transformers 4.31): text after a control token loses the space mark that
/// SentencePiece puts in front of it; a mark that the text itself begins with stays. A stripped
/// piece that the vocabulary lacks becomes <unk>.
void Tokenizer::Impl::append_part(const std::string& text, bool is_first,
                                  std::vector<std::int32_t>& ids) const {
    std::vector<std::int32_t> added = encode_plain(text);
    auto begin = added.begin();
    if (!legacy && !is_first && !added.empty() && !text.starts_with(' ')) {
        const std::string& first = processor.IdToPiece(added.front());
        if (first == kSpaceMark)
            ++begin;
        else if (first.starts_with(kSpaceMark))
            added.front() = processor.PieceToId(first.substr(kSpaceMark.size()));
    }
    ids.insert(ids.end(), begin, added.end());
}

void Tokenizer::Impl::append_chunk(const std::vector<Part>& parts,
                                   std::vector<std::int32_t>& ids) const {
    bool is_first = true;
    for (const Part& part : parts) {
        if (part.control >= 0)
            ids.push_back(part.control);
        else if (!part.text.empty())
            append_part(legacy ? part.text : replace_all(part.text, kSpaceMark, " "), is_first,
                        ids);
        is_first = false;
    }
}

/// Appends template text, its control tokens as parts of their own; text joins on to
/// text before it.
void Tokenizer::Impl::split_controls(const std::string& text, std::vector<Part>& parts) const {
    const auto append_text = [&parts](std::string_view stretch) {
        if (stretch.empty()) return;
        if (parts.empty() || parts.back().control >= 0) parts.emplace_back();
        parts.back().text += stretch;
    };
    std::size_t begin = 0;
    for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
        for (const std::int32_t id : {bos, eos, unk}) {
            const std::string& name = processor.IdToPiece(id);
            if (text.compare(at, name.size(), name) != 0) continue;
            append_text(std::string_view(text).substr(begin, at - begin));
            parts.push_back({"", id});
            begin = at + name.size();
            at = begin - 1;
            break;
        }
    }
    append_text(std::string_view(text).substr(begin));
}

/// Text with the control tokens' names in it, spaced as transformers 4.31 does.
std::string Tokenizer::Impl::spell_controls(std::span<const std::int32_t> ids,
                                            const Tokenizer& tokenizer) const {
    std::string result;
    StreamDecoder words(tokenizer);
    const auto flush = [&] {
        words.finish();
        result += words.text();
        words = StreamDecoder(tokenizer);
    };
    bool after_control = false, first = true;
    for (const std::int32_t id : ids) {
        const bool is_control = id == bos || id == eos || id == unk;
        if (is_control) {
            if (!after_control && !first) result += ' ';
            flush();
            result += processor.IdToPiece(id);
        } else {
            words.push(id);
        }
        after_control = is_control;
        first = false;
    }
    flush();
    return result;
}

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Tokenizer Tokenizer::load(const std::filesystem::path& folder) {
    auto impl = std::make_unique<Impl>();
    impl->load_model(folder / "tokenizer.model");
    impl->legacy = read_legacy(folder / "tokenizer_config.json");
    return Tokenizer(std::move(impl));
}

std::vector<std::int32_t> Tokenizer::encode(std::span<const Segment> prompt) const {
    std::vector<std::int32_t> ids = {impl_->bos};
    std::vector<Impl::Part> parts;
    for (const Segment& segment : prompt) {
        switch (segment.kind) {
            case Segment::Kind::Template:
                impl_->split_controls(segment.text, parts);
                break;
            case Segment::Kind::User:
                if (segment.text.empty()) break;
                if (parts.empty() || parts.back().control >= 0) parts.emplace_back();
                parts.back().text += segment.text;
                break;
            case Segment::Kind::Media:
                impl_->append_chunk(parts, ids);
                parts.clear();
                ids.push_back(kImageToken);
                break;
        }
    }
    impl_->append_chunk(parts, ids);
    return ids;
}

std::vector<std::int32_t> Tokenizer::encode_text(std::string_view text, bool add_bos) const {
    std::vector<std::int32_t> ids = impl_->encode_plain(text);
    if (add_bos) ids.insert(ids.begin(), impl_->bos);
    return ids;
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids, bool skip_special) const {
    if (!skip_special) return impl_->spell_controls(ids, *this);
    StreamDecoder decoder(*this);
    for (const std::int32_t id : ids) decoder.push(id);
    decoder.finish();
    return decoder.text();
}

Tokenizer::Piece Tokenizer::piece(std::int32_t id) const {
    if (id < 0 || id >= vocab_size()) return {};
    return impl_->pieces[id];
}

std::optional<std::int32_t> Tokenizer::control_id(std::string_view text) const {
    for (const std::int32_t id : {impl_->bos, impl_->eos, impl_->unk})
        if (impl_->processor.IdToPiece(id) == text) return id;
    return std::nullopt;
}

bool Tokenizer::drops_first_space() const {
    return impl_->spaces.adds_dummy_prefix || impl_->spaces.removes_extra_spaces;
}

int Tokenizer::vocab_size() const {
    return static_cast<int>(impl_->pieces.size());
}
std::int32_t Tokenizer::bos_id() const {
    return impl_->bos;
}
std::int32_t Tokenizer::eos_id() const {
    return impl_->eos;
}
std::int32_t Tokenizer::unk_id() const {
    return impl_->unk;
}
bool Tokenizer::legacy() const {
    return impl_->legacy;
}
void Tokenizer::set_legacy(bool legacy) {
    impl_->legacy = legacy;
}

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer) : tokenizer_(&tokenizer) {}

std::string StreamDecoder::take_characters(bool at_end) {
    std::string taken;
    std::string_view rest = bytes_;
    while (!rest.empty()) {
        const auto [state, length] = first_utf8_character(rest);
        if (state == Utf8State::Incomplete && !at_end) break;
        const bool valid = state == Utf8State::Valid;
        taken += valid ? rest.substr(0, length) : kReplacementCharacter;
        rest.remove_prefix(valid ? length : 1);
    }
    bytes_.erase(0, bytes_.size() - rest.size());
    return taken;
}

std::string StreamDecoder::push(std::int32_t id) {
    const Tokenizer::Piece piece = tokenizer_->piece(id);
    if (piece.kind == Tokenizer::Piece::Kind::Control) return {};
    std::string added;
    if (piece.kind == Tokenizer::Piece::Kind::Byte) {
        bytes_ += static_cast<char>(piece.byte);
        added = take_characters(false);
    } else {
        std::string_view words = piece.text;
        if (at_start_ && tokenizer_->drops_first_space() && words.starts_with(' '))
            words.remove_prefix(1);
        added = take_characters(true);
        added += words;
    }
    at_start_ = false;
    text_ += added;
    return added;
}

std::string StreamDecoder::finish() {
    std::string added = take_characters(true);
    text_ += added;
    return added;
}

}  // namespace univi::text
