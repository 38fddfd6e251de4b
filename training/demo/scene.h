#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "training/demo/random.h"
#include "training/demo/stamps.h"

namespace univi::training::demo {

/// One cut-out on the canvas. Lengths are fractions of the canvas side; (cx, cy) is the middle of
/// what is visible.
struct SceneObject {
    int kind = 0;
    int variant = 0;
    int colour = -1;  ///< index into colours(), shapes only
    bool flipped = false;
    double cx = 0, cy = 0, width = 0, height = 0;
    double brightness = 1;  ///< gain, 0.85 … 1.15
    double left() const { return cx - width / 2; }
    double right() const { return cx + width / 2; }
    double top() const { return cy - height / 2; }
    double bottom() const { return cy + height / 2; }
};

/// What stands behind the objects.
struct Background {
    enum class Style { Plain, Gradient, Noise, Texture };
    Style style = Style::Plain;
    cv::Vec3d first, second;  ///< RGB, 0 … 255
    std::uint64_t seed = 0;   ///< of the noise
};

/// All facts of a picture; questions are answered from here, pixels are drawn from here.
struct Scene {
    Background background;
    std::vector<SceneObject> objects;  ///< later ones are drawn over earlier ones
};

struct LayoutOptions {
    int min_objects = 1, max_objects = 4;
    double min_size = 0.24, max_size = 0.5;  ///< long side
    double overlap = 0;         ///< part of the smaller box that may be hidden, 0 … 1
    double count_share = 0.3;   ///< scenes that show 2-4 of one kind
    double shape_share = 0.35;  ///< chance of an object to be a coloured shape
};

Background random_background(Random& random);
/// An object without a place yet: kind (or `kind` if >= 0), look, colour, size.
SceneObject random_object(Random& random, const StampLibrary& stamps, const LayoutOptions& options,
                          int kind = -1);
/// Objects placed without forbidden overlap inside the canvas.
Scene random_scene(Random& random, const StampLibrary& stamps, const LayoutOptions& options = {});
/// Tries to find a free place for `object` among `placed`; false after 40 vain tries.
bool place_object(Random& random, SceneObject& object, const std::vector<SceneObject>& placed,
                  double overlap);

/// Draws the scene, side x side, CV_8UC3 in RGB. `owner` (if given) receives per pixel 1 + index of
/// the object on top, 0 for the background (CV_8U).
cv::Mat render(const Scene& scene, const StampLibrary& stamps, int side, cv::Mat* owner = nullptr);
/// The background alone, and objects over an existing canvas: clips draw their background once.
cv::Mat render_background(const Background& background, int side);
void draw_objects(cv::Mat& canvas, const std::vector<SceneObject>& objects,
                  const StampLibrary& stamps, cv::Mat* owner = nullptr);

}  // namespace univi::training::demo
