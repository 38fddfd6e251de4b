#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace univi::training {

/// What is known of a parameter before any memory is laid out.
struct ParameterInfo {
    std::string name;
    std::int64_t num_elements = 0;
    bool is_trained = false;
};

/// A parameter's place in its flat buffer, in elements.
struct FlatSlot {
    std::size_t parameter = 0;  ///< index into the list that was laid out
    std::int64_t begin = 0, count = 0;
};

/// One flat buffer: parameters one after the other, padded so that it splits evenly over the ranks.
struct FlatLayout {
    std::vector<FlatSlot> slots;
    std::int64_t num_elements = 0;  ///< with padding
    std::int64_t part = 0;          ///< elements a rank
    bool is_trained = false;
    /// decoder layer whose weights these are, -1: outside the layers
    int layer = -1;
};

/// The part of a slot that lies in [begin, end) of the flat buffer.
struct SlotPiece {
    std::size_t slot = 0;
    std::int64_t in_flat = 0;       ///< first element in the flat buffer
    std::int64_t in_parameter = 0;  ///< the same element in the parameter
    std::int64_t count = 0;
};

/// Stages 0 to 2: trained parameters in model order, a buffer closed when it has at least
/// `bucket_elements`. Frozen ones stay as they are.
std::vector<FlatLayout> lay_out_buckets(const std::vector<ParameterInfo>& parameters, int ranks,
                                        std::int64_t bucket_elements);

/// Stage 3: per decoder layer one buffer of trained and one of frozen parameters; those outside the
/// layers likewise, first.
std::vector<FlatLayout> lay_out_layers(const std::vector<ParameterInfo>& parameters, int ranks);

std::vector<SlotPiece> pieces_within(const FlatLayout& layout, std::int64_t begin,
                                     std::int64_t end);

/// 12 of "model.layers.12.mlp.up_proj.weight", -1 outside the layers.
int layer_of_parameter(const std::string& name);

}  // namespace univi::training
