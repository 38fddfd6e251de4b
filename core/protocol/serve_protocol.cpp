#include "core/protocol/serve_protocol.h"

#include "core/protocol/fields.h"

namespace univi::protocol::serve {

template <class V>
void fields(V& v, ReadyEvent& ready) {
    v.required("address", ready.address);
    v("model", ready.model);
}

template <class V>
void fields(V& v, AnsweredEvent& answered) {
    v.required("requests", answered.requests);
}

}  // namespace univi::protocol::serve

namespace univi::protocol {

template <>
inline constexpr const char* kMessageName<serve::ReadyEvent> = "ready";
template <>
inline constexpr const char* kMessageName<serve::AnsweredEvent> = "answered";

}  // namespace univi::protocol

namespace univi::protocol::serve {

std::string to_line(const Event& event) {
    return event_line(event);
}

std::optional<Event> parse_event(std::string_view line) {
    return event_of_line<Event>(line);
}

}  // namespace univi::protocol::serve
