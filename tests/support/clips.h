#pragma once

#include <filesystem>
#include <string>

#include "core/media/image.h"

namespace univi::test {

/// A small clip made on the spot. Every frame carries its number as ten black or white bars in its
/// upper half, which survive lossy coding, and a red field in its lower left corner, which shows
/// how it was turned.
struct ClipOptions {
    int width = 160, height = 120, num_frames = 60;
    int fps = 25;
    std::string codec = "libx264";  ///< encoder name
    int gop = 12, b_frames = 2;
    int clockwise_degrees = 0;   ///< how a player has to turn it: 0, 90, 180, 270
    bool is_mirrored = false;    ///< a player has to mirror it left to right, before it turns it
    bool variable_rate = false;  ///< frames last 20 and 100 ms in turns
    std::string muxer_options = {};  ///< "movflags=faststart:…"
    std::string codec_options = {};  ///< "x264-params=…"
    std::string muxer = {};          ///< by the file's ending when empty
};

/// Throws std::runtime_error when FFmpeg cannot make it.
void write_clip(const std::filesystem::path& path, const ClipOptions& options = {});

/// A second of a tone and no picture, in any container that takes AAC, PCM or MP2.
void write_sound(const std::filesystem::path& path, const std::string& codec = "aac");

/// The picture that write_clip draws for frame `number`.
media::Image numbered_picture(int number, int width, int height);

/// Reads the number back; -1 when the bars cannot be told.
int read_number(const media::Image& picture);

}  // namespace univi::test
