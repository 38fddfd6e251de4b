#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace univi::protocol::task {

// univi-cli verify, quantize and convert with --json: one JSON event a line on stdout, for the
// window. A failure is the last line of stderr and the exit code, as of every command.

struct ProgressEvent {
    double fraction = 0;
    std::string what;  ///< a file, or a part of the model
};
/// Every byte of a model was read.
struct VerifiedEvent {
    int files = 0;
    std::int64_t bytes = 0;
    int unnamed = 0;                 ///< files of which no checksum is known
    std::vector<std::string> wrong;  ///< files that are not what was published
};
/// A folder was written.
struct WrittenEvent {
    std::string folder;
};

using Event = std::variant<ProgressEvent, VerifiedEvent, WrittenEvent>;

/// Returns one line without the newline. Invalid UTF-8 is replaced.
std::string to_line(const Event& event);
/// Returns nothing for an event of a newer program. Throws base::Error{Format} naming the field.
std::optional<Event> parse_event(std::string_view line);

}  // namespace univi::protocol::task
