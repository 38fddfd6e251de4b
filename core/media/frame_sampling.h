#pragma once

#include <optional>
#include <vector>

namespace univi::media {

/// Which frames of a video are read.
struct FrameSampling {
    int max_frames = 64;
    double framerate = 1;  ///< frames a second to keep (upstream video_framerate)
    std::optional<double> start_s, end_s;
    bool exact_range =
        false;            ///< start_s and end_s to the frame; else the reference's whole seconds
    bool spread = false;  ///< max_frames over the range, however close they lie together
    bool keep_all_when_slow = false;  ///< keep every frame where the reference fails: fps/framerate
                                      ///< rounds to 0 (slideshows)
};

/// Frame positions the reference keeps: stride round-half-even(fps / int(framerate)), then
/// int(linspace(0, n-1, max_frames)). Throws Error{Media} for an empty range, fps <= 0.5, framerate
/// < 1. Source: ChatUniVi demo _get_rawvideo_dec.
std::vector<int> sample_frame_indices(double fps, int num_frames, const FrameSampling& options);

}  // namespace univi::media
