#include "app/cli/eval_report.h"

#include <ctime>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/log.h"

namespace univi::cli {

namespace {

using base::Json;

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

Json progress_json(const char* event, const std::string& set, const eval::RunProgress& progress) {
    Json json = {{"event", event},
                 {"set", set},
                 {"done", progress.done},
                 {"resumed", progress.resumed},
                 {"total", progress.total},
                 {"unanswered", progress.unanswered},
                 {"seconds_left", progress.seconds_left}};
    base::put_path(json, "current", progress.current);
    return json;
}

}  // namespace

void EvalReport::event(const Json& json) {
    if (events_) print(base::json_text(json) + "\n");
}

bool EvalReport::is_due(bool last) {
    const auto now = std::chrono::steady_clock::now();
    if (!last && now - last_ < kEventInterval) return false;
    last_ = now;
    return true;
}

void EvalReport::loading(double fraction, const std::string& what) {
    if (events_) {
        if (is_due(fraction >= 1))
            event({{"event", "load"}, {"fraction", fraction}, {"what", what}});
        return;
    }
    line_.show("loading " + std::to_string(static_cast<int>(fraction * 100)) + " %  " + what);
}

void EvalReport::start(const std::string& set, const eval::RunProgress& progress) {
    event(progress_json("start", set, progress));
}

void EvalReport::asked(const std::string& set, const eval::RunProgress& progress) {
    const bool last = progress.done == progress.total;
    if (events_) {
        if (is_due(last)) event(progress_json("progress", set, progress));
        return;
    }
    line_.show(set + "  " + std::to_string(progress.done) + " of " +
               std::to_string(progress.total) + ending(progress.seconds_left));
    if (last) line_.clear();
}

void EvalReport::unanswered(const std::string& set, const eval::Unanswered& item) {
    line_.clear();
    base::log_warning(set + ", question " + eval::answer_key(item.id) + ": " + item.reason);
    Json json = {{"event", "unanswered"}, {"set", set}, {"id", item.id}, {"reason", item.reason}};
    base::put_path(json, "medium", item.medium);
    event(json);
}

void EvalReport::judged(const std::string& set, const eval::JudgeProgress& progress) {
    const bool last = progress.done == progress.total;
    if (events_) {
        if (is_due(last))
            event({{"event", "judge"},
                   {"set", set},
                   {"done", progress.done},
                   {"total", progress.total},
                   {"asked", progress.asked},
                   {"unread", progress.unread},
                   {"seconds_left", progress.seconds_left}});
        return;
    }
    line_.show("judging " + set + "  " + std::to_string(progress.done) + " of " +
               std::to_string(progress.total) + ending(progress.seconds_left));
    if (last) line_.clear();
}

}  // namespace univi::cli
