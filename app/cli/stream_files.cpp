#include "app/cli/stream_files.h"

#include "app/cli/terminal.h"
#include "core/base/paths.h"
#include "core/media/stream_address.h"
#include "core/media/stream_recording.h"

namespace univi::cli {

namespace fs = std::filesystem;

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
    if (!folder_) folder_.emplace("stream", base::cache_folder());
    return folder_->path() / ("stream-" + std::to_string(++count_) + ".mkv");
}

}  // namespace univi::cli
