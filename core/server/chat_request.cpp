#include "core/server/chat_request.h"

#include <climits>
#include <nlohmann/json.hpp>
#include <random>

#include "core/base/error.h"
#include "core/server/api_error.h"
#include "core/server/request_fields.h"

namespace univi::server {

using base::Json;

namespace {

constexpr std::size_t kMostStops = 16;
constexpr int kMostAlternatives = 20;

void join(std::string& text, const std::string& more) {
    if (!text.empty() && !more.empty()) text += '\n';
    text += more;
}

/// Reads the messages one after the other.
class Messages {
  public:
    explicit Messages(int most_media) : most_media_(most_media) {}

    void add(const Json& message, const std::string& path) {
        if (!message.is_object())
            throw ApiError{400, path + " must be an object with role and content.", {}, path};
        const RequestFields fields(message, path + ".");
        const auto role = fields.text("role");
        if (!role) fields.refuse("role", "is missing: say system, user or assistant");
        const Content content = read(fields, path + ".content");
        if (*role == "system" || *role == "developer")
            add_system(content, path);
        else if (*role == "user")
            add_user(content);
        else if (*role == "assistant")
            add_assistant(content, path);
        else
            fields.refuse("role", "is " + *role + ", but must be system, user or assistant");
    }

    std::vector<ChatTurn> take_turns() {
        if (turns_.empty() || turns_.back().reply)
            throw ApiError{400, "The last message must be the user's.", {}, "messages"};
        return std::move(turns_);
    }
    const std::optional<std::string>& system() const { return system_; }

  private:
    struct Content {
        std::string text;
        std::vector<MediaPart> media;
    };

    Content read(const RequestFields& fields, const std::string& path) {
        Content out;
        const Json* content = fields.find("content");
        if (!content) return out;  // an assistant's message may have none
        if (content->is_string()) {
            out.text = content->get<std::string>();
        } else if (content->is_array()) {
            for (std::size_t i = 0; i < content->size(); ++i)
                add_part(out, (*content)[i], path + "[" + std::to_string(i) + "]");
        } else {
            fields.refuse("content", "must be a text or a list of parts");
        }
        return out;
    }

    void add_part(Content& out, const Json& part, const std::string& path) {
        if (!part.is_object()) throw ApiError{400, path + " must be an object.", {}, path};
        const RequestFields fields(part, path + ".");
        const std::string type = fields.text("type").value_or("");
        if (type == "text")
            join(out.text, fields.text("text").value_or(""));
        else if (type == "image_url")
            out.media.push_back({MediaPart::Kind::Picture, address(fields, "image_url", path)});
        else if (type == "video_url")
            out.media.push_back({MediaPart::Kind::Video, address(fields, "video_url", path)});
        else
            fields.refuse("type", "must be text, image_url or video_url");
        if (!out.media.empty() && type != "text" && ++media_ > most_media_)
            throw ApiError{400,
                           "The request has more than " + std::to_string(most_media_) +
                               " pictures and videos, which is the most this server takes.",
                           {},
                           "messages"};
    }

    static std::string address(const RequestFields& fields, const char* name,
                               const std::string& path) {
        const Json* value = fields.find(name);
        if (value && value->is_string()) return value->get<std::string>();
        if (!value || !value->is_object()) fields.refuse(name, "must be an object with url");
        const RequestFields inner(*value, path + "." + name + ".");
        const auto url = inner.text("url");
        if (!url) inner.refuse("url", "is missing");
        return *url;
    }

    static void refuse_media(const Content& content, const std::string& path) {
        if (!content.media.empty())
            throw ApiError{400,
                           path + " may hold text only: pictures and videos belong to the user.",
                           {},
                           path};
    }

    void add_system(const Content& content, const std::string& path) {
        refuse_media(content, path);
        if (!system_) system_.emplace();
        join(*system_, content.text);
    }

    void add_user(Content content) {
        if (turns_.empty() || turns_.back().reply) turns_.emplace_back();
        ChatTurn& turn = turns_.back();
        join(turn.question, content.text);
        for (auto& part : content.media) turn.media.push_back(std::move(part));
    }

    void add_assistant(const Content& content, const std::string& path) {
        refuse_media(content, path);
        if (turns_.empty())
            throw ApiError{
                400, "The first message after the system's must be the user's.", {}, path};
        ChatTurn& turn = turns_.back();
        if (!turn.reply) turn.reply.emplace();
        join(*turn.reply, content.text);
    }

    int most_media_;
    int media_ = 0;
    std::vector<ChatTurn> turns_;
    std::optional<std::string> system_;
};

std::vector<std::string> stops_of(const RequestFields& fields) {
    const Json* value = fields.find("stop");
    if (!value) return {};
    std::vector<std::string> out;
    const auto add = [&](const Json& text) {
        if (!text.is_string()) fields.refuse("stop", "must be a text or a list of texts");
        if (text.get_ref<const std::string&>().empty())
            fields.refuse("stop", "must not hold an empty text");
        out.push_back(text.get<std::string>());
    };
    if (value->is_array())
        for (const Json& text : *value) add(text);
    else
        add(*value);
    if (out.size() > kMostStops)
        fields.refuse("stop", "must not hold more than " + std::to_string(kMostStops) + " texts");
    return out;
}

/// Refuses what is asked for and cannot be given; a value that asks for nothing passes.
void refuse_what_cannot_be_followed(const RequestFields& fields) {
    if (fields.integer("n", INT_MIN, INT_MAX).value_or(1) != 1)
        fields.refuse("n", "must be 1: this server gives one reply a request");
    for (const char* name : {"frequency_penalty", "presence_penalty"})
        if (fields.number(name, -2, 2).value_or(0) != 0)
            fields.refuse(name, "must be 0: this server has repetition_penalty instead");
    for (const char* name : {"tools", "functions", "logit_bias"})
        if (const Json* value = fields.find(name); value && !value->empty())
            fields.refuse(name, "cannot be followed by this server: leave it out");
    if (const Json* format = fields.find("response_format")) {
        const bool is_text = format->is_object() && format->value("type", Json()) == "text";
        if (!is_text) fields.refuse("response_format", "must be of type text");
    }
    if (const Json* modalities = fields.find("modalities");
        modalities && *modalities != Json{"text"})
        fields.refuse("modalities", "must be [\"text\"]");
}

/// A client that names no seed expects another reply each time, as OpenAI's gives.
std::uint64_t seed_of(const RequestFields& fields) {
    if (const auto seed = fields.integer("seed", INT64_MIN, INT64_MAX))
        return static_cast<std::uint64_t>(*seed);
    std::random_device random;
    return (std::uint64_t{random()} << 32) | random();
}

void read_sampling(const RequestFields& fields, protocol::GenerationOptions& options) {
    const auto small = [&](const char* name, int lowest) -> std::optional<int> {
        const auto value = fields.integer(name, lowest, INT_MAX);
        return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
    };
    if (const auto value = fields.number("temperature", 0, 2)) options.temperature = value;
    if (const auto value = fields.number("top_p", 0, 1)) {
        if (*value == 0) fields.refuse("top_p", "must be above 0");
        options.top_p = value;
    }
    if (const auto value = small("top_k", -1)) options.top_k = std::max(*value, 0);
    if (const auto value = fields.number("repetition_penalty", 0.01, 100))
        options.repetition_penalty = value;
    if (const auto value = small("max_tokens", 1)) options.max_new_tokens = value;
    if (const auto value = small("max_completion_tokens", 1)) options.max_new_tokens = value;
    if (const auto value = small("max_frames", 1))
        options.max_frames = std::min(*value, options.max_frames);
    options.seed = seed_of(fields);
}

void read_reporting(const RequestFields& fields, ChatRequest& out) {
    out.stream = fields.flag("stream").value_or(false);
    if (const Json* options = fields.find("stream_options")) {
        if (!options->is_object()) fields.refuse("stream_options", "must be an object");
        if (!out.stream) fields.refuse("stream_options", "is for a request with stream true");
        out.include_usage =
            RequestFields(*options, "stream_options.").flag("include_usage").value_or(false);
    }
    out.log_probabilities = fields.flag("logprobs").value_or(false);
    if (const auto count = fields.integer("top_logprobs", 0, kMostAlternatives)) {
        if (!out.log_probabilities)
            fields.refuse("top_logprobs", "is for a request with logprobs true");
        out.alternatives = static_cast<int>(*count);
    }
}

Json parse_body(std::string_view body) {
    try {
        Json json = base::parse_json(body, "The request");
        if (!json.is_object()) throw ApiError{400, "The request must be a JSON object."};
        return json;
    } catch (const base::Error& error) {
        throw ApiError{400, error.what()};
    }
}

}  // namespace

ChatRequest parse_chat_request(std::string_view body, const RequestRules& rules) {
    const Json json = parse_body(body);
    const RequestFields fields(json);
    ChatRequest out;
    out.model = fields.text("model").value_or("");
    out.options = rules.defaults;
    refuse_what_cannot_be_followed(fields);
    read_sampling(fields, out.options);
    read_reporting(fields, out);
    out.stop = stops_of(fields);
    const Json* list = fields.find("messages");
    if (!list || !list->is_array() || list->empty())
        fields.refuse("messages", "must be a list with at least one message");
    Messages messages(rules.most_media);
    for (std::size_t i = 0; i < list->size(); ++i)
        messages.add((*list)[i], "messages[" + std::to_string(i) + "]");
    if (messages.system()) out.options.system = messages.system();
    out.turns = messages.take_turns();
    return out;
}

}  // namespace univi::server
