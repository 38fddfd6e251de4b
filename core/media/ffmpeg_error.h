#pragma once
// Inside of core/media only: holds FFmpeg.

#include <filesystem>
#include <string>

extern "C" {
#include <libavutil/error.h>
}

#include "core/base/error.h"

namespace univi::media {

/// Returns what FFmpeg says of an error code: "No such file or directory".
inline std::string reason_of(int code) {
    char reason[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(code, reason, sizeof reason);
    return reason;
}

/// Throws Error{File} where writing a recording to `file` gave an error code.
inline void check_recording(int code, const std::filesystem::path& file) {
    if (code < 0)
        throw base::Error(base::ErrorKind::File,
                          "cannot record to " + file.string() + ": " + reason_of(code));
}

}  // namespace univi::media
