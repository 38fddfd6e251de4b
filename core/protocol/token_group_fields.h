#pragma once

#include "core/protocol/fields.h"
#include "core/protocol/token_groups.h"

// The fields of token groups (core/protocol/fields.h).
namespace univi::protocol {

/// Throws when an index of `indices` is outside 0 .. count-1: the drawing code indexes with them.
void check_indices(const JsonFields& json, const char* name, const std::vector<int>& indices,
                   std::size_t count);

template <class V>
void fields(V& v, base::ClipRange& clip) {
    v.sparse("start", clip.start_s);
    v.sparse("end", clip.end_s);
    v.sparse("frames", clip.frames);
    v.check([&clip](const JsonFields& json) {
        if (const char* fault = clip.fault()) json.fail(clip.end_s ? "end" : "start", fault);
    });
}

template <class V>
void fields(V& v, StageGroups& stage) {
    v("patch_to_group", stage.patch_to_group);
    v("sizes", stage.sizes);
    v("centers", stage.centers);
    v("center_patches", stage.center_patches);
    v("density", stage.density);
    v("distance", stage.distance);
    v.check([&stage](const JsonFields& json) {
        check_indices(json, "patch_to_group", stage.patch_to_group, stage.sizes.size());
        if (!stage.center_patches.empty())
            check_indices(json, "center_patches", stage.center_patches,
                          stage.patch_to_group.size());
        if (!stage.density.empty())
            check_indices(json, "centers", stage.centers, stage.density.size());
    });
}

template <class V>
void fields(V& v, FrameGroups& frame) {
    v("frame_index", frame.frame_index);
    v("time_s", frame.time_s);
    v.path("picture", frame.picture);
    v("stages", frame.stages);
}

template <class V>
void fields(V& v, EventGroups& event) {
    v("frames", event.frames);
    v("stages", event.stages);
}

/// Refuses geometry and indices that the drawing code could not follow.
void check_token_groups(const JsonFields& json, const TokenGroups& groups);

template <class V>
void fields(V& v, TokenGroups& groups) {
    v("medium", groups.medium);
    v.path("source", groups.source);
    v.sparse("model", groups.model);
    v("is_video", groups.is_video);
    v("grid", groups.grid);
    v("picture_width", groups.picture_width);
    v("picture_height", groups.picture_height);
    v("crop", groups.crop);
    v("frames", groups.frames);
    v("events", groups.events);
    v("frame_density", groups.frame_density);
    v("frame_distance", groups.frame_distance);
    v("event_centers", groups.event_centers);
    v("complete", groups.complete);
    v("frames_lost", groups.frames_lost);
    v("frames_in_file", groups.frames_in_file);
    v.sparse("clip", groups.clip);
    v.check([&groups](const JsonFields& json) { check_token_groups(json, groups); });
}

}  // namespace univi::protocol
