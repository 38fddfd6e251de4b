#include "core/media/frame_sampling.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/base/error.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

/// First and last position of the wanted part of the video; last < first when it lies outside.
struct Range {
    std::int64_t first = 0, last = -1;
};

/// int(seconds) as Python does it, kept inside what the arithmetic below can hold. NaN counts as 0.
double whole_seconds(double seconds) {
    if (std::isnan(seconds)) return 0;
    return std::trunc(std::clamp(seconds, 0.0, 1e9));
}

/// A second that is past the last frame counts as its end.
std::int64_t frame_at(double seconds, double fps, int num_frames) {
    return static_cast<std::int64_t>(
        std::clamp(std::floor(seconds * fps + 1e-6), 0.0, double(num_frames)));
}

/// The frames that are shown from start_s on and before end_s, at least one.
Range exact_range(double fps, int num_frames, const FrameSampling& options) {
    Range range{0, num_frames - 1};
    if (options.start_s) range.first = frame_at(*options.start_s, fps, num_frames);
    if (range.first >= num_frames) return {};
    if (options.end_s)
        range.last = static_cast<std::int64_t>(std::clamp(
            std::ceil(*options.end_s * fps - 1e-6) - 1, double(range.first), num_frames - 1.0));
    return range;
}

/// The reference takes whole seconds, negative ones as 0, swaps a reversed range and widens an
/// empty one to a second.
Range wanted_range(double fps, int num_frames, const FrameSampling& options) {
    Range range{0, num_frames - 1};
    if (!options.start_s && !options.end_s) return range;
    if (options.exact_range) return exact_range(fps, num_frames, options);
    double start = whole_seconds(options.start_s.value_or(0));
    double end =
        options.end_s ? whole_seconds(*options.end_s) : std::numeric_limits<double>::infinity();
    if (start > end) std::swap(start, end);
    if (start == end) end = start + 1;
    range.first = static_cast<std::int64_t>(start * fps);
    range.last = static_cast<std::int64_t>(std::min<double>(end * fps, num_frames - 1));
    return range;
}

/// round-half-even(fps / int(framerate)): frames from one kept frame to the next; 0 when the video
/// is too slow.
int stride_of(double fps, const FrameSampling& options) {
    if (!(options.framerate >= 1) || options.framerate > 1e6) {
        throw Error(ErrorKind::Media, "the frame rate to sample must be at least 1 frame a second");
    }
    const double ratio = fps / std::trunc(options.framerate);
    return static_cast<int>(
        std::nearbyint(std::min(ratio, 1e9)));  // default rounding mode: half to even
}

/// numpy's linspace(0, count-1, wanted, dtype=int) as positions of `all`.
std::vector<int> spread(const std::vector<int>& all, int wanted) {
    std::vector<int> kept(static_cast<std::size_t>(wanted), all.front());
    const double step = wanted > 1 ? double(all.size() - 1) / (wanted - 1) : 0;
    for (int i = 1; i < wanted; ++i) kept[std::size_t(i)] = all[static_cast<std::size_t>(i * step)];
    if (wanted > 1) kept.back() = all.back();
    return kept;
}

}  // namespace

std::vector<int> sample_frame_indices(double fps, int num_frames, const FrameSampling& options) {
    if (options.max_frames < 1)
        throw Error(ErrorKind::Media, "the number of frames to keep must be at least 1");
    if (num_frames < 1) throw Error(ErrorKind::Media, "the video has no frames");
    if (!(fps > 0) || !std::isfinite(fps))
        throw Error(ErrorKind::Media, "the video has no usable frame rate");
    int stride = stride_of(fps, options);
    if (options.spread || (stride < 1 && options.keep_all_when_slow)) stride = 1;
    if (stride < 1) {
        throw Error(
            ErrorKind::Media,
            "the video shows too few frames a second to be sampled at the frame rate asked for");
    }
    const Range range = wanted_range(fps, num_frames, options);
    if (range.last < range.first) {
        throw Error(ErrorKind::Media,
                    "the part of the video asked for lies outside it; choose an earlier start");
    }
    std::vector<int> all;
    for (std::int64_t i = range.first; i <= range.last; i += stride)
        all.push_back(static_cast<int>(i));
    if (all.size() <= static_cast<std::size_t>(options.max_frames)) return all;
    return spread(all, options.max_frames);
}

}  // namespace univi::media
