#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/model/device_plan.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// What is loaded, from where, and where to.
struct LoadOptions {
    /// full folder, LoRA folder, or stage-1 folder with mm_projector.bin
    std::filesystem::path model;
    std::filesystem::path model_base;    ///< base for LoRA / projector folders
    std::filesystem::path vision_tower;  ///< folder; empty: config's name (relative to model's
                                         ///< parent, path, Hugging Face cache), embedded copy
    /// mm_projector.bin to put over the model's own (training stage 2)
    std::filesystem::path projector;
    bool allow_missing_projector = false;  ///< stage 1: start from a fresh projector (seeded)
    bool load_vision_tower = true;
    /// Chat: a plain language model, or one whose vision tower is nowhere, loads for text alone.
    bool allow_text_only = false;
    /// Only finds out whether it would load: adapters are read but not merged.
    bool check_only = false;
    PlacementOptions placement;
    /// the devices that may share the model, in order; empty: all of it goes where `placement` says
    std::vector<DeviceRoom> rooms;
    std::function<void(double fraction, const std::string& what)> progress;
    base::StopToken stop;
};

}  // namespace univi::model
