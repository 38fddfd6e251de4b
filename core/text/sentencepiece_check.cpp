#include "core/text/sentencepiece_check.h"

#include <cstdint>

#include "core/base/error.h"

namespace univi::text {

namespace {

constexpr std::size_t kMaxPieces = 1'000'000;
constexpr std::size_t kMaxPieceBytes = 1024;

// Field numbers of sentencepiece_model.proto.
constexpr std::uint64_t kModelPieces = 1, kModelTrainer = 2, kModelNormalizer = 3,
                        kModelDenormalizer = 5;
constexpr std::uint64_t kPieceText = 1;
constexpr std::uint64_t kNormalizerMap = 2, kNormalizerPrefix = 3, kNormalizerSpaces = 4;

[[noreturn]] void refuse(const std::string& where, const std::string& reason) {
    throw base::Error(base::ErrorKind::Format,
                      where + " is not a usable SentencePiece model: " + reason + ".");
}

[[noreturn]] void refuse_cut(const std::string& where) {
    refuse(where, "the file is cut off or damaged: download it again");
}

/// Walks the fields of one protobuf message.
class Fields {
  public:
    Fields(std::string_view bytes, const std::string& where) : rest_(bytes), where_(where) {}

    /// The next field: its number and either its value or its bytes. False at the end.
    bool next() {
        if (rest_.empty()) return false;
        const std::uint64_t key = varint();
        number = key >> 3;
        value = 0;
        bytes = {};
        switch (key & 7) {
            case 0:
                value = varint();
                break;
            case 1:
                bytes = take(8);
                break;
            case 2:
                bytes = take(varint());
                break;
            case 5:
                bytes = take(4);
                break;
            default:
                refuse(where_, "it holds a field of an unknown kind");
        }
        return true;
    }

    std::uint64_t number = 0, value = 0;
    std::string_view bytes;

  private:
    std::uint64_t varint() {
        std::uint64_t result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<std::uint8_t>(take(1).front());
            result |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return result;
        }
        refuse(where_, "a number in it is too long");
    }

    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) refuse_cut(where_);
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    std::string_view rest_;
    const std::string& where_;
};

void check_piece(std::string_view bytes, const std::string& where) {
    for (Fields piece(bytes, where); piece.next();)
        if (piece.number == kPieceText &&
            (piece.bytes.empty() || piece.bytes.size() > kMaxPieceBytes))
            refuse(where, "it has a piece that is empty or longer than " +
                              std::to_string(kMaxPieceBytes) + " bytes");
}

SpaceRules check_normalizer(std::string_view bytes, const std::string& where) {
    SpaceRules rules;
    for (Fields field(bytes, where); field.next();) {
        if (field.number == kNormalizerMap && !field.bytes.empty())
            refuse(where,
                   "it maps characters before splitting, which LLaMA's does not (train it with the "
                   "rule \"identity\")");
        if (field.number == kNormalizerPrefix) rules.adds_dummy_prefix = field.value != 0;
        if (field.number == kNormalizerSpaces) rules.removes_extra_spaces = field.value != 0;
    }
    return rules;
}

}  // namespace

SpaceRules check_sentencepiece_model(std::string_view bytes, const std::string& where) {
    SpaceRules rules;
    std::size_t num_pieces = 0;
    bool has_settings = false;  // they follow the pieces
    for (Fields field(bytes, where); field.next();) {
        if (field.number == kModelPieces) {
            check_piece(field.bytes, where);
            if (++num_pieces > kMaxPieces) refuse(where, "it has more than a million pieces");
        }
        has_settings |= field.number == kModelTrainer || field.number == kModelNormalizer;
        if (field.number == kModelNormalizer) rules = check_normalizer(field.bytes, where);
        if (field.number == kModelDenormalizer) check_normalizer(field.bytes, where);
    }
    if (num_pieces == 0) refuse(where, "it has no pieces");
    if (!has_settings) refuse_cut(where);
    return rules;
}

}  // namespace univi::text
