#include "core/session/prompt_builder.h"

#include <algorithm>

#include "core/base/error.h"

namespace univi::session {

static_assert(text::kImageToken == model::kPlaceholder);

namespace {

/// 2431 -> "2,431".
std::string with_commas(std::int64_t value) {
    const std::string digits = std::to_string(value);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
        out += digits[i];
    }
    return out;
}

/// One sentence with the numbers and what to drop. `needed` counts every position of the prompt,
/// `visual_tokens` those of its `media`.
base::Error context_error(std::int64_t needed, int capacity, std::size_t past_turns, int media,
                          int visual_tokens) {
    std::string remedy;
    if (past_turns > 0) remedy = "start a new conversation";
    if (media > 0) {
        remedy += remedy.empty() ? "remove " : " or remove ";
        remedy += "a picture or video (" + (media == 1 ? "" : std::string("about ")) +
                  with_commas(visual_tokens / media) + " tokens" + (media == 1 ? ")" : " each)");
    }
    remedy += std::string(remedy.empty() ? "" : ", or ") + "shorten the question";
    return {base::ErrorKind::Context, "The conversation needs " + with_commas(needed) +
                                          " tokens but the model holds " + with_commas(capacity) +
                                          ": " + remedy + "."};
}

std::vector<text::Turn> to_turns(const std::vector<protocol::PastTurn>& past,
                                 const Question& question, const std::vector<int>& placeholders) {
    std::vector<text::Turn> turns;
    std::size_t next = 0;
    const auto take = [&](std::size_t count) {
        std::vector<int> media;
        for (std::size_t i = 0; i < count; ++i) media.push_back(placeholders.at(next++));
        return media;
    };
    for (const auto& turn : past)
        turns.push_back({take(turn.media.size()), turn.question, turn.reply});
    turns.push_back({take(question.media.size()), question.text, std::nullopt});
    return turns;
}

/// Writes tags per position, and where each medium's tokens stand.
void tag_positions(BuiltPrompt& prompt, const std::vector<PromptMedium>& media) {
    prompt.positions.resize(media.size());
    for (std::size_t at = 0; at < prompt.slots.size(); ++at) {
        const model::Slot& slot = prompt.slots[at];
        if (slot.medium < 0) {
            prompt.tags.push_back(token_tag(prompt.ids[static_cast<std::size_t>(slot.index)]));
            continue;
        }
        const auto medium = static_cast<std::size_t>(slot.medium);
        prompt.tags.push_back(visual_tag(media.at(medium).serial, slot.index));
        prompt.positions[medium].push_back(static_cast<int>(at));
        ++prompt.visual_tokens;
    }
}

/// Takes the tokens that media are to go without out of the prompt.
void leave_out(std::vector<model::Slot>& slots, const std::vector<PromptMedium>& media) {
    std::erase_if(slots, [&](const model::Slot& slot) {
        return slot.medium >= 0 &&
               std::ranges::binary_search(media.at(static_cast<std::size_t>(slot.medium)).left_out,
                                          slot.index);
    });
}

}  // namespace

PromptBuilder::PromptBuilder(const text::Tokenizer& tokenizer, Options options)
    : tokenizer_(tokenizer), options_(std::move(options)) {}

const text::ConversationTemplate& PromptBuilder::template_of(const Question& question) const {
    const std::string& name = question.options.conv;
    return text::find_template(name.empty() || name == "default" ? options_.default_template
                                                                 : name);
}

text::Segments PromptBuilder::segments_of(const std::vector<protocol::PastTurn>& turns,
                                          const Question& question,
                                          const std::vector<int>& placeholders) const {
    text::Segments segments = text::render_prompt(
        template_of(question), to_turns(turns, question, placeholders), question.options.system);
    if (!question.reply_start.empty())
        segments.push_back({text::Segment::Kind::User, question.reply_start});
    return segments;
}

std::vector<std::int32_t> PromptBuilder::ids_of(const std::vector<protocol::PastTurn>& turns,
                                                const Question& question,
                                                const std::vector<int>& placeholders) const {
    return tokenizer_.encode(segments_of(turns, question, placeholders));
}

/// Pieces reach over the end of a segment, so the opening is what two first questions share.
int PromptBuilder::opening_of(text::Segments segments, const std::vector<std::int32_t>& ids) const {
    const auto asked = std::ranges::find_if(segments, [](const text::Segment& each) {
        return each.kind != text::Segment::Kind::Template;
    });
    segments.erase(asked, segments.end());
    segments.push_back({text::Segment::Kind::User, "a"});
    const auto other = tokenizer_.encode(segments);
    const auto end = std::ranges::mismatch(ids, other).in1;
    return static_cast<int>(std::find(ids.begin(), end, text::kImageToken) - ids.begin());
}

BuiltPrompt PromptBuilder::build(const std::vector<protocol::PastTurn>& turns,
                                 const Question& question,
                                 const std::vector<PromptMedium>& media) const {
    std::vector<int> placeholders;
    std::vector<model::MediumRows> rows;
    for (const PromptMedium& medium : media) {
        placeholders.push_back(medium.placeholders);
        rows.push_back({medium.placeholders, medium.tokens});
    }
    BuiltPrompt prompt;
    prompt.conversation_template = &template_of(question);
    text::Segments segments = segments_of(turns, question, placeholders);
    prompt.ids = tokenizer_.encode(segments);
    prompt.opening = opening_of(std::move(segments), prompt.ids);
    prompt.slots = model::place_tokens(prompt.ids, rows, options_.order).slots;
    leave_out(prompt.slots, media);
    tag_positions(prompt, media);
    const auto length = static_cast<std::int64_t>(prompt.slots.size());
    if (length >= capacity())
        throw context_error(length + 1, capacity(), turns.size(), static_cast<int>(media.size()),
                            prompt.visual_tokens);
    return prompt;
}

std::vector<std::int32_t> PromptBuilder::words(const std::vector<protocol::PastTurn>& turns,
                                               const Question& question) const {
    std::size_t media = question.media.size();
    for (const auto& turn : turns) media += turn.media.size();
    return ids_of(turns, question, std::vector<int>(media, 1));
}

std::int64_t PromptBuilder::count_words(const std::vector<protocol::PastTurn>& turns,
                                        const Question& question) const {
    const auto ids = words(turns, question);
    return std::ranges::count_if(ids, [](std::int32_t id) { return id >= 0; });
}

void PromptBuilder::check_text_length(const std::vector<protocol::PastTurn>& turns,
                                      const Question& question) const {
    const auto words = count_words(turns, question);
    // One position stays free for the reply's first token.
    if (words >= capacity()) throw context_error(words + 1, capacity(), turns.size(), 0, 0);
}

}  // namespace univi::session
