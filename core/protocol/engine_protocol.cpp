#include "core/protocol/engine_protocol.h"

#include "core/base/json_text.h"
#include "core/protocol/json_fields.h"

namespace univi::protocol {

namespace {

using base::Json;

Json body_to_json(const GenerationOptions& options) {
    Json json = {
        {"conv", options.conv}, {"seed", options.seed}, {"max_frames", options.max_frames}};
    const auto put = [&json](const char* name, const auto& value) {
        if (value) json[name] = *value;
    };
    put("system", options.system);
    put("temperature", options.temperature);
    put("top_p", options.top_p);
    put("top_k", options.top_k);
    put("repetition_penalty", options.repetition_penalty);
    put("max_new_tokens", options.max_new_tokens);
    return json;
}

Json paths_to_json(const std::vector<std::string>& paths) {
    Json list = Json::array();
    for (const std::string& path : paths) list.push_back(base::path_element(path));
    return list;
}

Json body_to_json(const AskRequest& ask) {
    Json history = Json::array();
    for (const PastTurn& turn : ask.history)
        history.push_back({{"media", paths_to_json(turn.media)},
                           {"question", turn.question},
                           {"reply", turn.reply}});
    return {{"request", "ask"},
            {"conversation", ask.conversation},
            {"history", std::move(history)},
            {"media", paths_to_json(ask.media)},
            {"question", ask.question},
            {"options", body_to_json(ask.options)}};
}

Json body_to_json(const LoadRequest& load) {
    Json json = {{"request", "load"},
                 {"device", load.device},
                 {"dtype", load.dtype},
                 {"threads", load.threads}};
    base::put_path(json, "model", load.model, "model_bytes");
    base::put_path(json, "model_base", load.model_base, "model_base_bytes");
    base::put_path(json, "vision_tower", load.vision_tower, "vision_tower_bytes");
    if (load.check_only) json["check_only"] = true;
    return json;
}

Json body_to_json(const EstimateRequest& estimate) {
    Json json = body_to_json(static_cast<const AskRequest&>(estimate));
    json["request"] = "estimate";
    return json;
}

Json body_to_json(const EncodeRequest& encode) {
    Json json = {{"request", "encode"},
                 {"conversation", encode.conversation},
                 {"max_frames", encode.max_frames}};
    base::put_path(json, "medium", encode.medium);
    return json;
}

Json body_to_json(const StopRequest& stop) {
    return {{"request", "stop"}, {"target", stop.target}};
}

Json body_to_json(const ForgetRequest& forget) {
    return {{"request", "forget"}, {"conversation", forget.conversation}};
}

LoadRequest load_from(const JsonFields& fields) {
    LoadRequest load;
    fields.read_path("model", load.model, "model_bytes");
    fields.read_path("model_base", load.model_base, "model_base_bytes");
    fields.read_path("vision_tower", load.vision_tower, "vision_tower_bytes");
    fields.read("device", load.device);
    fields.read("dtype", load.dtype);
    fields.read("threads", load.threads);
    fields.read("check_only", load.check_only);
    return load;
}

GenerationOptions options_from(const JsonFields& fields) {
    GenerationOptions options;
    fields.read("conv", options.conv);
    fields.read("system", options.system);
    fields.read("temperature", options.temperature);
    fields.read("top_p", options.top_p);
    fields.read("top_k", options.top_k);
    fields.read("repetition_penalty", options.repetition_penalty);
    fields.read("max_new_tokens", options.max_new_tokens);
    fields.read("seed", options.seed);
    fields.read("max_frames", options.max_frames);
    return options;
}

PastTurn past_turn_from(const JsonFields& fields) {
    PastTurn turn;
    fields.read_paths("media", turn.media);
    fields.read("question", turn.question);
    fields.read("reply", turn.reply);
    return turn;
}

AskRequest ask_from(const JsonFields& fields) {
    AskRequest ask;
    fields.read("conversation", ask.conversation);
    for (const JsonFields& turn : fields.objects("history"))
        ask.history.push_back(past_turn_from(turn));
    fields.read_paths("media", ask.media);
    fields.read("question", ask.question);
    if (const auto options = fields.object("options")) ask.options = options_from(*options);
    return ask;
}

EncodeRequest encode_from(const JsonFields& fields) {
    EncodeRequest encode;
    fields.read("conversation", encode.conversation);
    if (!fields.has("path_bytes")) fields.require("medium", encode.medium);
    fields.read_path("medium", encode.medium);
    fields.read("max_frames", encode.max_frames);
    return encode;
}

StopRequest stop_from(const JsonFields& fields) {
    StopRequest stop;
    fields.require("target", stop.target);
    return stop;
}

ForgetRequest forget_from(const JsonFields& fields) {
    ForgetRequest forget;
    fields.require("conversation", forget.conversation);
    return forget;
}

Json body_to_json(const ReadyEvent& ready) {
    return {{"event", "ready"}, {"version", ready.version}, {"protocol", ready.protocol}};
}

Json body_to_json(const LoadProgressEvent& progress) {
    return {{"event", "load_progress"}, {"fraction", progress.fraction}, {"what", progress.what}};
}

constexpr std::pair<Sight, const char*> kSights[] = {{Sight::Pictures, "pictures"},
                                                     {Sight::NoProjector, "no_projector"},
                                                     {Sight::NoVisionTower, "no_vision_tower"}};

Sight sight_from(const JsonFields& fields) {
    std::string given = "pictures";
    fields.read("sight", given);
    for (const auto& [value, name] : kSights)
        if (given == name) return value;
    fields.fail("sight",
                "must be pictures, no_projector or no_vision_tower, not \"" + given + "\"");
}

Json body_to_json(const CheckedEvent&) {
    return Json::object({{"event", "checked"}});
}

Json body_to_json(const LoadedEvent& loaded) {
    Json json = {{"event", "loaded"},
                 {"name", loaded.name},
                 {"device", loaded.device},
                 {"dtype", loaded.dtype},
                 {"parameters", loaded.parameters},
                 {"bytes", loaded.bytes},
                 {"context", loaded.context},
                 {"templates", loaded.templates},
                 {"generation", to_json(loaded.generation)},
                 {"sight", to_string(loaded.sight)},
                 {"sight_note", loaded.sight_note}};
    base::put_path(json, "model", loaded.model);
    return json;
}

Json body_to_json(const MediaProgressEvent& progress) {
    Json json = {{"event", "media_progress"},
                 {"frames_decoded", progress.frames_decoded},
                 {"frames_encoded", progress.frames_encoded},
                 {"frames_total", progress.frames_total}};
    base::put_path(json, "medium", progress.medium);
    return json;
}

Json body_to_json(const GroupsEvent& event) {
    return {{"event", "groups"}, {"groups", to_json(event.groups)}};
}

Json body_to_json(const PromptEvent& prompt) {
    return {{"event", "prompt"},
            {"prompt_tokens", prompt.prompt_tokens},
            {"visual_tokens", prompt.visual_tokens},
            {"reused_tokens", prompt.reused_tokens}};
}

Json body_to_json(const TokenEvent& token) {
    Json json = {{"event", "token"},
                 {"text", token.text},
                 {"token", token.token},
                 {"log_probability", token.log_probability}};
    if (token.attention.empty()) return json;
    Json attention = Json::array();
    for (const std::vector<float>& medium : token.attention)
        attention.push_back(float_array(medium));
    json["attention"] = std::move(attention);
    return json;
}

Json body_to_json(const DoneEvent& done) {
    return {{"event", "done"},
            {"reply", done.reply},
            {"ids", done.ids},
            {"finish", done.finish},
            {"prompt_tokens", done.prompt_tokens},
            {"visual_tokens", done.visual_tokens},
            {"first_token_s", done.first_token_s},
            {"decode_tokens_per_s", done.decode_tokens_per_s}};
}

Json body_to_json(const ErrorEvent& error) {
    Json json = {{"event", "error"}, {"kind", error.kind}, {"message", error.message}};
    if (error.model_kept) json["model_kept"] = true;
    return json;
}

Json body_to_json(const EstimateEvent& estimate) {
    return {{"event", "estimate"},
            {"text_tokens", estimate.text_tokens},
            {"media_tokens", estimate.media_tokens},
            {"capacity", estimate.capacity}};
}

ReadyEvent ready_from(const JsonFields& fields) {
    ReadyEvent ready;
    fields.read("version", ready.version);
    fields.read("protocol", ready.protocol);
    return ready;
}

LoadProgressEvent load_progress_from(const JsonFields& fields) {
    LoadProgressEvent progress;
    fields.read("fraction", progress.fraction);
    fields.read("what", progress.what);
    return progress;
}

GenerationDefaults defaults_from(const JsonFields& fields) {
    GenerationDefaults defaults;
    fields.read("temperature", defaults.temperature);
    fields.read("top_p", defaults.top_p);
    fields.read("top_k", defaults.top_k);
    fields.read("repetition_penalty", defaults.repetition_penalty);
    fields.read("max_new_tokens", defaults.max_new_tokens);
    return defaults;
}

LoadedEvent loaded_from(const JsonFields& fields) {
    LoadedEvent loaded;
    fields.read_path("model", loaded.model);
    fields.read("name", loaded.name);
    fields.read("device", loaded.device);
    fields.read("dtype", loaded.dtype);
    fields.read("parameters", loaded.parameters);
    fields.read("bytes", loaded.bytes);
    fields.read("context", loaded.context);
    fields.read("templates", loaded.templates);
    loaded.sight = sight_from(fields);
    fields.read("sight_note", loaded.sight_note);
    if (const auto generation = fields.object("generation"))
        loaded.generation = defaults_from(*generation);
    return loaded;
}

MediaProgressEvent media_progress_from(const JsonFields& fields) {
    MediaProgressEvent progress;
    fields.read_path("medium", progress.medium);
    fields.read("frames_decoded", progress.frames_decoded);
    fields.read("frames_encoded", progress.frames_encoded);
    fields.read("frames_total", progress.frames_total);
    return progress;
}

PromptEvent prompt_from(const JsonFields& fields) {
    PromptEvent prompt;
    fields.read("prompt_tokens", prompt.prompt_tokens);
    fields.read("visual_tokens", prompt.visual_tokens);
    fields.read("reused_tokens", prompt.reused_tokens);
    return prompt;
}

TokenEvent token_from(const JsonFields& fields) {
    TokenEvent token;
    fields.read("text", token.text);
    fields.read("token", token.token);
    fields.read("log_probability", token.log_probability);
    fields.read("attention", token.attention);
    return token;
}

DoneEvent done_from(const JsonFields& fields) {
    DoneEvent done;
    fields.read("reply", done.reply);
    fields.read("ids", done.ids);
    fields.read("finish", done.finish);
    const bool known = done.finish.empty() || done.finish == "stop" || done.finish == "length" ||
                       done.finish == "stopped";
    if (!known)
        fields.fail("finish", "must be stop, length or stopped, not \"" + done.finish + "\"");
    fields.read("prompt_tokens", done.prompt_tokens);
    fields.read("visual_tokens", done.visual_tokens);
    fields.read("first_token_s", done.first_token_s);
    fields.read("decode_tokens_per_s", done.decode_tokens_per_s);
    return done;
}

ErrorEvent error_from(const JsonFields& fields) {
    ErrorEvent error;
    fields.read("kind", error.kind);
    fields.read("message", error.message);
    fields.read("model_kept", error.model_kept);
    return error;
}

EstimateEvent estimate_from(const JsonFields& fields) {
    EstimateEvent estimate;
    fields.read("text_tokens", estimate.text_tokens);
    fields.read("media_tokens", estimate.media_tokens);
    fields.read("capacity", estimate.capacity);
    return estimate;
}

/// {"id":…, "request"|"event":…, …} of either direction.
template <typename Message>
std::string message_line(const Message& message) {
    Json json = std::visit([](const auto& body) { return body_to_json(body); }, message.body);
    json["id"] = message.id;
    return dump_line(json);
}

}  // namespace

std::string to_string(Sight sight) {
    for (const auto& [value, name] : kSights)
        if (value == sight) return name;
    return "pictures";
}

GenerationOptions with_defaults(GenerationOptions options, const GenerationDefaults& model) {
    const auto fill = [](auto& value, auto own) {
        if (!value) value = own;
    };
    fill(options.temperature, model.temperature);
    fill(options.top_p, model.top_p);
    fill(options.top_k, model.top_k);
    fill(options.repetition_penalty, model.repetition_penalty);
    fill(options.max_new_tokens, model.max_new_tokens);
    return options;
}

Json to_json(const GenerationDefaults& defaults) {
    return {{"temperature", defaults.temperature},
            {"top_p", defaults.top_p},
            {"top_k", defaults.top_k},
            {"repetition_penalty", defaults.repetition_penalty},
            {"max_new_tokens", defaults.max_new_tokens}};
}

std::string to_line(const Request& request) {
    return message_line(request);
}
std::string to_line(const Event& event) {
    return message_line(event);
}

Request parse_request(const std::string& line) {
    const Json json = base::parse_json(line, "request");
    const JsonFields fields(json, "request");
    Request request;
    std::string name;
    fields.require("id", request.id);
    fields.require("request", name);
    using Body = decltype(Request::body);
    static constexpr std::pair<const char*, Body (*)(const JsonFields&)> kReaders[] = {
        {"load", [](const JsonFields& f) -> Body { return load_from(f); }},
        {"ask", [](const JsonFields& f) -> Body { return ask_from(f); }},
        {"encode", [](const JsonFields& f) -> Body { return encode_from(f); }},
        {"stop", [](const JsonFields& f) -> Body { return stop_from(f); }},
        {"forget", [](const JsonFields& f) -> Body { return forget_from(f); }},
        {"estimate", [](const JsonFields& f) -> Body { return EstimateRequest{ask_from(f)}; }},
    };
    for (const auto& [known, reader] : kReaders) {
        if (name != known) continue;
        request.body = reader(fields);
        return request;
    }
    fields.fail("request",
                "must be load, ask, encode, stop, forget or estimate, not \"" + name + "\"");
}

Event parse_event(const std::string& line) {
    const Json json = base::parse_json(line, "event");
    const JsonFields fields(json, "event");
    Event event;
    std::string name;
    fields.require("id", event.id);
    fields.require("event", name);
    using Body = decltype(Event::body);
    static constexpr std::pair<const char*, Body (*)(const JsonFields&)> kReaders[] = {
        {"ready", [](const JsonFields& f) -> Body { return ready_from(f); }},
        {"load_progress", [](const JsonFields& f) -> Body { return load_progress_from(f); }},
        {"checked", [](const JsonFields&) -> Body { return CheckedEvent{}; }},
        {"loaded", [](const JsonFields& f) -> Body { return loaded_from(f); }},
        {"media_progress", [](const JsonFields& f) -> Body { return media_progress_from(f); }},
        {"groups",
         [](const JsonFields& f) -> Body {
             return GroupsEvent{token_groups_from_json(f.at("groups"))};
         }},
        {"prompt", [](const JsonFields& f) -> Body { return prompt_from(f); }},
        {"token", [](const JsonFields& f) -> Body { return token_from(f); }},
        {"done", [](const JsonFields& f) -> Body { return done_from(f); }},
        {"error", [](const JsonFields& f) -> Body { return error_from(f); }},
        {"estimate", [](const JsonFields& f) -> Body { return estimate_from(f); }},
    };
    for (const auto& [known, reader] : kReaders) {
        if (name != known) continue;
        event.body = reader(fields);
        return event;
    }
    fields.fail("event", "\"" + name +
                             "\" is not known; the engine and the app must be of the same version");
}

}  // namespace univi::protocol
