#include "core/model/device_plan.h"

#include <algorithm>
#include <string>

#include "core/base/byte_text.h"
#include "core/base/error.h"
#include "core/model/key_value_cache.h"
#include "core/model/precision.h"
#include "core/model/taken_weights.h"
#include "core/model/visual_merger.h"

namespace univi::model {
namespace {

std::int64_t element_size(c10::ScalarType type) {
    return static_cast<std::int64_t>(c10::elementSize(type));
}

/// LibTorch's attention keeps no scores on the CPU and with CUDA; other devices write them out.
bool writes_scores(c10::Device device) {
    return !device.is_cpu() && !device.is_cuda();
}

/// A part of the model that cannot be cut.
struct Piece {
    enum class Kind { Front, Layer, Head };
    Kind kind = Kind::Layer;
    std::vector<ParameterShape> weights;
};

/// The pieces in the order in which a token passes them.
std::vector<Piece> pieces_of(const PlannedModel& model) {
    const int layers = model.config.language.num_layers;
    std::vector<Piece> pieces(static_cast<std::size_t>(layers) + 2);
    pieces.front() = {Piece::Kind::Front, model.tower};
    pieces.back().kind = Piece::Kind::Head;
    auto& front = pieces.front().weights;
    front.insert(front.end(), model.projector.begin(), model.projector.end());
    const std::string prefix = "model.layers.";
    for (const ParameterShape& each : decoder_parameters(model.config.language)) {
        if (each.name.starts_with(prefix))
            pieces[1 + std::stoul(each.name.substr(prefix.size()))].weights.push_back(each);
        else if (each.name == "model.embed_tokens.weight")
            front.push_back(each);
        else
            pieces.back().weights.push_back(each);
    }
    return pieces;
}

/// Most that one layer of the decoder computes in, for a context that is read at once.
std::int64_t layer_workspace(const LanguageConfig& config, const PlacementOptions& placement,
                             c10::Device device) {
    const std::int64_t rows = config.max_position_embeddings, width = config.hidden_size,
                       inner = config.intermediate_size,
                       size = element_size(placement.compute_dtype);
    const std::int64_t stream = rows * width * (3 * size + 3 * 4);  // norms are taken in fp32
    const std::int64_t mlp = rows * inner * 3 * size;
    std::int64_t attention = rows * width * (6 * size + 3 * 4);
    if (writes_scores(device))
        attention += config.num_heads * rows * rows * (3 * size + 4) + rows * rows * (1 + size);
    std::int64_t widened = 0;  // a matrix in few bits is multiplied in the compute type
    if (placement.quantize && !device.is_cpu())
        widened = width * std::max(width, inner) * (size + 12);
    return stream + std::max(mlp, attention) + widened;
}

std::int64_t tower_workspace(const PlannedModel& model, const PlacementOptions& placement,
                             c10::Device device) {
    if (!model.vision) return 0;
    const VisionConfig& vision = *model.vision;
    const std::int64_t frames = kFramesAtOnceWatched, tokens = vision.num_patches() + 1,
                       size = element_size(placement.compute_dtype);
    std::int64_t tower =
        frames * tokens * (vision.hidden_size * 8 + vision.intermediate_size * 3) * size;
    if (writes_scores(device)) tower += frames * vision.num_heads * tokens * tokens * 3 * size;
    // All frames of a clip may be one event, whose tokens are compared with each other.
    constexpr std::int64_t kMostFrames = 64, kTables = 8;
    const std::int64_t most = std::max<std::int64_t>(tokens, kMostFrames * 64);
    return std::max(tower, most * most * 4 * (device.is_cpu() ? 1 : kTables));
}

std::int64_t workspace_of(const Piece& piece, const PlannedModel& model,
                          const PlacementOptions& placement, c10::Device device) {
    const LanguageConfig& language = model.config.language;
    switch (piece.kind) {
        case Piece::Kind::Front:
            return tower_workspace(model, placement, device);
        case Piece::Kind::Layer:
            return layer_workspace(language, placement, device);
        case Piece::Kind::Head:
            break;
    }
    return std::int64_t{8} * language.vocab_size +
           std::int64_t{12} * language.max_position_embeddings * language.hidden_size;
}

std::int64_t weights_of(const Piece& piece, const PlannedModel& model,
                        const PlacementOptions& placement, c10::Device device) {
    PlacementOptions there = placement;
    there.device = device;
    std::int64_t sum = 0;
    for (const ParameterShape& each : piece.weights)
        sum += held_bytes(each, there, stored_size(model.config));
    return sum;
}

/// What a share comes to with one piece more.
DeviceShare with_piece(DeviceShare share, const Piece& piece, const PlannedModel& model,
                       const PlacementOptions& placement) {
    const LanguageConfig& language = model.config.language;
    share.weights += weights_of(piece, model, placement, share.device);
    share.workspace =
        std::max(share.workspace, workspace_of(piece, model, placement, share.device));
    share.has_front |= piece.kind == Piece::Kind::Front;
    share.has_head |= piece.kind == Piece::Kind::Head;
    if (piece.kind != Piece::Kind::Layer) return share;
    ++share.num_layers;
    share.cache += KeyValueCache::bytes_of(language, language.max_position_embeddings, placement) /
                   language.num_layers;
    return share;
}

std::string bytes(std::int64_t count) {
    return base::byte_text(static_cast<std::uint64_t>(std::max<std::int64_t>(0, count)));
}

/// What the whole model would take of the first device, and what there is.
[[noreturn]] void refuse(const PlannedModel& model, const std::vector<DeviceRoom>& rooms,
                         const PlacementOptions& placement) {
    DeviceShare all;
    all.device = rooms.front().device;
    for (const Piece& piece : pieces_of(model)) all = with_piece(all, piece, model, placement);
    std::string there;
    for (const DeviceRoom& room : rooms)
        there += (there.empty() ? "" : ", ") + room.device.str() + " " + bytes(room.free);
    const bool has_cpu =
        std::ranges::any_of(rooms, [](const auto& r) { return r.device.is_cpu(); });
    throw base::Error(
        base::ErrorKind::Memory,
        "The model in " + precision_name(placement) + " needs " + bytes(all.total()) +
            " (weights " + bytes(all.weights) + ", keys and values " + bytes(all.cache) +
            ", workspace " + bytes(all.workspace) + ") and the devices have free: " + there +
            "; choose a smaller type (--dtype int4), name more devices (--device cuda:0,1)" +
            (has_cpu ? "" : ", or let the CPU hold a part (--max-memory cpu:16GiB)") + ".");
}

}  // namespace

std::int64_t stored_size(const ModelConfig& config) {
    return config.torch_dtype == "float32" ? 4 : 2;
}

std::int64_t held_bytes(const ParameterShape& each, const PlacementOptions& placement,
                        std::int64_t stored) {
    if (const auto how = quantization_of(each.kind, placement))
        return QuantizedWeight::bytes_of(*how, each.shape.at(0), each.shape.at(1));
    const bool is_mapped =
        placement.device.is_cpu() && !placement.materialize && each.kind != ParameterKind::Direct;
    return each.num_elements() * (is_mapped ? stored : element_size(placement.compute_dtype));
}

std::vector<DeviceShare> plan_devices(const PlannedModel& model,
                                      const std::vector<DeviceRoom>& rooms,
                                      PlacementOptions& placement) {
    std::vector<DeviceShare> shares;
    for (const DeviceRoom& room : rooms) shares.push_back({room.device, room.free});
    std::vector<c10::Device> places;
    std::size_t at = 0;
    for (const Piece& piece : pieces_of(model)) {
        DeviceShare more = with_piece(shares[at], piece, model, placement);
        while (more.total() > shares[at].free) {
            if (++at == shares.size()) refuse(model, rooms, placement);
            more = with_piece(shares[at], piece, model, placement);
        }
        if (piece.kind == Piece::Kind::Layer && shares[at].num_layers == 0)
            more.first_layer = static_cast<int>(places.size()) - 1;
        shares[at] = more;
        places.push_back(shares[at].device);
    }
    placement.device = places.front();
    placement.head = places.back();
    placement.layers.assign(places.begin() + 1, places.end() - 1);
    std::erase_if(shares, [](const DeviceShare& each) { return each.total() == 0; });
    return shares;
}

}  // namespace univi::model
