#include "core/protocol/task_protocol.h"

#include "core/protocol/fields.h"

namespace univi::protocol::task {

template <class V>
void fields(V& v, ProgressEvent& progress) {
    v.required("fraction", progress.fraction);
    v("what", progress.what);
}

template <class V>
void fields(V& v, VerifiedEvent& verified) {
    v.required("files", verified.files);
    v("bytes", verified.bytes);
    v("unnamed", verified.unnamed);
    v("wrong", verified.wrong);
}

template <class V>
void fields(V& v, WrittenEvent& written) {
    v.required_path("folder", written.folder);
}

}  // namespace univi::protocol::task

namespace univi::protocol {

template <>
inline constexpr const char* kMessageName<task::ProgressEvent> = "progress";
template <>
inline constexpr const char* kMessageName<task::VerifiedEvent> = "verified";
template <>
inline constexpr const char* kMessageName<task::WrittenEvent> = "written";

}  // namespace univi::protocol

namespace univi::protocol::task {

std::string to_line(const Event& event) {
    return event_line(event);
}

std::optional<Event> parse_event(std::string_view line) {
    return event_of_line<Event>(line);
}

}  // namespace univi::protocol::task
