#include "training/demo/clip.h"

#include <algorithm>
#include <cmath>

#include "training/demo/kinds.h"

namespace univi::training::demo {
namespace {

LayoutOptions clip_layout() {
    LayoutOptions options;
    options.max_size = 0.45;
    options.shape_share = 0.2;
    return options;
}

int fresh_kind(Random& random, const StampLibrary& stamps, const std::vector<Actor>& actors) {
    for (;;) {
        const int kind = random_object(random, stamps, clip_layout()).kind;
        if (std::none_of(actors.begin(), actors.end(),
                         [&](const Actor& a) { return a.object.kind == kind; }))
            return kind;
    }
}

std::vector<SceneObject> places(const std::vector<Actor>& actors) {
    std::vector<SceneObject> out;
    for (const Actor& actor : actors) out.push_back(actor.object);
    return out;
}

/// An actor of a kind of its own, placed free of the others where that is possible.
bool add_actor(Random& random, const StampLibrary& stamps, Clip& clip, bool apart = true) {
    Actor actor;
    actor.object =
        random_object(random, stamps, clip_layout(), fresh_kind(random, stamps, clip.actors));
    if (!place_object(random, actor.object,
                      apart ? places(clip.actors) : std::vector<SceneObject>{}, 0))
        return false;
    clip.actors.push_back(actor);
    return true;
}

/// Crosses the canvas along one axis; the picture keeps its other coordinate.
void make_mover(Random& random, const StampLibrary& stamps, Clip& clip) {
    add_actor(random, stamps, clip);
    Actor& actor = clip.actors.front();
    SceneObject& object = actor.object;
    const double shrink = std::min(1.0, 0.38 / std::max(object.width, object.height));
    object.width *= shrink, object.height *= shrink;
    actor.moves = true;
    const bool sideways = random.chance(0.5), forward = random.chance(0.5);
    double& along = sideways ? object.cx : object.cy;
    const double extent = (sideways ? object.width : object.height) / 2;
    const double low = extent + 0.02 + random.uniform(0, 0.06),
                 high = 1 - extent - 0.02 - random.uniform(0, 0.06);
    along = forward ? low : high;
    actor.to_cx = object.cx, actor.to_cy = object.cy;
    (sideways ? actor.to_cx : actor.to_cy) = forward ? high : low;
}

/// A still thing beside the mover's path, where there is room.
void add_bystander(Random& random, const StampLibrary& stamps, Clip& clip) {
    const Actor& mover = clip.actors.front();
    SceneObject path = mover.object;
    path.cx = (mover.object.cx + mover.to_cx) / 2, path.cy = (mover.object.cy + mover.to_cy) / 2;
    path.width += std::abs(mover.object.cx - mover.to_cx),
        path.height += std::abs(mover.object.cy - mover.to_cy);
    Actor actor;
    actor.object =
        random_object(random, stamps, clip_layout(), fresh_kind(random, stamps, clip.actors));
    if (place_object(random, actor.object, {path}, 0)) clip.actors.push_back(actor);
}

void make_order(Random& random, const StampLibrary& stamps, Clip& clip) {
    const int scenes = clip.duration_s >= 9 ? random.integer(2, 3) : 2;
    for (int i = 0; i < scenes; ++i) {
        add_actor(random, stamps, clip, false);
        clip.actors.back().enter = std::round(clip.duration_s * i / scenes);
        clip.actors.back().leave =
            i + 1 == scenes ? 1e9 : std::round(clip.duration_s * (i + 1) / scenes);
        if (i > 0 && random.chance(0.6)) {
            clip.cuts.push_back(clip.actors.back().enter);
            clip.backgrounds.push_back(random_background(random));
        }
    }
}

}  // namespace

SceneObject Actor::at(double time, double duration) const {
    SceneObject now = object;
    if (!moves) return now;
    const double part = std::clamp(time / std::max(1.0, duration - 1), 0.0, 1.0);
    now.cx += part * (to_cx - object.cx);
    now.cy += part * (to_cy - object.cy);
    return now;
}

std::vector<SceneObject> Clip::visible_at(double time) const {
    std::vector<SceneObject> out;
    for (const Actor& actor : actors)
        if (time >= actor.enter && time < actor.leave) out.push_back(actor.at(time, duration_s));
    return out;
}

std::string direction_of(const Actor& actor) {
    const double dx = actor.to_cx - actor.object.cx, dy = actor.to_cy - actor.object.cy;
    if (std::abs(dx) > std::abs(dy)) return dx > 0 ? "right" : "left";
    return dy > 0 ? "down" : "up";
}

Clip random_clip(Random& random, const StampLibrary& stamps) {
    Clip clip;
    clip.story = random.pick({Clip::Story::Move, Clip::Story::Move, Clip::Story::Move,
                              Clip::Story::Order, Clip::Story::Order, Clip::Story::Order,
                              Clip::Story::Appear, Clip::Story::Leave, Clip::Story::Still});
    clip.duration_s = random.integer(8, 12);
    clip.backgrounds.push_back(random_background(random));
    if (clip.story == Clip::Story::Order) {
        make_order(random, stamps, clip);
    } else if (clip.story == Clip::Story::Move) {
        make_mover(random, stamps, clip);
        if (random.chance(0.5)) add_bystander(random, stamps, clip);
    } else {
        add_actor(random, stamps, clip);
        while (clip.actors.size() < 2) add_actor(random, stamps, clip);
        const double half = std::round(clip.duration_s / 2);
        if (clip.story == Clip::Story::Appear) clip.actors.back().enter = half;
        if (clip.story == Clip::Story::Leave) clip.actors.back().leave = half;
    }
    return clip;
}

cv::Mat render_frame(const Clip& clip, const StampLibrary& stamps, int side, double time) {
    std::size_t scene = 0;
    while (scene < clip.cuts.size() && time >= clip.cuts[scene]) ++scene;
    cv::Mat canvas =
        render_background(clip.backgrounds[std::min(scene, clip.backgrounds.size() - 1)], side);
    draw_objects(canvas, clip.visible_at(time), stamps);
    return canvas;
}

}  // namespace univi::training::demo
