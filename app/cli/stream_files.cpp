#include "app/cli/stream_files.h"

#include <stdlib.h>

#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/media/stream_recording.h"

namespace univi::cli {

namespace fs = std::filesystem;

StreamFiles::~StreamFiles() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

void StreamFiles::addTo(CLI::App& app) {
    app.add_option("--stream-seconds", seconds_,
                   "How much is taken of a --video that is an address (http, https, rtsp)")
        ->type_name("S")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
}

void StreamFiles::record(std::vector<std::string>& videos, const base::StopToken& stop) {
    media::RecordingOptions options;
    options.seconds = seconds_;
    for (std::string& video : videos) {
        if (!media::is_stream_address(video)) continue;
        ProgressLine progress;
        progress.show("Recording " + std::to_string(int(seconds_)) + " s of the stream…");
        const fs::path file = nextFile();
        media::record_stream(video, file, options, stop);
        video = file.string();
    }
}

fs::path StreamFiles::nextFile() {
    if (folder_.empty()) {
        std::string pattern = (base::cache_folder() / "stream-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            throw base::Error(base::ErrorKind::File,
                              "The stream cannot be recorded: " + base::cache_folder().string() +
                                  " takes no new folder.");
        folder_ = pattern;
    }
    return folder_ / ("stream-" + std::to_string(++count_) + ".mkv");
}

}  // namespace univi::cli
