#include "core/protocol/live_protocol.h"

#include "core/base/error.h"
#include "core/protocol/fields.h"

namespace univi::protocol::live {

template <class V>
void fields(V& v, WindowRequest& window) {
    v.required_path("file", window.file);
}

template <class V>
void fields(V& v, KeepRequest& keep) {
    v.required_path("file", keep.file);
}

template <class V>
void fields(V& v, RecordRequest& record) {
    v.required_path("file", record.file);
}

template <class V>
void fields(V&, EndRecordingRequest&) {}

template <class V>
void fields(V& v, PictureEvent& picture) {
    v.required("jpeg", picture.jpeg);
    v("seconds", picture.seconds);
    v("held", picture.held);
    v("taken", picture.taken);
}

template <class V>
void fields(V& v, WindowEvent& window) {
    v.required_path("file", window.file);
    v.required("frames", window.frames);
    v("start_s", window.start_s);
    v("end_s", window.end_s);
}

template <class V>
void fields(V& v, RecordedEvent& recorded) {
    v.required_path("file", recorded.file);
    v("seconds", recorded.seconds);
}

template <class V>
void fields(V& v, RefusedEvent& refused) {
    v.path("file", refused.file);
    v.required("message", refused.message);
}

}  // namespace univi::protocol::live

namespace univi::protocol {

template <>
inline constexpr const char* kMessageName<live::WindowRequest> = "window";
template <>
inline constexpr const char* kMessageName<live::KeepRequest> = "keep";
template <>
inline constexpr const char* kMessageName<live::RecordRequest> = "record";
template <>
inline constexpr const char* kMessageName<live::EndRecordingRequest> = "end_recording";
template <>
inline constexpr const char* kMessageName<live::PictureEvent> = "picture";
template <>
inline constexpr const char* kMessageName<live::WindowEvent> = "window";
template <>
inline constexpr const char* kMessageName<live::RecordedEvent> = "recorded";
template <>
inline constexpr const char* kMessageName<live::RefusedEvent> = "refused";

}  // namespace univi::protocol

namespace univi::protocol::live {

std::string to_line(const Event& event) {
    return event_line(event);
}

std::string to_line(const Request& request) {
    return dump_line(message_json("request", request));
}

std::optional<Event> parse_event(std::string_view line) {
    return event_of_line<Event>(line);
}

Request parse_request(std::string_view line) {
    const base::Json json = base::parse_json(line, "request");
    Request request;
    const JsonFields object(json, "request");
    if (!read_message(object, "request", request))
        object.fail("request", "must be " + alternatives(message_names(request)));
    return request;
}

}  // namespace univi::protocol::live
