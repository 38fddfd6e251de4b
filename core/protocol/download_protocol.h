#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace univi::protocol::download {

// univi-cli download --json: one JSON event a line on stdout, for the window. A failure is the last
// line of stderr and the exit code, as of every command.

/// A file that is to be fetched.
struct PlannedFile {
    std::string path;
    std::int64_t size = -1;  ///< -1: the hub does not say
};
/// What will be fetched; comes once, before the first byte. Nothing stands in it when all is there.
struct PlanEvent {
    std::string repository, commit;
    std::int64_t bytes_total = 0;    ///< of the files
    std::int64_t bytes_to_come = 0;  ///< without what an earlier try left
    std::vector<PlannedFile> files;
};
/// How far it is. A file's last event and the very last one always come.
struct ProgressEvent {
    std::string file;             ///< that bytes came of
    std::int64_t file_bytes = 0;  ///< of it that are here
    std::int64_t bytes = 0;       ///< of all files that are here
    std::int64_t bytes_fetched = 0;
    int files = 0;  ///< that are whole
};
/// All is there.
struct DoneEvent {
    std::string folder;  ///< the snapshot
};

using Event = std::variant<PlanEvent, ProgressEvent, DoneEvent>;

/// Returns one line without the newline. Invalid UTF-8 is replaced.
std::string to_line(const Event& event);
/// Returns nothing for an event of a newer program. Throws base::Error{Format} naming the field.
std::optional<Event> parse_event(std::string_view line);

}  // namespace univi::protocol::download
