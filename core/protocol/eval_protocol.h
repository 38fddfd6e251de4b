#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace univi::protocol::evaluation {

// univi-cli eval --events: one JSON event a line on stdout, for the window.

struct LoadEvent {
    double fraction = 0;
    std::string what;
};
/// How far the questions of a set are.
struct SetProgress {
    std::string set;
    std::int64_t done = 0;     ///< answers of earlier runs included
    std::int64_t resumed = 0;  ///< answered by an earlier run
    std::int64_t total = 0, unanswered = 0;
    double seconds_left = 0;  ///< 0: not known yet
    std::string current;      ///< what was just asked about
};
struct StartEvent {
    SetProgress progress;  ///< its fields stand in the event itself
};
struct ProgressEvent {
    SetProgress progress;  ///< likewise
};
struct UnansweredEvent {
    std::string set;
    base::Json id;  ///< a number or a text, as the set has it
    std::string medium, reason;
};
struct JudgeEvent {
    std::string set;
    std::int64_t done = 0, total = 0, asked = 0, unread = 0;
    double seconds_left = 0;
};
struct DevicesEvent {
    std::int64_t count = 0;
};
struct ResultsEvent {
    std::string file;  ///< the absolute path
};
struct DoneEvent {};

using Event = std::variant<LoadEvent, StartEvent, ProgressEvent, UnansweredEvent, JudgeEvent,
                           DevicesEvent, ResultsEvent, DoneEvent>;

/// One line without the newline. Invalid UTF-8 is replaced.
std::string to_line(const Event& event);
/// Returns nothing for an event of a newer program. Throws base::Error{Format} naming the field.
std::optional<Event> parse_event(std::string_view line);

}  // namespace univi::protocol::evaluation
