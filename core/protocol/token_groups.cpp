#include "core/protocol/token_groups.h"

#include <algorithm>
#include <filesystem>

#include "core/base/json_text.h"
#include "core/protocol/json_fields.h"

namespace univi::protocol {

namespace {

using base::Json;
using Stages = std::array<StageGroups, 3>;

int tokens_of(const Stages& stages, int num_stages) {
    std::size_t tokens = 0;
    for (int s = 0; s < num_stages; ++s) tokens += stages[s].sizes.size();
    return static_cast<int>(tokens);
}

/// The parts whose tokens the language model sees, in order: the picture itself, or the events
/// of a video.
std::vector<const Stages*> token_parts(const TokenGroups& groups) {
    std::vector<const Stages*> parts;
    if (groups.is_video) {
        for (const EventGroups& event : groups.events) parts.push_back(&event.stages);
    } else if (!groups.frames.empty()) {
        parts.push_back(&groups.frames.front().stages);
    }
    return parts;
}

Json stage_to_json(const StageGroups& stage) {
    return {{"patch_to_group", stage.patch_to_group},
            {"sizes", stage.sizes},
            {"centers", stage.centers},
            {"center_patches", stage.center_patches},
            {"density", float_array(stage.density)},
            {"distance", float_array(stage.distance)}};
}

Json stages_to_json(const Stages& stages) {
    Json result = Json::array();
    for (const StageGroups& stage : stages) result.push_back(stage_to_json(stage));
    return result;
}

/// Throws when an index of `indices` is outside 0 .. count-1: the drawing code indexes with them.
void check_indices(const JsonFields& fields, const char* name, const std::vector<int>& indices,
                   std::size_t count) {
    for (int index : indices)
        if (index < 0 || static_cast<std::size_t>(index) >= count)
            fields.fail(name, "holds " + std::to_string(index) + ", which is not below " +
                                  std::to_string(count));
}

StageGroups stage_from_json(const JsonFields& fields) {
    StageGroups stage;
    fields.read("patch_to_group", stage.patch_to_group);
    fields.read("sizes", stage.sizes);
    fields.read("centers", stage.centers);
    fields.read("center_patches", stage.center_patches);
    fields.read("density", stage.density);
    fields.read("distance", stage.distance);
    check_indices(fields, "patch_to_group", stage.patch_to_group, stage.sizes.size());
    if (!stage.center_patches.empty())
        check_indices(fields, "center_patches", stage.center_patches, stage.patch_to_group.size());
    if (!stage.density.empty())
        check_indices(fields, "centers", stage.centers, stage.density.size());
    return stage;
}

Stages stages_from_json(const JsonFields& fields) {
    Stages stages;
    const std::vector<JsonFields> objects = fields.objects("stages");
    if (objects.empty()) return stages;
    if (objects.size() != stages.size()) fields.fail("stages", "must hold exactly three stages");
    for (std::size_t s = 0; s < stages.size(); ++s) stages[s] = stage_from_json(objects[s]);
    return stages;
}

FrameGroups frame_from_json(const JsonFields& fields) {
    FrameGroups frame;
    fields.read("frame_index", frame.frame_index);
    fields.read("time_s", frame.time_s);
    fields.read_path("picture", frame.picture);
    frame.stages = stages_from_json(fields);
    return frame;
}

EventGroups event_from_json(const JsonFields& fields, std::size_t num_frames) {
    EventGroups event;
    fields.read("frames", event.frames);
    check_indices(fields, "frames", event.frames, num_frames);
    event.stages = stages_from_json(fields);
    return event;
}

void read_geometry(const JsonFields& fields, TokenGroups& groups) {
    constexpr int kMaxGrid = 1024;  // far above 336/14; keeps grid * grid inside an int
    fields.read("grid", groups.grid);
    if (groups.grid < 1 || groups.grid > kMaxGrid)
        fields.fail("grid", "must lie between 1 and 1024");
    fields.read("picture_width", groups.picture_width);
    fields.read("picture_height", groups.picture_height);
    fields.read("crop", groups.crop);
}

}  // namespace

int TokenGroups::token_offset(int event, int stage) const {
    const std::vector<const Stages*> parts = token_parts(*this);
    const int num_parts = static_cast<int>(parts.size());
    int offset = 0;
    for (int e = 0; e < std::min(event, num_parts); ++e) offset += tokens_of(*parts[e], 3);
    if (event >= 0 && event < num_parts)
        offset += tokens_of(*parts[event], std::clamp(stage, 0, 3));
    return offset;
}

std::string TokenGroups::damage() const {
    if (frames_lost <= 0) return {};
    return std::filesystem::path(source).filename().string() +
           " is damaged: " + std::to_string(frames_lost) + " of " + std::to_string(frames_in_file) +
           " frames cannot be read and were left out";
}

int TokenGroups::num_tokens() const {
    int tokens = 0;
    for (const Stages* stages : token_parts(*this)) tokens += tokens_of(*stages, 3);
    return tokens;
}

Json to_json(const TokenGroups& groups) {
    Json frames = Json::array();
    for (const FrameGroups& frame : groups.frames) {
        Json each = {{"frame_index", frame.frame_index},
                     {"time_s", frame.time_s},
                     {"stages", stages_to_json(frame.stages)}};
        base::put_path(each, "picture", frame.picture);
        frames.push_back(std::move(each));
    }
    Json events = Json::array();
    for (const EventGroups& event : groups.events)
        events.push_back({{"frames", event.frames}, {"stages", stages_to_json(event.stages)}});
    Json json = {{"medium", groups.medium},
                 {"is_video", groups.is_video},
                 {"grid", groups.grid},
                 {"picture_width", groups.picture_width},
                 {"picture_height", groups.picture_height},
                 {"crop", groups.crop},
                 {"frames", std::move(frames)},
                 {"events", std::move(events)},
                 {"frame_density", float_array(groups.frame_density)},
                 {"frame_distance", float_array(groups.frame_distance)},
                 {"event_centers", groups.event_centers},
                 {"complete", groups.complete},
                 {"frames_lost", groups.frames_lost},
                 {"frames_in_file", groups.frames_in_file}};
    base::put_path(json, "source", groups.source);
    return json;
}

TokenGroups token_groups_from_json(const Json& json) {
    const JsonFields fields(json, "groups");
    TokenGroups groups;
    fields.read("medium", groups.medium);
    fields.read_path("source", groups.source);
    fields.read("is_video", groups.is_video);
    read_geometry(fields, groups);
    for (const JsonFields& frame : fields.objects("frames"))
        groups.frames.push_back(frame_from_json(frame));
    for (const JsonFields& event : fields.objects("events"))
        groups.events.push_back(event_from_json(event, groups.frames.size()));
    fields.read("frame_density", groups.frame_density);
    fields.read("frame_distance", groups.frame_distance);
    fields.read("event_centers", groups.event_centers);
    check_indices(fields, "event_centers", groups.event_centers, groups.frames.size());
    fields.read("complete", groups.complete);
    fields.read("frames_lost", groups.frames_lost);
    fields.read("frames_in_file", groups.frames_in_file);
    return groups;
}

}  // namespace univi::protocol
