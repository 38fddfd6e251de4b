#include "core/session/group_tables.h"

#include "core/base/error.h"
#include "core/model/placement.h"

namespace univi::session {

using protocol::StageGroups;

std::vector<int> to_ints(const at::Tensor& tensor) {
    const auto flat = tensor.to(at::kCPU, at::kInt).contiguous().reshape({-1});
    return {flat.data_ptr<int>(), flat.data_ptr<int>() + flat.numel()};
}

std::vector<float> to_floats(const at::Tensor& tensor) {
    const auto flat = tensor.to(at::kCPU, at::kFloat).contiguous().reshape({-1});
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

namespace {

std::vector<int> count_members(const std::vector<int>& patch_to_group, std::size_t groups) {
    std::vector<int> sizes(groups, 0);
    for (const int group : patch_to_group) ++sizes.at(static_cast<std::size_t>(group));
    return sizes;
}

/// Fills in what a stage says of its own input tokens: centres, density, distance.
StageGroups input_side(const model::ClusterResult& result) {
    StageGroups groups;
    groups.centers = to_ints(result.centers);
    groups.density = to_floats(result.density);
    groups.distance = to_floats(result.distance);
    return groups;
}

}  // namespace

std::array<StageGroups, 3> frame_groups(const model::SpatialStages& stages) {
    std::array<StageGroups, 3> out;
    for (int s = 0; s < 3; ++s) {
        if (!stages.idx_token[s].defined() || !stages.stage[s].centers.defined()) break;
        StageGroups groups = input_side(stages.stage[s]);
        groups.patch_to_group = to_ints(stages.idx_token[s]);
        groups.sizes = count_members(groups.patch_to_group, groups.centers.size());
        // A later stage's input token is a group of the stage before it: its patch is
        // that group's patch.
        groups.center_patches = groups.centers;
        if (s > 0)
            for (int& patch : groups.center_patches) patch = out[s - 1].center_patches.at(patch);
        out[s] = std::move(groups);
    }
    return out;
}

std::array<StageGroups, 3> event_groups(
    const model::SpatialStages& stages,
    const std::vector<const std::array<StageGroups, 3>*>& frame_stages) {
    std::array<StageGroups, 3> out;
    for (int s = 0; s < 3; ++s) {
        if (!stages.stage[s].idx_cluster.defined()) break;
        StageGroups groups = input_side(stages.stage[s]);
        const std::vector<int> group_of_input = to_ints(stages.stage[s].idx_cluster);
        // Input tokens are the frames' groups of this stage, frame after frame.
        std::vector<int> patch_of_input;
        int first_patch = 0;
        for (const auto* frame : frame_stages) {
            const StageGroups& of_frame = (*frame)[s];
            const auto first_input = patch_of_input.size();
            for (const int group : of_frame.patch_to_group)
                groups.patch_to_group.push_back(group_of_input.at(first_input + group));
            for (const int patch : of_frame.center_patches)
                patch_of_input.push_back(first_patch + patch);
            first_patch += static_cast<int>(of_frame.patch_to_group.size());
        }
        for (const int center : groups.centers)
            groups.center_patches.push_back(patch_of_input.at(center));
        groups.sizes = count_members(groups.patch_to_group, groups.centers.size());
        out[s] = std::move(groups);
    }
    return out;
}

void add_events(protocol::TokenGroups& groups, const model::VisualEncoding& encoding) {
    for (std::size_t e = 0; e < encoding.events.size(); ++e) {
        std::vector<const std::array<StageGroups, 3>*> frames;
        for (const int frame : encoding.events[e])
            frames.push_back(&groups.frames.at(frame).stages);
        groups.events.push_back({encoding.events[e], {}});
        if (static_cast<int>(encoding.frames.size()) <= model::kLongestPictureRun)
            groups.events.back().stages = *frames.front();
        else if (e < encoding.event_stages.size())
            groups.events.back().stages = event_groups(encoding.event_stages[e], frames);
    }
    if (!encoding.temporal) return;
    groups.frame_density = to_floats(encoding.temporal->density);
    groups.frame_distance = to_floats(encoding.temporal->distance);
    groups.event_centers = to_ints(encoding.temporal->centers);
}

protocol::TokenGroups regrouped(protocol::TokenGroups groups,
                                const model::VisualEncoding& encoding) {
    for (std::size_t f = 0; f < groups.frames.size(); ++f)
        groups.frames[f].stages = frame_groups(encoding.frames.at(f));
    groups.events.clear();
    groups.event_centers.clear();
    if (groups.is_video) add_events(groups, encoding);
    return groups;
}

}  // namespace univi::session
