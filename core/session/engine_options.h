#pragma once

#include <cstdint>
#include <string>

#include "core/base/media_cache.h"

namespace univi::session {

struct EngineOptions {
    /// empty model: the demo model of the resources folder
    std::string model, model_base, vision_tower;
    /// auto | cpu | cuda[:N], or several that share the model: cuda:0,1 (device_rooms.h)
    std::string device = "auto";
    std::string max_memory;  ///< what each may hold: "0:10GiB,cpu:16GiB"; empty: what is free
    /// auto | fp32 | fp16 | bf16 | int8 | int4 (model::set_precision)
    std::string dtype = "auto";
    std::string cache_dtype = "auto";  ///< auto | int8, of keys and values (set_cache_precision)
    bool tower_as_stored = false;      ///< never in 8 bits: the model is to be written
    int threads = 0;                   ///< 0: all cores
    std::string placement = "interleaved";  ///< interleaved | reference
    bool with_attention = false;            ///< record what every reply token looked at
    /// Tokens that are guessed from what was said before and checked beside the next one: they make
    /// a reply that repeats something faster and change no token. 0: none; at most 3 are taken.
    int prompt_lookup_num_tokens = 3;
    std::string picture_folder;  ///< where frames shown to people are stored; empty: not stored
    /// where visual tokens are kept for later starts; empty: nowhere
    std::string token_folder;
    /// where the keys and values of prompts' openings are kept for later starts; empty: nowhere
    std::string opening_folder;
    /// what may lie in both, bytes; 0: nothing is read or written there
    std::int64_t token_limit = base::kMediaCacheLimit;
    /// Read pictures and videos as the reference does, not as people see them (media::Reading).
    bool reads_as_reference = false;
};

}  // namespace univi::session
