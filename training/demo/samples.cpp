#include "training/demo/samples.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "training/demo/clip.h"
#include "training/demo/kinds.h"
#include "training/demo/picture_writer.h"

namespace univi::training::demo {
namespace {

constexpr int kPictureSide = 480, kClipSide = 384, kClipFps = 12;

/// A thing and its place, by name.
struct Placed {
    const char* kind;
    double cx, cy, size;
    const char* colour = "";
    int variant = 0;
    bool flipped = false;
};

struct Sample {
    const char* file;
    const char* title;
    const char* question;
    cv::Vec3d first, second;  ///< colours of the backdrop
    Background::Style style;
    std::vector<Placed> things;
};

template <typename List>
int index_of(const List& list, std::string_view name) {
    for (std::size_t i = 0; i < list.size(); ++i)
        if (list[i].name == name) return int(i);
    throw base::Error(base::ErrorKind::Internal, "The samples name \"" + std::string(name) +
                                                     "\", which is not in the demo's tables.");
}

SceneObject place(const Placed& thing, const StampLibrary& stamps) {
    SceneObject object;
    object.kind = index_of(kinds(), thing.kind);
    object.variant = thing.variant;
    object.colour = *thing.colour ? index_of(colours(), thing.colour) : -1;
    object.flipped = thing.flipped;
    object.cx = thing.cx, object.cy = thing.cy;
    const double aspect = stamps.aspect(object.kind, object.variant);
    object.width = aspect >= 1 ? thing.size : thing.size * aspect;
    object.height = aspect >= 1 ? thing.size / aspect : thing.size;
    return object;
}

const std::vector<Sample>& pictures() {
    using Style = Background::Style;
    static const std::vector<Sample> kPictures = {
        {"meadow.jpg",
         "On the meadow",
         "What is in this picture?",
         {196, 224, 240},
         {128, 178, 104},
         Style::Gradient,
         {{"horse", 0.28, 0.36, 0.44},
          {"rooster", 0.77, 0.3, 0.33},
          {"pig", 0.62, 0.75, 0.42, "", 0, true}}},
        {"stars.jpg",
         "Counting stars",
         "How many stars are there?",
         {44, 58, 110},
         {96, 110, 168},
         Style::Gradient,
         {{"star", 0.22, 0.27, 0.3, "yellow"},
          {"star", 0.66, 0.2, 0.26, "yellow"},
          {"star", 0.36, 0.74, 0.32, "yellow"},
          {"owl", 0.79, 0.68, 0.42}}},
        {"fruit.jpg",
         "Fruit",
         "Is there a banana in the picture?",
         {222, 208, 184},
         {186, 164, 132},
         Style::Noise,
         {{"apple", 0.24, 0.3, 0.3},
          {"banana", 0.72, 0.28, 0.4, "", 1},
          {"pineapple", 0.5, 0.72, 0.46, "", 1}}},
        {"street.jpg",
         "In the street",
         "What is on the left?",
         {190, 200, 208},
         {120, 124, 130},
         Style::Gradient,
         {{"bus", 0.25, 0.55, 0.42, "", 1}, {"car", 0.75, 0.7, 0.42, "", 0, true}}},
        {"sea.jpg",
         "At sea",
         "Where is the boat?",
         {150, 200, 226},
         {52, 112, 166},
         Style::Gradient,
         {{"boat", 0.27, 0.24, 0.4}, {"dolphin", 0.72, 0.7, 0.44}}},
        {"colours.jpg",
         "Heart and butterfly",
         "What colour is the heart?",
         {206, 226, 204},
         {170, 200, 214},
         Style::Noise,
         {{"heart", 0.3, 0.66, 0.42, "red"}, {"butterfly", 0.72, 0.3, 0.4}}},
    };
    return kPictures;
}

Scene scene_of(const Sample& sample, const StampLibrary& stamps) {
    Scene scene;
    scene.background = {sample.style, sample.first, sample.second, 41};
    for (const Placed& thing : sample.things) scene.objects.push_back(place(thing, stamps));
    return scene;
}

struct ClipSample {
    const char* file;
    const char* title;
    const char* question;
    Clip clip;
};

Background backdrop(cv::Vec3d first, cv::Vec3d second,
                    Background::Style style = Background::Style::Gradient) {
    return {style, first, second, 43};
}

std::vector<ClipSample> clips(const StampLibrary& stamps) {
    Clip order;
    order.story = Clip::Story::Order;
    order.duration_s = 9;
    order.backgrounds = {backdrop({200, 220, 190}, {120, 170, 110}),
                         backdrop({236, 214, 186}, {196, 150, 120}),
                         backdrop({186, 214, 240}, {110, 160, 210})};
    order.cuts = {3, 6};
    order.actors = {{place({"dog", 0.4, 0.55, 0.45}, stamps), 0, 3},
                    {place({"cat", 0.6, 0.5, 0.42}, stamps), 3, 6},
                    {place({"balloon", 0.5, 0.42, 0.45}, stamps), 6, 1e9}};
    Clip crossing;
    crossing.story = Clip::Story::Move;
    crossing.duration_s = 8;
    crossing.backgrounds = {backdrop({204, 216, 226}, {132, 150, 130})};
    Actor car{place({"car", 0.22, 0.72, 0.36, "", 0}, stamps)};
    car.moves = true, car.to_cx = 0.78, car.to_cy = 0.72;
    crossing.actors = {car, {place({"tree", 0.72, 0.27, 0.4}, stamps)}};
    Clip visit;
    visit.story = Clip::Story::Appear;
    visit.duration_s = 8;
    visit.backgrounds = {backdrop({214, 228, 206}, {150, 186, 140}, Background::Style::Noise)};
    visit.actors = {{place({"snail", 0.27, 0.7, 0.38}, stamps)},
                    {place({"rabbit", 0.72, 0.32, 0.38}, stamps), 4, 1e9}};
    return {{"one_after_another.mp4", "One after another", "What happens first?", order},
            {"drive.mp4", "A drive", "What is in this video?", crossing},
            {"visitor.mp4", "A visitor", "Is there a rabbit in the video?", visit}};
}

/// When the clip first shows as much as it ever does at once: the moment for its poster.
double fullest_moment(const Clip& clip) {
    double best = 0;
    for (int frame = 0; frame < clip.duration_s * kClipFps; ++frame) {
        const double time = double(frame) / kClipFps;
        if (clip.visible_at(time).size() > clip.visible_at(best).size()) best = time;
    }
    return best;
}

}  // namespace

void write_samples(const std::filesystem::path& folder) {
    const StampLibrary stamps;
    std::filesystem::create_directories(folder);
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Sample& sample : pictures()) {
        write_jpeg(folder / sample.file, render(scene_of(sample, stamps), stamps, kPictureSide));
        list.push_back({{"file", sample.file},
                        {"kind", "picture"},
                        {"title", sample.title},
                        {"question", sample.question}});
    }
    for (const ClipSample& sample : clips(stamps)) {
        const auto path = folder / sample.file;
        write_clip(path, sample.clip, stamps,
                   {.side = kClipSide, .fps = kClipFps, .crf = 23, .preset = "slow"});
        write_jpeg(std::filesystem::path(path).replace_extension(".jpg"),
                   render_frame(sample.clip, stamps, kClipSide, fullest_moment(sample.clip)));
        list.push_back({{"file", sample.file},
                        {"kind", "clip"},
                        {"title", sample.title},
                        {"question", sample.question}});
    }
    base::write_file_atomically(folder / "samples.json", list.dump(2) + "\n");
}

}  // namespace univi::training::demo
