#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace univi::protocol::live {

// univi-cli live: one JSON object a line, requests on stdin (behind the address of a stream where
// that is read from there), events on stdout. Requests are worked on in their order; each is
// answered with its event or with a RefusedEvent. What was written as a window and is not kept goes
// when the program ends. A camera or stream that fails ends the program, with the last line of
// stderr and the exit code, as of every command.

/// Writes the frames that are held now as a clip. Answered with a WindowEvent.
struct WindowRequest {
    std::string file;
};
/// A window stays when the program ends. Has no answer.
struct KeepRequest {
    std::string file;
};
/// Records every picture from now on. Answered with a RecordedEvent once an EndRecordingRequest
/// came, or the camera gives no more.
struct RecordRequest {
    std::string file;
};
struct EndRecordingRequest {};
using Request = std::variant<WindowRequest, KeepRequest, RecordRequest, EndRecordingRequest>;

/// What the camera sees, at most five times a second.
struct PictureEvent {
    std::string jpeg;        ///< in base64
    double seconds = 0;      ///< since the camera gave its first picture
    int held = 0;            ///< frames of the window
    std::int64_t taken = 0;  ///< frames that ever were in it
};
struct WindowEvent {
    std::string file;
    int frames = 0;
    double start_s = 0, end_s = 0;  ///< of the first and last frame, since the camera began
};
struct RecordedEvent {
    std::string file;
    double seconds = 0;
};
/// A request could not be done: one sentence. The camera goes on.
struct RefusedEvent {
    std::string file;
    std::string message;
};
using Event = std::variant<PictureEvent, WindowEvent, RecordedEvent, RefusedEvent>;

/// Returns one line without the newline. Invalid UTF-8 is replaced.
std::string to_line(const Event& event);
std::string to_line(const Request& request);
/// Returns nothing for an event of a newer program. Throws base::Error{Format} naming the field.
std::optional<Event> parse_event(std::string_view line);
/// Throws base::Error{Format} naming the field, or the requests there are.
Request parse_request(std::string_view line);

}  // namespace univi::protocol::live
