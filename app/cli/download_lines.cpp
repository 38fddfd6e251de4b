#include "app/cli/download_lines.h"

#include "app/cli/terminal.h"
#include "core/base/json_text.h"
#include "core/protocol/download_protocol.h"

namespace univi::cli {

namespace lines = protocol::download;

namespace {

constexpr auto kInterval = std::chrono::milliseconds(100);

void say(const lines::Event& event) {
    print(lines::to_line(event) + "\n");
}

}  // namespace

void DownloadLines::plan(const hub::DownloadPlan& plan) {
    lines::PlanEvent event{plan.repository, plan.commit, plan.bytes_total, plan.bytes_to_come, {}};
    for (const hub::RemoteFile& file : plan.files)
        event.files.push_back({base::shown_path(file.path), file.size});
    say(event);
}

void DownloadLines::progress(const hub::DownloadProgress& progress) {
    const auto now = Clock::now();
    const auto [last, is_new] = said_.try_emplace(progress.file, now);
    if (!is_new && !progress.file_done && now - last->second < kInterval) return;
    last->second = now;
    say(lines::ProgressEvent{progress.file, progress.file_bytes, progress.bytes,
                             progress.bytes_fetched, progress.files});
}

void DownloadLines::done(const std::filesystem::path& folder) {
    say(lines::DoneEvent{folder.string()});
}

}  // namespace univi::cli
