#include "core/protocol/download_protocol.h"

#include "core/protocol/fields.h"

namespace univi::protocol::download {

template <class V>
void fields(V& v, PlannedFile& file) {
    v.required("path", file.path);
    v("size", file.size);
}

template <class V>
void fields(V& v, PlanEvent& plan) {
    v.required("repository", plan.repository);
    v("commit", plan.commit);
    v.required("bytes_total", plan.bytes_total);
    v("bytes_to_come", plan.bytes_to_come);
    v("files", plan.files);
}

template <class V>
void fields(V& v, ProgressEvent& progress) {
    v.required("file", progress.file);
    v("file_bytes", progress.file_bytes);
    v.required("bytes", progress.bytes);
    v("bytes_fetched", progress.bytes_fetched);
    v("files", progress.files);
}

template <class V>
void fields(V& v, DoneEvent& done) {
    v.required_path("folder", done.folder);
}

}  // namespace univi::protocol::download

namespace univi::protocol {

template <>
inline constexpr const char* kMessageName<download::PlanEvent> = "plan";
template <>
inline constexpr const char* kMessageName<download::ProgressEvent> = "progress";
template <>
inline constexpr const char* kMessageName<download::DoneEvent> = "done";

}  // namespace univi::protocol

namespace univi::protocol::download {

std::string to_line(const Event& event) {
    return event_line(event);
}

std::optional<Event> parse_event(std::string_view line) {
    return event_of_line<Event>(line);
}

}  // namespace univi::protocol::download
