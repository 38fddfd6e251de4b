#include "core/session/load_options.h"

#include "core/model/checkpoint_assembly.h"
#include "core/model/precision.h"
#include "core/session/device_rooms.h"
#include "core/session/model_folder_lookup.h"

namespace univi::session {

model::LoadOptions load_options(const EngineOptions& options,
                                const std::function<void(double, const std::string&)>& progress,
                                const base::StopToken& stop) {
    model::LoadOptions load;
    load.model = find_model_folder(options.model);
    if (!options.model_base.empty())
        load.model_base = find_model_folder(options.model_base, "base model");
    load.vision_tower = options.vision_tower;
    load.allow_text_only = true;
    load.rooms = device_rooms(options.device, options.max_memory);
    load.placement.device = load.rooms.front().device;
    const std::filesystem::path config = model::find_checkpoint_folders(load).config;
    model::set_precision(load.placement, options.dtype, model::read_model_config(config));
    model::set_cache_precision(load.placement, options.cache_dtype);
    if (options.tower_as_stored) load.placement.quantize_tower = false;
    load.progress = progress;
    load.stop = stop;
    return load;
}

}  // namespace univi::session
