#include "core/text/conversation_template.h"

#include <array>

#include "core/base/error.h"

namespace univi::text {

namespace {

using Kind = Segment::Kind;
using Style = ConversationTemplate::Style;

ConversationTemplate make_v1() {
    return {"v1",
            "A chat between a curious user and an artificial intelligence assistant. The assistant "
            "gives helpful, "
            "detailed, and polite answers to the user's questions.",
            "USER",
            "ASSISTANT",
            Style::Two,
            " ",
            "</s>",
            {}};
}

ConversationTemplate make_simple() {
    return {"simple",
            "A chat between a curious human and an artificial intelligence assistant. The "
            "assistant gives helpful, "
            "detailed, and polite answers to the human's questions.",
            "Human",
            "Assistant",
            Style::Single,
            "###",
            "",
            {{"Hi!", "Hi there! How can I help you today?"}}};
}

ConversationTemplate make_simpleqa() {
    ConversationTemplate made = make_simple();
    made.name = "simpleqa";
    made.system +=
        "  If you don't know the answer to a question, please don't share false information.";
    made.seed_turns = {{"Is there a snowboard in the image?",
                        "Yes, there is a snowboard in the image, and the person is riding it down "
                        "a snow-covered slope."}};
    return made;
}

ConversationTemplate make_plain() {
    return {"plain", "", "", "", Style::Plain, "\n", "\n", {}};
}

ConversationTemplate make_llama_2() {
    return {"llama_2",
            "You are a helpful language and vision assistant. You are able to understand the "
            "visual content that the "
            "user provides, and assist the user with a variety of tasks using natural language.",
            "USER",
            "ASSISTANT",
            Style::Llama2,
            "<s>",
            "</s>",
            {}};
}

const std::array<ConversationTemplate, 5>& templates() {
    static const std::array<ConversationTemplate, 5> all = {
        make_v1(), make_simple(), make_simpleqa(), make_plain(), make_llama_2()};
    return all;
}

void put(Segments& segments, const std::string& text, Kind kind = Kind::Template) {
    if (!text.empty()) segments.push_back({kind, text});
}

void put(Segments& segments, const Segments& more) {
    segments.insert(segments.end(), more.begin(), more.end());
}

/// "ROLE: content<end>", or "ROLE:" when there is nothing to say yet; plain has no roles.
void put_message(Segments& segments, const ConversationTemplate& conversation, bool is_user,
                 const Segments& content) {
    const std::string& role = is_user ? conversation.user_role : conversation.assistant_role;
    const bool has_role = conversation.style != Style::Plain;
    if (has_role) put(segments, content.empty() ? role + ":" : role + ": ");
    if (content.empty()) return;
    put(segments, content);
    put(segments,
        is_user || conversation.style == Style::Single ? conversation.sep : conversation.sep2);
}

/// "<s>[INST] content [/INST]" or " content </s>". The first message carries the system text and no
/// "<s>": that is the BOS.
void put_llama_message(Segments& segments, const ConversationTemplate& conversation,
                       const std::string& system, bool is_user, const Segments& content) {
    if (is_user) {
        const bool is_first = segments.empty();
        put(segments, is_first ? "[INST] <<SYS>>\n" + system + "\n<</SYS>>\n\n"
                               : conversation.sep + "[INST] ");
        put(segments, content);
        put(segments, " [/INST]");
    } else if (!content.empty()) {
        put(segments, " ");
        put(segments, content);
        put(segments, " " + conversation.sep2);
    }
}

Segments question_segments(const Turn& turn) {
    Segments segments;
    for (const int placeholders : turn.media) {
        for (int i = 0; i < placeholders; ++i) segments.push_back({Kind::Media, ""});
        put(segments, "\n");
    }
    put(segments, turn.question, Kind::User);
    return segments;
}

}  // namespace

std::string ConversationTemplate::stop_string() const {
    return style == Style::Two || style == Style::Llama2 ? sep2 : sep;
}

const ConversationTemplate& find_template(std::string_view name) {
    const std::string_view wanted = name == "default" ? "simple" : name;
    for (const ConversationTemplate& known : templates())
        if (known.name == wanted) return known;
    std::string sentence = "There is no conversation template \"" + std::string(name) + "\"; use ";
    for (const ConversationTemplate& known : templates()) sentence += known.name + ", ";
    throw base::Error(base::ErrorKind::Usage, sentence + "or default.");
}

std::vector<std::string> template_names() {
    std::vector<std::string> names;
    for (const ConversationTemplate& known : templates()) names.push_back(known.name);
    return names;
}

Segments render_messages(const ConversationTemplate& conversation_template,
                         const std::string& system, const std::vector<Segments>& contents) {
    Segments segments;
    const Style style = conversation_template.style;
    if (style == Style::Single || style == Style::Two)
        put(segments, system + conversation_template.sep);
    if (style == Style::Plain) put(segments, system);
    for (std::size_t i = 0; i < contents.size(); ++i) {
        if (style == Style::Llama2)
            put_llama_message(segments, conversation_template, system, i % 2 == 0, contents[i]);
        else
            put_message(segments, conversation_template, i % 2 == 0, contents[i]);
    }
    return segments;
}

Segments render_prompt(const ConversationTemplate& conversation_template,
                       const std::vector<Turn>& turns, const std::optional<std::string>& system) {
    std::vector<Segments> contents;
    const auto add = [&contents](const Turn& turn) {
        contents.push_back(question_segments(turn));
        contents.emplace_back();
        put(contents.back(), turn.answer.value_or(""), Kind::User);
    };
    for (const auto& [question, answer] : conversation_template.seed_turns)
        add({{}, question, answer});
    for (const Turn& turn : turns) add(turn);
    return render_messages(conversation_template, system.value_or(conversation_template.system),
                           contents);
}

std::string to_string(const Segments& segments) {
    std::string text;
    for (const Segment& segment : segments)
        text += segment.kind == Kind::Media ? "<image>" : segment.text;
    return text;
}

}  // namespace univi::text
