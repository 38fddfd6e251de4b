#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace univi::model {

/// Stands in the ids where a medium goes (IMAGE_TOKEN_INDEX of the reference).
inline constexpr std::int32_t kPlaceholder = -200;
/// The label of a position that predicts nothing (IGNORE_INDEX).
inline constexpr std::int32_t kNoLabel = -100;
/// The reference takes a run of up to two adjacent placeholders for single pictures, a longer one
/// for a video.
inline constexpr int kLongestPictureRun = 2;

/// Where the visual tokens of several media go.
enum class VisualOrder {
    Interleaved,  ///< each medium at its own placeholders
    /// as prepare_inputs_labels_for_multimodal of the reference (ChatUniVi/model/arch.py): from two
    /// runs of placeholders on, the text before the first run is repeated before every run, the
    /// text between runs is dropped, and labels are cut in another way than the embeddings, so
    /// that they no longer stand beside their words
    Reference,
};

/// What a medium takes of a prompt and gives for it.
struct MediumRows {
    int placeholders = 1;   ///< adjacent ones it stands for: 1 for a picture, a video's frames
    std::int64_t rows = 0;  ///< its visual tokens
};

/// Where one position of the language model's input comes from.
struct Slot {
    int medium = -1;         ///< -1: the text
    std::int64_t index = 0;  ///< among the ids, or among the medium's visual tokens
};

struct PlacedTokens {
    std::vector<Slot> slots;           ///< [L]
    std::vector<std::int32_t> labels;  ///< [L], kNoLabel at visual tokens; empty without labels
};

/// Puts each medium's visual tokens where its placeholders stand in `ids`; `labels`: none, or one
/// an id. Media fill the runs of placeholders in order. Throws Error{Model} when they do not fill
/// every run exactly.
PlacedTokens place_tokens(std::span<const std::int32_t> ids, std::span<const MediumRows> media,
                          VisualOrder order, std::span<const std::int32_t> labels = {});

}  // namespace univi::model
