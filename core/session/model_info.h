#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/protocol/engine_protocol.h"

namespace univi::model {
struct LoadOptions;
}

namespace univi::session {

struct LoadedModel;

struct TensorBytes {
    std::string dtype;
    std::int64_t tensors = 0, bytes = 0;
};

/// What there is to say about a loaded model.
struct ModelInfo {
    std::string folder, vision_tower, architecture, device, dtype;
    std::string default_template;             ///< config.json's "univi_conv", else "simple"
    std::vector<std::string> templates;       ///< all known ones, the default first
    protocol::GenerationDefaults generation;  ///< what the model's own files ask for
    std::int64_t parameters_language = 0, parameters_vision = 0, parameters_projector = 0;
    std::vector<TensorBytes> stored;
    std::vector<protocol::MemoryNeed> memory;   ///< of each precision on the CPU
    std::vector<protocol::DevicePlace> places;  ///< what lies where
    int context = 0, layers = 0, hidden = 0, heads = 0, kv_heads = 0, vocab = 0;
    int image_size = 0, patch = 0, visual_tokens = 0;
    bool pad_to_square = false, use_cluster = true;
    std::vector<std::string> missing, unused;
    protocol::Sight sight = protocol::Sight::Pictures;
    std::string sight_note;  ///< why the model answers text only and what to do; else empty
};

/// Describes a model that was loaded with `options`. Reads its configuration files again.
ModelInfo describe_model(const LoadedModel& loaded, const model::LoadOptions& options);

}  // namespace univi::session
