#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/session/conversation_impl.h"

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

/// One sentence with the numbers and what to drop. `needed` counts every position of the prompt.
base::Error context_error(std::int64_t needed, int capacity, const BuiltPrompt& prompt) {
    std::string remedy;
    if (prompt.num_turns > 1) remedy = "start a new conversation";
    if (prompt.num_media > 0) {
        const auto each = prompt.visual_tokens / static_cast<int>(prompt.num_media);
        remedy += remedy.empty() ? "remove " : " or ";
        remedy += "a picture or video (" + (prompt.num_media == 1 ? "" : std::string("about ")) +
                  with_commas(each) + " tokens" + (prompt.num_media == 1 ? ")" : " each)");
    }
    remedy += std::string(remedy.empty() ? "" : ", or ") + "shorten the question";
    return {base::ErrorKind::Context, "The conversation needs " + with_commas(needed) +
                                          " tokens but the model holds " + with_commas(capacity) +
                                          ": " + remedy + "."};
}

/// A model without eyes answers before any file is opened.
base::Error blind_error(const ModelInfo& info, const std::string& medium) {
    std::string reason = info.sight_note;
    if (reason.starts_with("The ")) reason[0] = 't';
    return {base::ErrorKind::Model,
            std::filesystem::path(medium).filename().string() + " cannot be looked at: " + reason};
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

/// The prompt of a question, with the words its reply begins with.
text::Segments segments_of(const text::ConversationTemplate& conversation_template,
                           const std::vector<text::Turn>& turns, const Question& question) {
    text::Segments segments =
        text::render_prompt(conversation_template, turns, question.options.system);
    if (!question.reply_start.empty())
        segments.push_back({text::Segment::Kind::User, question.reply_start});
    return segments;
}

/// Tags per position, and where each medium's tokens stand.
void tag_positions(BuiltPrompt& prompt,
                   const std::vector<std::shared_ptr<const EncodedMedium>>& encoded) {
    prompt.positions.resize(encoded.size());
    for (std::size_t at = 0; at < prompt.input.origin.size(); ++at) {
        const std::int32_t origin = prompt.input.origin[at];
        if (origin >= 0) {
            prompt.tags.push_back(token_tag(origin));
            continue;
        }
        const auto medium = static_cast<std::size_t>(-1 - origin);
        auto& positions = prompt.positions.at(medium);
        prompt.tags.push_back(
            visual_tag(encoded[medium]->serial, static_cast<int>(positions.size())));
        positions.push_back(static_cast<int>(at));
        ++prompt.visual_tokens;
    }
}

}  // namespace

const text::ConversationTemplate& template_of(const Engine::Impl& engine,
                                              const Question& question) {
    const std::string& name = question.options.conv;
    return text::find_template(name.empty() || name == "default" ? engine.info.default_template
                                                                 : name);
}

std::vector<MediumRequest> Conversation::Impl::requests(const Question& question) const {
    std::vector<MediumRequest> out;
    const auto add = [&](const std::string& path, MediumKind kind) {
        const auto known = kinds.find(path);
        if (kind == MediumKind::Auto && known != kinds.end()) kind = known->second;
        out.push_back({path, kind, question.options.max_frames, static_cast<int>(out.size())});
    };
    for (const auto& turn : turns)
        for (const auto& path : turn.media) add(path, MediumKind::Auto);
    for (std::size_t i = 0; i < question.media.size(); ++i)
        add(question.media[i], i < question.kinds.size() ? question.kinds[i] : MediumKind::Auto);
    if (!out.empty() && engine.info.sight != protocol::Sight::Pictures)
        throw blind_error(engine.info, out.back().path);
    return out;
}

std::int64_t Conversation::Impl::count_words(const Question& question) const {
    const auto wanted = requests(question);
    const auto segments =
        segments_of(template_of(engine, question),
                    to_turns(turns, question, std::vector<int>(wanted.size(), 1)), question);
    const auto ids = engine.tokenizer->encode(segments);
    return std::ranges::count_if(ids, [](std::int32_t id) { return id >= 0; });
}

void Conversation::Impl::check_text_length(const Question& question) const {
    BuiltPrompt prompt;
    prompt.num_turns = turns.size() + 1;
    const auto words = count_words(question);
    // One position stays free for the reply's first token.
    if (words >= engine.prompt_cache->capacity())
        throw context_error(words + 1, engine.prompt_cache->capacity(), prompt);
}

int Conversation::Impl::known_tokens(const MediumRequest& request) const {
    try {
        const MediumKind kind = resolve_kind(request);
        const MediumKey key = medium_key(request, kind);
        for (const auto& medium : media)
            if (medium->key == key) return static_cast<int>(medium->visual_tokens.size(0));
        return kind == MediumKind::Picture ? engine.info.visual_tokens : -1;
    } catch (const base::Error&) {
        // Its file is gone: what was encoded stays usable.
        for (const auto& medium : media)
            if (medium->groups.source == request.path)
                return static_cast<int>(medium->visual_tokens.size(0));
        return -1;
    }
}

protocol::EstimateEvent Conversation::estimate(const Question& question) const {
    protocol::EstimateEvent out;
    out.text_tokens = static_cast<int>(impl_->count_words(question));
    out.capacity = impl_->engine.prompt_cache->capacity();
    for (const auto& request : impl_->requests(question))
        out.media_tokens.push_back(impl_->known_tokens(request));
    return out;
}

BuiltPrompt Conversation::Impl::build_prompt(
    const Question& question,
    const std::vector<std::shared_ptr<const EncodedMedium>>& encoded) const {
    BuiltPrompt prompt;
    prompt.conversation_template = &template_of(engine, question);
    prompt.num_turns = turns.size() + 1;
    prompt.num_media = encoded.size();
    std::vector<int> placeholders;
    std::vector<model::MediaTokens> tokens;
    for (const auto& medium : encoded) {
        placeholders.push_back(medium->placeholders);
        tokens.push_back({medium->placeholders, medium->visual_tokens});
    }
    const auto segments = segments_of(*prompt.conversation_template,
                                      to_turns(turns, question, placeholders), question);
    prompt.ids = engine.tokenizer->encode(segments);
    prompt.input = model::splice(engine.model->language(), prompt.ids, tokens, engine.visual_order);
    tag_positions(prompt, encoded);
    const auto length = static_cast<std::int64_t>(prompt.tags.size());
    if (length >= engine.prompt_cache->capacity())
        throw context_error(length + 1, engine.prompt_cache->capacity(), prompt);
    return prompt;
}

}  // namespace univi::session
