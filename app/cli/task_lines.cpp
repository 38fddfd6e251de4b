#include "app/cli/task_lines.h"

#include "app/cli/terminal.h"

namespace univi::cli {

void TaskLines::say(const protocol::task::Event& event) const {
    if (json_) print(protocol::task::to_line(event) + "\n");
}

void TaskLines::progress(double fraction, const std::string& what) {
    constexpr auto kInterval = std::chrono::milliseconds(100);
    const auto now = std::chrono::steady_clock::now();
    if (!json_ || (fraction < 1 && now - last_ < kInterval)) return;
    last_ = now;
    say(protocol::task::ProgressEvent{fraction, what});
}

}  // namespace univi::cli
