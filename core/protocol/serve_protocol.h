#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace univi::protocol::serve {

// univi-cli serve --json: one JSON event a line on stdout, for the window. A failure is the last
// line of stderr and the exit code, as of every command.

/// Clients are answered from now on.
struct ReadyEvent {
    std::string address;  ///< "http://127.0.0.1:8080"
    std::string model;    ///< as clients name it
};
/// A request for a reply was answered, with an error or not.
struct AnsweredEvent {
    std::int64_t requests = 0;  ///< so far
};

using Event = std::variant<ReadyEvent, AnsweredEvent>;

/// Returns one line without the newline. Invalid UTF-8 is replaced.
std::string to_line(const Event& event);
/// Returns nothing for an event of a newer program. Throws base::Error{Format} naming the field.
std::optional<Event> parse_event(std::string_view line);

}  // namespace univi::protocol::serve
