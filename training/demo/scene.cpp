#include "training/demo/scene.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "training/demo/kinds.h"

namespace univi::training::demo {
namespace {

constexpr double kMargin = 0.015;  ///< free border of the canvas

double overlap_area(const SceneObject& a, const SceneObject& b) {
    const double w = std::min(a.right(), b.right()) - std::max(a.left(), b.left());
    const double h = std::min(a.bottom(), b.bottom()) - std::max(a.top(), b.top());
    return w > 0 && h > 0 ? w * h : 0;
}

/// Muted colours: shapes in full colours stand out against them.
cv::Vec3d random_backdrop(Random& random) {
    const double grey = random.uniform(70, 215);
    cv::Vec3d colour;
    for (int c = 0; c < 3; ++c) colour[c] = std::clamp(grey + random.uniform(-38, 38), 0.0, 255.0);
    return colour;
}

cv::Mat gradient(const Background& background, int side) {
    Random random(background.seed);
    const double angle = random.uniform(0, 6.283), dx = std::cos(angle), dy = std::sin(angle);
    cv::Mat canvas(side, side, CV_8UC3);
    const cv::Vec3d step = background.second - background.first;
    for (int y = 0; y < side; ++y) {
        auto* row = canvas.ptr<cv::Vec3b>(y);
        for (int x = 0; x < side; ++x) {
            const double t =
                0.5 + 0.5 * ((2.0 * x / side - 1) * dx + (2.0 * y / side - 1) * dy) / 1.42;
            for (int c = 0; c < 3; ++c)
                row[x][c] = cv::saturate_cast<uchar>(background.first[c] + t * step[c]);
        }
    }
    return canvas;
}

/// Random values on a coarse grid, blown up: cloud-like (`cells` few) or grainy (`cells` many).
cv::Mat clouds(const Background& background, int side, int cells) {
    Random random(background.seed);
    cv::Mat coarse(cells, cells, CV_8UC3);
    for (auto& pixel : cv::Mat_<cv::Vec3b>(coarse)) {
        const double t = random.uniform();
        for (int c = 0; c < 3; ++c)
            pixel[c] = cv::saturate_cast<uchar>(background.first[c] +
                                                t * (background.second[c] - background.first[c]));
    }
    cv::Mat canvas;
    cv::resize(coarse, canvas, {side, side}, 0, 0, cv::INTER_CUBIC);
    return canvas;
}

cv::Mat stripes(const Background& background, int side) {
    Random random(background.seed);
    const double angle = random.uniform(0, 3.1416), period = random.uniform(0.05, 0.2);
    const double kx = std::cos(angle) * 6.283 / (period * side),
                 ky = std::sin(angle) * 6.283 / (period * side);
    const bool checks = random.chance(0.4);
    cv::Mat canvas(side, side, CV_8UC3);
    for (int y = 0; y < side; ++y) {
        auto* row = canvas.ptr<cv::Vec3b>(y);
        for (int x = 0; x < side; ++x) {
            double wave = std::sin(kx * x + ky * y);
            if (checks) wave *= std::sin(ky * x - kx * y);
            const double t = 0.3 + 0.3 * wave;
            for (int c = 0; c < 3; ++c)
                row[x][c] = cv::saturate_cast<uchar>(
                    background.first[c] + t * (background.second[c] - background.first[c]));
        }
    }
    return canvas;
}

/// Alpha-blends an RGBA cut-out with its top left corner at (left, top); parts outside the canvas
/// are cut off.
void blend(cv::Mat& canvas, const cv::Mat& cutout, int left, int top, double gain, cv::Mat* owner,
           int index) {
    const int x0 = std::max(0, -left), x1 = std::min(cutout.cols, canvas.cols - left);
    for (int y = std::max(0, -top); y < std::min(cutout.rows, canvas.rows - top); ++y) {
        const auto* source = cutout.ptr<cv::Vec4b>(y);
        auto* target = canvas.ptr<cv::Vec3b>(y + top) + left;
        auto* mark = owner ? owner->ptr<uchar>(y + top) + left : nullptr;
        for (int x = x0; x < x1; ++x) {
            const int alpha = source[x][3];
            if (alpha == 0) continue;
            for (int c = 0; c < 3; ++c) {
                const int value = std::min(255, int(source[x][c] * gain));
                target[x][c] =
                    static_cast<uchar>((value * alpha + target[x][c] * (255 - alpha)) / 255);
            }
            if (mark && alpha > 127) mark[x] = static_cast<uchar>(index + 1);
        }
    }
}

}  // namespace

Background random_background(Random& random) {
    Background background;
    background.style = random.pick({Background::Style::Plain, Background::Style::Gradient,
                                    Background::Style::Noise, Background::Style::Texture});
    background.first = random_backdrop(random);
    background.second = background.first;
    for (int c = 0; c < 3; ++c)
        background.second[c] =
            std::clamp(background.first[c] + random.uniform(-60, 60), 0.0, 255.0);
    background.seed = random.next();
    return background;
}

SceneObject random_object(Random& random, const StampLibrary& stamps, const LayoutOptions& options,
                          int kind) {
    SceneObject object;
    const int last = static_cast<int>(kinds().size()) - 1;
    if (kind < 0)
        kind = random.chance(options.shape_share) ? random.integer(first_shape(), last)
                                                  : random.integer(0, first_shape() - 1);
    object.kind = kind;
    object.variant = random.integer(0, stamps.num_variants(kind) - 1);
    object.colour = is_shape(kind) ? random.integer(0, static_cast<int>(colours().size()) - 1) : -1;
    object.flipped = random.chance(0.5);
    object.brightness = random.uniform(0.85, 1.12);
    const double aspect = stamps.aspect(kind, object.variant);
    double size = random.uniform(options.min_size, options.max_size);
    // Long thin things get a longer long side, so that every object covers several patches.
    const double thin = std::min(aspect, 1 / aspect);
    size = std::min(size * (thin < 0.6 ? 1.2 : 1.0), options.max_size * 1.1);
    object.width = aspect >= 1 ? size : size * aspect;
    object.height = aspect >= 1 ? size / aspect : size;
    return object;
}

bool place_object(Random& random, SceneObject& object, const std::vector<SceneObject>& placed,
                  double overlap) {
    const double area = object.width * object.height;
    for (int attempt = 0; attempt < 40; ++attempt) {
        object.cx = random.uniform(object.width / 2 + kMargin, 1 - object.width / 2 - kMargin);
        object.cy = random.uniform(object.height / 2 + kMargin, 1 - object.height / 2 - kMargin);
        const bool free = std::all_of(placed.begin(), placed.end(), [&](const SceneObject& other) {
            return overlap_area(object, other) <=
                   overlap * std::min(area, other.width * other.height);
        });
        if (free) return true;
    }
    return false;
}

Scene random_scene(Random& random, const StampLibrary& stamps, const LayoutOptions& options) {
    Scene scene;
    scene.background = random_background(random);
    const int wanted = random.integer(options.min_objects, options.max_objects);
    const bool same = wanted > 1 && random.chance(options.count_share);
    for (int i = 0; i < wanted; ++i) {
        // A crowd of one kind may have one stranger among it.
        const bool copy = same && i > 0 && !(i == wanted - 1 && wanted > 2 && random.chance(0.35));
        LayoutOptions smaller = options;
        if (wanted >= 4) smaller.max_size = std::max(options.min_size, options.max_size * 0.8);
        SceneObject object =
            random_object(random, stamps, smaller, copy ? scene.objects.front().kind : -1);
        if (copy && is_shape(object.kind) && random.chance(0.6))
            object.colour = scene.objects.front().colour;
        if (place_object(random, object, scene.objects, options.overlap))
            scene.objects.push_back(object);
    }
    return scene;
}

cv::Mat render_background(const Background& background, int side) {
    switch (background.style) {
        case Background::Style::Gradient:
            return gradient(background, side);
        case Background::Style::Noise:
            return clouds(background, side, int(4 + background.seed % 40));
        case Background::Style::Texture:
            return stripes(background, side);
        case Background::Style::Plain:
            break;
    }
    return cv::Mat(side, side, CV_8UC3,
                   cv::Scalar(background.first[0], background.first[1], background.first[2]));
}

void draw_objects(cv::Mat& canvas, const std::vector<SceneObject>& objects,
                  const StampLibrary& stamps, cv::Mat* owner) {
    const int side = canvas.cols;
    if (owner) *owner = cv::Mat::zeros(side, side, CV_8U);
    for (std::size_t i = 0; i < objects.size(); ++i) {
        const SceneObject& object = objects[i];
        const int long_side =
            std::max(4, int(std::lround(std::max(object.width, object.height) * side)));
        cv::Mat cutout = stamps.draw(object.kind, object.variant, object.colour, long_side);
        if (object.flipped) cv::flip(cutout, cutout, 1);
        blend(canvas, cutout, int(std::lround(object.cx * side - cutout.cols / 2.0)),
              int(std::lround(object.cy * side - cutout.rows / 2.0)), object.brightness, owner,
              int(i));
    }
}

cv::Mat render(const Scene& scene, const StampLibrary& stamps, int side, cv::Mat* owner) {
    cv::Mat canvas = render_background(scene.background, side);
    draw_objects(canvas, scene.objects, stamps, owner);
    return canvas;
}

}  // namespace univi::training::demo
