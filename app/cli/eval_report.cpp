#include "app/cli/eval_report.h"

#include <ctime>

#include "core/base/log.h"

namespace univi::cli {

namespace evaluation = protocol::evaluation;

namespace {

constexpr auto kEventInterval = std::chrono::milliseconds(100);

/// "3 min left, ends 14:05".
std::string ending(double seconds_left) {
    if (seconds_left <= 0) return "";
    const std::time_t end = std::time(nullptr) + static_cast<std::time_t>(seconds_left);
    std::tm parts{};
    localtime_r(&end, &parts);
    char clock[16];
    std::strftime(clock, sizeof clock, "%H:%M", &parts);
    const auto minutes = static_cast<long>(seconds_left / 60);
    return ", " +
           (minutes > 0 ? std::to_string(minutes) + " min"
                        : std::to_string(static_cast<long>(seconds_left)) + " s") +
           " left, ends " + clock;
}

std::int64_t number(std::size_t count) {
    return static_cast<std::int64_t>(count);
}

evaluation::SetProgress progress_of(const std::string& set, const eval::RunProgress& progress) {
    return {set,
            number(progress.done),
            number(progress.resumed),
            number(progress.total),
            number(progress.unanswered),
            progress.seconds_left,
            progress.current};
}

}  // namespace

void EvalReport::event(const evaluation::Event& event) {
    if (events_) print(evaluation::to_line(event) + "\n");
}

bool EvalReport::is_due(bool last) {
    const auto now = std::chrono::steady_clock::now();
    if (!last && now - last_ < kEventInterval) return false;
    last_ = now;
    return true;
}

void EvalReport::loading(double fraction, const std::string& what) {
    if (events_) {
        if (is_due(fraction >= 1)) event(evaluation::LoadEvent{fraction, what});
        return;
    }
    line_.show("loading " + std::to_string(static_cast<int>(fraction * 100)) + " %  " + what);
}

void EvalReport::start(const std::string& set, const eval::RunProgress& progress) {
    event(evaluation::StartEvent{progress_of(set, progress)});
}

void EvalReport::asked(const std::string& set, const eval::RunProgress& progress) {
    const bool last = progress.done == progress.total;
    if (events_) {
        if (is_due(last)) event(evaluation::ProgressEvent{progress_of(set, progress)});
        return;
    }
    line_.show(set + "  " + std::to_string(progress.done) + " of " +
               std::to_string(progress.total) + ending(progress.seconds_left));
    if (last) line_.clear();
}

void EvalReport::unanswered(const std::string& set, const eval::Unanswered& item) {
    line_.clear();
    base::log_warning(set + ", question " + eval::answer_key(item.id) + ": " + item.reason);
    event(evaluation::UnansweredEvent{set, item.id, item.medium, item.reason});
}

void EvalReport::judged(const std::string& set, const eval::JudgeProgress& progress) {
    const bool last = progress.done == progress.total;
    if (events_) {
        if (is_due(last))
            event(evaluation::JudgeEvent{set, number(progress.done), number(progress.total),
                                         number(progress.asked), number(progress.unread),
                                         progress.seconds_left});
        return;
    }
    line_.show("judging " + set + "  " + std::to_string(progress.done) + " of " +
               std::to_string(progress.total) + ending(progress.seconds_left));
    if (last) line_.clear();
}

}  // namespace univi::cli
