#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>

#include "core/media/ffmpeg_handles.h"
#include "core/media/orientation.h"

namespace univi::media {

/// An opened container with its one picture stream; every other stream is discarded. Allow-listed
/// containers only, the file itself the only thing FFmpeg may open (playlists inside a renamed
/// file open nothing).
struct VideoSource {
    FormatHandle format;
    AVStream* stream = nullptr;  ///< belongs to `format`
    std::string name;            ///< file name for sentences
    Orientation orientation;     ///< for people: the container's display matrix, mirrors too
    int reference_quarters = 0;  ///< turns clockwise that decord 0.6.0 makes, 0 to 3

    /// Throws Error{Media}: missing, empty, not a video, damaged, audio only, too
    /// large, unsupported codec.
    static VideoSource open(const std::filesystem::path& path);
    /// Reads the first packets of a container that was just opened, and leaves its one picture
    /// stream on. `name` begins the sentences. Throws Error{Media}: damaged, too many streams,
    /// audio only, too large, unsupported codec.
    static VideoSource of(FormatHandle format, std::string name);
};

/// FFmpeg's names of what may be read, separated by commas.
const char* allowed_containers();
const char* allowed_codecs();

/// Options as FFmpeg takes them.
DictHandle make_options(std::initializer_list<std::pair<const char*, std::string>> values);

/// Returns a decoder for the source's stream; results do not depend on its number of threads. With
/// threads for whole frames (FF_THREAD_FRAME) it holds back as many frames. Throws Error{Media}.
CodecHandle open_decoder(const VideoSource& source,
                         int threads_for = FF_THREAD_FRAME | FF_THREAD_SLICE);

inline constexpr std::int64_t kMaxVideoPixels = 64'000'000;  ///< of one frame
inline constexpr int kMaxVideoFrames = 2'000'000;
inline constexpr unsigned kMaxStreams = 100;

}  // namespace univi::media
