#include "app/engine/load_options.h"

#include <string>

namespace univi::engine {

session::EngineOptions options_for(const protocol::LoadRequest& request,
                                   session::EngineOptions options) {
    const auto take = [](std::string& target, const std::string& value) {
        if (!value.empty() && value != "auto") target = value;
    };
    take(options.model, request.model);
    take(options.model_base, request.model_base);
    take(options.vision_tower, request.vision_tower);
    take(options.device, request.device);
    take(options.dtype, request.dtype);
    take(options.cache_dtype, request.cache_dtype);
    if (request.threads > 0) options.threads = request.threads;
    return options;
}

}  // namespace univi::engine
