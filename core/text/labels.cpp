#include "core/text/labels.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/text/strings.h"

namespace univi::text {

namespace {

using Kind = Segment::Kind;
using Style = ConversationTemplate::Style;

constexpr std::string_view kImage = "<image>", kVideo = "<video>";
constexpr std::size_t kMaxImages = 64;  // MAX_IMAGE_LENGTH of ChatUniVi/constants.py

[[noreturn]] void refuse(const std::string& reason) {
    throw base::Error(base::ErrorKind::Format, "A training conversation " + reason + ".");
}

std::string repeat(std::string_view text, std::size_t count) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) result += text;
    return result;
}

/// Python's str.strip() for ASCII white space.
std::string strip(std::string_view text) {
    constexpr std::string_view kSpace = " \t\n\r\v\f\x1c\x1d\x1e\x1f";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

/// Python's str.split: the stretches between the separators, as [begin, end).
std::vector<std::pair<std::size_t, std::size_t>> split(std::string_view text, std::size_t begin,
                                                       std::size_t end,
                                                       std::string_view separator) {
    std::vector<std::pair<std::size_t, std::size_t>> parts;
    const std::string_view part = text.substr(0, end);
    for (;;) {
        const std::size_t at = part.find(separator, begin);
        if (at == std::string_view::npos) break;
        parts.emplace_back(begin, at);
        begin = at + separator.size();
    }
    parts.emplace_back(begin, end);
    return parts;
}

/// The run of placeholders that ends `text` goes to its front.
std::string move_trailing_run(const std::string& text, std::string_view placeholder) {
    std::string_view rest = text;
    std::size_t count = 0;
    for (; rest.ends_with(placeholder); ++count) rest.remove_suffix(placeholder.size());
    return count == 0 ? text : repeat(placeholder, count) + strip(rest);
}

/// A run of more than kMaxImages placeholders, and no others, is cut to kMaxImages.
std::string limit_run(const std::string& text, std::string_view placeholder) {
    const std::size_t count = split(text, 0, text.size(), placeholder).size() - 1;
    if (count <= kMaxImages) return text;
    return strip(replace_all(text, repeat(placeholder, count), repeat(placeholder, kMaxImages)));
}

/// Dataset text: plain characters, with `<image>` as placeholders where the sample has pictures.
Segments message_segments(const std::string& value, bool has_image) {
    Segments segments;
    if (!has_image) {
        if (!value.empty()) segments.push_back({Kind::User, value});
        return segments;
    }
    const auto parts = split(value, 0, value.size(), kImage);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto [begin, end] = parts[i];
        if (i > 0) segments.push_back({Kind::Media, ""});
        if (end > begin) segments.push_back({Kind::User, value.substr(begin, end - begin)});
    }
    return segments;
}

void append(Segments& segments, const Segments& more) {
    segments.insert(segments.end(), more.begin(), more.end());
}

/// The segments between two positions of to_string(segments); neither may lie inside a placeholder.
Segments slice(const Segments& segments, std::size_t begin, std::size_t end) {
    Segments result;
    std::size_t at = 0;
    for (const Segment& segment : segments) {
        const std::size_t size = segment.kind == Kind::Media ? kImage.size() : segment.text.size();
        const std::size_t from = std::max(begin, at), to = std::min(end, at + size);
        if (from < to) {
            if (segment.kind == Kind::Media)
                result.push_back(segment);
            else
                result.push_back({segment.kind, segment.text.substr(from - at, to - from)});
        }
        at += size;
    }
    return result;
}

void ignore(LabeledIds& sample, std::size_t begin, std::size_t end) {
    const std::size_t size = sample.labels.size();
    for (std::size_t i = std::min(begin, size); i < std::min(end, size); ++i)
        sample.labels[i] = kIgnoreLabel;
}

LabeledIds unmasked(const Tokenizer& tokenizer, const Segments& segments) {
    LabeledIds sample;
    sample.ids = tokenizer.encode(segments);
    sample.labels = sample.ids;
    return sample;
}

bool is_human(const Message& message) {
    if (message.from == "human") return true;
    if (message.from == "gpt") return false;
    refuse("has a message from \"" + message.from + "\"; only \"human\" and \"gpt\" may speak");
}

/// Takes the system message off the front of `messages`; nothing when there is none.
std::optional<std::string> take_system(std::vector<Message>& messages) {
    if (messages.empty() || messages.front().from != "system") return std::nullopt;
    std::string system = std::move(messages.front().value);
    messages.erase(messages.begin());
    return system;
}

/// A sample's own system text is characters, never a control token: it becomes a segment of its own
/// where `segments`, rendered with it, have it as part of the template.
Segments with_plain_system(Segments segments, Style style, const std::string& system) {
    constexpr std::string_view kLlamaHead = "[INST] <<SYS>>\n";
    const std::size_t begin = style == Style::Llama2 ? kLlamaHead.size() : 0;
    if (segments.empty() || system.empty()) return segments;
    const std::string first = segments.front().text;
    Segments result;
    if (begin > 0) result.push_back({Kind::Template, first.substr(0, begin)});
    result.push_back({Kind::User, system});
    result.push_back({Kind::Template, first.substr(begin + system.size())});
    result.insert(result.end(), segments.begin() + 1, segments.end());
    return result;
}

/// Rounds of human and gpt in turn, a first message from gpt left out.
std::vector<Message> alternating(std::vector<Message> messages) {
    if (!messages.empty() && !is_human(messages.front())) messages.erase(messages.begin());
    if (messages.empty()) refuse("has no message from \"human\"");
    for (std::size_t i = 0; i < messages.size(); ++i)
        if (is_human(messages[i]) != (i % 2 == 0))
            refuse("must have \"human\" and \"gpt\" speak in turn");
    return messages;
}

/// preprocess_v1 and preprocess_llama_2: lengths come from tokenizing every round apart. Rounds are
/// found in the text, so "</s>" or a role inside a message makes the lengths differ, and the sample
/// is left out as upstream does.
LabeledIds label_rounds(const Tokenizer& tokenizer, const ConversationTemplate& conversation,
                        const std::vector<Message>& messages,
                        const std::optional<std::string>& system, bool has_image) {
    std::vector<Segments> contents;
    for (const Message& message : alternating(messages))
        contents.push_back(message_segments(message.value, has_image));
    Segments segments =
        render_messages(conversation, system.value_or(conversation.system), contents);
    if (system) segments = with_plain_system(std::move(segments), conversation.style, *system);
    const std::string text = to_string(segments);
    const std::string sep = conversation.style == Style::Llama2
                                ? "[/INST] "
                                : conversation.sep + conversation.assistant_role + ": ";
    LabeledIds sample = unmasked(tokenizer, segments);
    std::size_t length = 1;  // BOS
    ignore(sample, 0, length);
    for (const auto& [begin, end] : split(text, 0, text.size(), conversation.sep2)) {
        const auto parts = split(text, begin, end, sep);
        if (begin == end || parts.size() != 2) break;
        const std::size_t round = tokenizer.encode(slice(segments, begin, end)).size();
        const std::size_t instruction =
            tokenizer.encode(slice(segments, begin, parts[1].first)).size();
        // The counts include a BOS; the instruction's last piece is the space that belongs to the
        // answer's first word.
        ignore(sample, length, length + instruction - 2);
        length += round;
    }
    ignore(sample, length, sample.labels.size());
    sample.mismatch = length != sample.ids.size();
    if (sample.mismatch) ignore(sample, 0, sample.labels.size());
    return sample;
}

/// preprocess of the older layout: "### Role: text\n" for every message; the words after "###" of
/// the human are masked. The lengths count a BOS for every message, as upstream's do.
LabeledIds label_simple(const Tokenizer& tokenizer, const ConversationTemplate& conversation,
                        const std::vector<Message>& messages,
                        const std::optional<std::string>& system, bool has_image) {
    const auto as_segments = [&](const Message& message) {
        const std::string& role =
            is_human(message) ? conversation.user_role : conversation.assistant_role;
        Segments segments = {{Kind::Template, "### " + role + ": "}};
        append(segments, message_segments(message.value, has_image));
        segments.push_back({Kind::Template, "\n"});
        return segments;
    };
    Segments header = {{Kind::Template, system.value_or(conversation.system) + "\n\n"}};
    if (system) header = with_plain_system(std::move(header), conversation.style, *system);
    Segments all = header;
    for (const Message& message : messages) append(all, as_segments(message));
    all.push_back({Kind::Template, "### "});
    LabeledIds sample = unmasked(tokenizer, all);
    std::size_t at = tokenizer.encode(header).size();
    ignore(sample, 0, at);
    for (const Message& message : messages) {
        const std::size_t length = tokenizer.encode(as_segments(message)).size();
        if (is_human(message)) ignore(sample, at + 2, at + length);
        at += length;
    }
    return sample;
}

/// preprocess_plain: one placeholder and its caption.
LabeledIds label_plain(const Tokenizer& tokenizer, const ConversationTemplate& conversation,
                       const std::vector<Message>& messages) {
    if (messages.size() != 2) refuse("for the template plain must be one question and one caption");
    if (messages[0].value.find(kImage) == std::string::npos)
        refuse("for the template plain must have a picture in its first message");
    Segments segments = {{Kind::Media, ""}};
    append(segments, message_segments(messages[1].value, true));
    segments.push_back({Kind::Template, conversation.sep});
    LabeledIds sample = unmasked(tokenizer, segments);
    ignore(sample, 0, 2);  // BOS and the placeholder
    return sample;
}

}  // namespace

LabeledIds label_conversation(const Tokenizer& tokenizer,
                              const ConversationTemplate& conversation_template,
                              const std::vector<Message>& all_messages, bool has_image) {
    std::vector<Message> messages = all_messages;
    const std::optional<std::string> system = take_system(messages);
    LabeledIds sample;
    switch (conversation_template.style) {
        case Style::Two:
        case Style::Llama2:
            sample = label_rounds(tokenizer, conversation_template, messages, system, has_image);
            break;
        case Style::Single:
            sample = label_simple(tokenizer, conversation_template, messages, system, has_image);
            break;
        case Style::Plain:
            sample = label_plain(tokenizer, conversation_template, messages);
            break;
    }
    // A placeholder inside an answer is no word to learn.
    std::replace(sample.labels.begin(), sample.labels.end(), kImageToken, kIgnoreLabel);
    return sample;
}

std::vector<Message> expand_placeholders(std::vector<Message> messages, int num_frames) {
    const std::string frames = repeat(kImage, static_cast<std::size_t>(std::max(num_frames, 0)));
    const std::string image(kImage), video(kVideo);
    for (Message& message : messages) {
        std::string& value = message.value;
        if (value.find(image) != std::string::npos || value.find(video) != std::string::npos) {
            value = strip(replace_all(value, image + "\n", image));
            value = strip(replace_all(value, "\n" + image, image));
            value = move_trailing_run(value, image);
            value = move_trailing_run(value, video);
            value = limit_run(value, image);
        }
        value = replace_all(value, image, image + "\n");
        value = replace_all(value, video, frames + "\n");
        value = replace_all(value, "\n\n", "\n");  // blank lines go everywhere, as upstream's do
    }
    return messages;
}

}  // namespace univi::text
