#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "core/media/image_file.h"
#include "core/media/preprocess.h"
#include "core/media/video.h"

namespace {

using namespace univi;

constexpr int kBadUsage = 2;
constexpr int kLargestSide = 4096, kMostStrip = 64;

struct Arguments {
    std::string file, out;
    int side = 480;
    int strip = 0;                       ///< frames of a strip; 0: one picture
    std::optional<double> from_s, to_s;  ///< the part that the strip is of
    bool reads_as_reference = false;
};

media::Image first_picture(const Arguments& arguments) {
    const media::Reading reading =
        arguments.reads_as_reference ? media::Reading::Reference : media::Reading::People;
    if (!media::is_video_file(arguments.file))
        return media::read_image(arguments.file, {.reading = reading});
    media::FrameSampling sampling;
    sampling.max_frames = 1;
    media::VideoReader video(arguments.file, sampling, reading);
    return video.next()->image;  // the reader refuses a video without a frame when it opens it
}

media::Image scaled_down(const media::Image& image, int side) {
    const int longest = std::max(image.width, image.height);
    if (longest <= side) return image;
    const auto scaled = [&](int length) {
        return std::max(1, static_cast<int>(std::lround(double(length) * side / longest)));
    };
    return media::resize_bicubic(image, scaled(image.width), scaled(image.height));
}

/// So many frames of a video or of a part of it, evenly over that, side by side and all of one
/// size. Says on stdout how long the video is.
media::Image strip_of(const Arguments& arguments) {
    media::FrameSampling sampling;
    sampling.max_frames = arguments.strip;
    sampling.spread = true;
    sampling.start_s = arguments.from_s;
    sampling.end_s = arguments.to_s;
    sampling.exact_range = true;
    media::VideoReader video(arguments.file, sampling);
    media::Image strip;
    int place = 0;
    while (auto frame = video.next()) {
        const media::Image small = scaled_down(frame->image, arguments.side);
        if (strip.width == 0) {
            strip.height = small.height;
            strip.width = small.width * arguments.strip;
            strip.rgb.assign(std::size_t{3} * strip.width * strip.height, 0);
        }
        const std::size_t line = std::size_t{3} * (strip.width / arguments.strip);
        for (int y = 0; y < strip.height; ++y)
            std::copy_n(small.rgb.begin() + static_cast<std::ptrdiff_t>(y * line), line,
                        strip.rgb.begin() +
                            static_cast<std::ptrdiff_t>(3LL * y * strip.width + place * line));
        ++place;
    }
    const media::VideoInfo& info = video.info();
    std::printf("{\"duration_s\":%.6f,\"fps\":%.6f,\"frames\":%d,\"strip\":%d}\n", info.duration_s,
                info.average_fps, info.num_frames, place);
    return strip;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app(
        "Writes a small PNG of a picture, or of a video's first frame, for the window, which opens "
        "no file of a stranger itself.",
        "univi-thumbnail");
    app.set_version_flag("--version", "univi-thumbnail " UNIVI_VERSION);
    Arguments arguments;
    app.add_option("FILE", arguments.file, "The picture or video")->required();
    app.add_option("OUT", arguments.out, "The PNG to write")->required();
    app.add_option("--side", arguments.side, "Longest side in pixels")
        ->check(CLI::Range(1, kLargestSide))
        ->capture_default_str();
    app.add_option("--strip", arguments.strip,
                   "So many frames of a video side by side, and its length as JSON on stdout")
        ->check(CLI::Range(1, kMostStrip));
    app.add_option("--from", arguments.from_s, "Second of the video that the strip begins with");
    app.add_option("--to", arguments.to_s, "Second of the video that the strip ends with");
    app.add_flag("--reference", arguments.reads_as_reference,
                 "Read as evaluation and training do, not as people see the file");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kBadUsage;
    }
    try {
        media::write_image(arguments.out,
                           arguments.strip > 0
                               ? strip_of(arguments)
                               : scaled_down(first_picture(arguments), arguments.side));
        return 0;
    } catch (const base::Error& error) {
        std::fprintf(stderr, "univi-thumbnail: %s\n", error.what());
        return base::exit_code(error.kind());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "univi-thumbnail: %s\n", error.what());
        return 1;
    }
}
