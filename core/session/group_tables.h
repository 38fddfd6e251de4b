#pragma once
// Inside of core/session only: from tensors to the plain numbers that pictures of groups
// are drawn from.

#include <array>
#include <vector>

#include "core/model/visual_merger.h"
#include "core/protocol/token_groups.h"

namespace univi::session {

/// Returns the three stages of a picture or frame. Stages that the model does not have (use_cluster
/// false) stay empty.
std::array<protocol::StageGroups, 3> frame_groups(const model::SpatialStages& stages);

/// Returns the three stages of an event over the frames it is made of, patch maps frame after
/// frame. `frame_stages`: their frame_groups.
std::array<protocol::StageGroups, 3> event_groups(
    const model::SpatialStages& stages,
    const std::vector<const std::array<protocol::StageGroups, 3>*>& frame_stages);

/// Adds a video's events and its decision graph to the groups of its frames.
void add_events(protocol::TokenGroups& groups, const model::VisualEncoding& encoding);

/// Returns the groups of the same frames merged otherwise.
protocol::TokenGroups regrouped(protocol::TokenGroups groups,
                                const model::VisualEncoding& encoding);

std::vector<int> to_ints(const at::Tensor& tensor);
std::vector<float> to_floats(const at::Tensor& tensor);

}  // namespace univi::session
