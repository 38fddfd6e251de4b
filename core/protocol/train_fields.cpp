#include "core/protocol/train_fields.h"

#include "core/base/exception_text.h"

namespace univi::protocol::train {

using base::Json;

Json to_json(const Event& event) {
    return message_json("event", event);
}

Json to_json(const RunFacts& facts) {
    return to_json_by_fields(facts);
}

Json to_json(const Branch& branch) {
    return to_json_by_fields(branch);
}

Branch branch_from_json(const Json& json) {
    return from_json_by_fields<Branch>(json, "branch");
}

std::string to_line(const Event& event) {
    return dump_line(to_json(event));
}

ErrorEvent error_event(const std::exception& error) {
    const std::string what = error.what();
    const auto* known = dynamic_cast<const base::Error*>(&error);
    if (!known) return {"internal", base::first_line(error), Fault::Other, {}};
    ErrorEvent event{std::string(base::to_string(known->kind())), what, fault_of(*known), {}};
    if (const auto* fault = dynamic_cast<const FaultError*>(&error)) event.items = fault->items();
    if (event.fault == Fault::NothingToLearn) event.kind = kNothingToLearn;
    return event;
}

std::optional<Event> event_from_json(const Json& json) {
    std::string name = "event";
    if (const auto found = json.find("event"); json.is_object() && found != json.end())
        if (found->is_string()) name = found->get<std::string>();
    Event event;
    if (!read_message(JsonFields(json, name), "event", event)) return std::nullopt;
    return event;
}

std::optional<Event> parse_event(std::string_view line) {
    return event_from_json(base::parse_json(line, "event"));
}

}  // namespace univi::protocol::train
