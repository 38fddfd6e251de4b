#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/stop_token.h"

namespace univi::media {

struct RecordingOptions {
    double seconds = 10;  ///< of the stream's own time, at most
    std::uint64_t max_bytes = std::uint64_t{512} << 20;
    double patience_s = 15;  ///< with nothing from the network for so long it is given up
};

/// Takes the beginning of a stream, or of a video behind an address, into `file`: the packets of
/// its one picture stream from the first key frame on, unchanged, in Matroska, QuickTime (turned
/// pictures) or AVI (no times). The same containers and codecs as for files; no playlists; nothing
/// but the network is opened. Returns the seconds that were recorded; fewer than asked for when the
/// stream ended or broke off. Throws Error{Media|File|Stopped|Memory}; then no file is left.
double record_stream(const std::string& address, const std::filesystem::path& file,
                     const RecordingOptions& options = {}, const base::StopToken& stop = {});

}  // namespace univi::media
