#include "core/protocol/eval_protocol.h"

#include "core/protocol/fields.h"

namespace univi::protocol::evaluation {

template <class V>
void fields(V& v, LoadEvent& load) {
    v("fraction", load.fraction);
    v("what", load.what);
}

template <class V>
void fields(V& v, SetProgress& progress) {
    v.required("set", progress.set);
    v.required("done", progress.done);
    v("resumed", progress.resumed);
    v.required("total", progress.total);
    v("unanswered", progress.unanswered);
    v("seconds_left", progress.seconds_left);
    v.path("current", progress.current);
}

template <class V>
void fields(V& v, StartEvent& start) {
    fields(v, start.progress);
}

template <class V>
void fields(V& v, ProgressEvent& progress) {
    fields(v, progress.progress);
}

template <class V>
void fields(V& v, UnansweredEvent& unanswered) {
    v.required("set", unanswered.set);
    v("id", unanswered.id);
    v.path("medium", unanswered.medium);
    v("reason", unanswered.reason);
}

template <class V>
void fields(V& v, JudgeEvent& judge) {
    v.required("set", judge.set);
    v.required("done", judge.done);
    v.required("total", judge.total);
    v("asked", judge.asked);
    v("unread", judge.unread);
    v("seconds_left", judge.seconds_left);
}

template <class V>
void fields(V& v, DevicesEvent& devices) {
    v("count", devices.count);
}

template <class V>
void fields(V& v, ResultsEvent& results) {
    v.required_path("file", results.file);
}

template <class V>
void fields(V&, DoneEvent&) {}

}  // namespace univi::protocol::evaluation

namespace univi::protocol {

template <>
inline constexpr const char* kMessageName<evaluation::LoadEvent> = "load";
template <>
inline constexpr const char* kMessageName<evaluation::StartEvent> = "start";
template <>
inline constexpr const char* kMessageName<evaluation::ProgressEvent> = "progress";
template <>
inline constexpr const char* kMessageName<evaluation::UnansweredEvent> = "unanswered";
template <>
inline constexpr const char* kMessageName<evaluation::JudgeEvent> = "judge";
template <>
inline constexpr const char* kMessageName<evaluation::DevicesEvent> = "devices";
template <>
inline constexpr const char* kMessageName<evaluation::ResultsEvent> = "results";
template <>
inline constexpr const char* kMessageName<evaluation::DoneEvent> = "done";

}  // namespace univi::protocol

namespace univi::protocol::evaluation {

std::string to_line(const Event& event) {
    return event_line(event);
}

std::optional<Event> parse_event(std::string_view line) {
    return event_of_line<Event>(line);
}

}  // namespace univi::protocol::evaluation
