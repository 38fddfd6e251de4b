#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <vector>

#include "core/model/model_config.h"
#include "core/model/parameter_shapes.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// A device that may hold a part of a model.
struct DeviceRoom {
    c10::Device device{c10::kCPU};
    std::int64_t free = 0;  ///< bytes that it may hold
};

/// What of a model lies on one device. Sizes in bytes.
struct DeviceShare {
    c10::Device device{c10::kCPU};
    std::int64_t free = 0;  ///< before anything was loaded
    int first_layer = 0, num_layers = 0;
    bool has_front = false;  ///< vision tower, projector and embedding
    bool has_head = false;   ///< final norm and head
    std::int64_t weights = 0;
    std::int64_t cache = 0;      ///< keys and values of a full context
    std::int64_t workspace = 0;  ///< what is computed on the way, at most
    std::int64_t total() const { return weights + cache + workspace; }
};

/// What is laid out: a decoder with what stands before it.
struct PlannedModel {
    const ModelConfig& config;
    const VisionConfig* vision = nullptr;  ///< null: without a tower
    std::vector<ParameterShape> tower, projector;
};

/// Returns the bytes that a weight takes where the placement says. `stored`: bytes of an element in
/// the file, which stays mapped on the CPU.
std::int64_t held_bytes(const ParameterShape& each, const PlacementOptions& placement,
                        std::int64_t stored);
/// Bytes of an element as config.json says that weights are stored.
std::int64_t stored_size(const ModelConfig& config);

/// Lays a model out over devices, in their order: each takes as many layers as fit, with their keys
/// and values, beside what it computes in; the first has tower, projector and embedding, the last
/// that is needed has the head. Says so in `placement`, and returns the devices that hold
/// something. Throws Error{Memory} in one sentence when it does not fit.
std::vector<DeviceShare> plan_devices(const PlannedModel& model,
                                      const std::vector<DeviceRoom>& rooms,
                                      PlacementOptions& placement);

}  // namespace univi::model
