#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "training/demo/question.h"
#include "training/demo/scene.h"

namespace univi::training::demo {

/// A cut-out over time: there from `enter` to `leave` (seconds), at its place, or on the way to
/// (to_cx, to_cy) all along.
struct Actor {
    SceneObject object;
    double enter = 0, leave = 1e9;
    bool moves = false;
    double to_cx = 0, to_cy = 0;
    SceneObject at(double time, double duration) const;
};

/// All facts of a clip.
struct Clip {
    enum class Story { Move, Order, Appear, Leave, Still };
    Story story = Story::Still;
    double duration_s = 8;
    std::vector<double> cuts;  ///< start times of the backgrounds after the first
    std::vector<Background> backgrounds;
    /// Order: in the order of their scenes; Move: the mover first; Appear, Leave: the
    /// changing one last
    std::vector<Actor> actors;
    std::vector<SceneObject> visible_at(double time) const;
};

Clip random_clip(Random& random, const StampLibrary& stamps);
/// The clip's picture at `time`, CV_8UC3 in RGB.
cv::Mat render_frame(const Clip& clip, const StampLibrary& stamps, int side, double time);
/// Every question the clip's facts answer without doubt.
std::vector<QuestionAnswer> clip_questions(const Clip& clip, Random& random);
/// "left", "right", "up" or "down" of a mover.
std::string direction_of(const Actor& actor);

/// Writes the clip as H.264 in MP4. Throws Error{File}.
struct EncodeOptions {
    int side = 192;
    int fps = 2;
    int crf = 24;
    const char* preset = "ultrafast";
};
void write_clip(const std::filesystem::path& path, const Clip& clip, const StampLibrary& stamps,
                const EncodeOptions& options);

}  // namespace univi::training::demo
