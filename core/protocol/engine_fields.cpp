#include "core/protocol/engine_fields.h"

namespace univi::protocol {

namespace {

using base::Json;

/// {"id":…, "request"|"event":…, …} of either direction.
template <typename Message>
std::string message_line(const char* key, const Message& message) {
    Json json = message_json(key, message.body);
    json["id"] = message.id;
    return dump_line(json);
}

/// The message in `line`; `key` ("request", "event") also names the line in errors.
template <typename Message>
Message parse_message(const char* key, const std::string& line, const std::string& unknown) {
    const Json json = base::parse_json(line, key);
    const JsonFields object(json, key);
    Message message;
    object.require("id", message.id);
    if (!read_message(object, key, message.body))
        object.fail(key, "\"" + object.at(key).get<std::string>() + "\" is not known; " + unknown);
    return message;
}

}  // namespace

std::string to_string(Sight sight) {
    return name_of(sight);
}

std::string to_string(Finish finish) {
    return name_of(finish);
}

base::SamplingOptions sampling_of(const GenerationOptions& options,
                                  const GenerationDefaults& model) {
    return {options.temperature.value_or(model.temperature),
            options.top_p.value_or(model.top_p),
            options.top_k.value_or(model.top_k),
            options.repetition_penalty.value_or(model.repetition_penalty),
            options.max_new_tokens.value_or(model.max_new_tokens),
            options.seed};
}

void set_sampling(GenerationOptions& options, const base::SamplingOptions& sampling) {
    options.temperature = sampling.temperature;
    options.top_p = sampling.top_p;
    options.top_k = sampling.top_k;
    options.repetition_penalty = sampling.repetition_penalty;
    options.max_new_tokens = sampling.max_new_tokens;
    options.seed = sampling.seed;
}

Json to_json(const GenerationDefaults& defaults) {
    return to_json_by_fields(defaults);
}

Json to_json(const DevicePlace& place) {
    return to_json_by_fields(place);
}

std::string to_line(const Request& request) {
    return message_line("request", request);
}
std::string to_line(const Event& event) {
    return message_line("event", event);
}

Request parse_request(const std::string& line) {
    return parse_message<Request>("request", line,
                                  "it must be " + alternatives(message_names(Request().body)));
}

Event parse_event(const std::string& line) {
    return parse_message<Event>("event", line,
                                "the engine and the app must be of the same version");
}

}  // namespace univi::protocol
