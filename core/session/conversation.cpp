#include "core/session/conversation.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "core/base/error.h"
#include "core/model/splice.h"
#include "core/session/conversation_parts.h"
#include "core/session/fitted_turns.h"
#include "core/session/loaded_model.h"
#include "core/session/media_shelf.h"
#include "core/session/medium_encoder.h"
#include "core/session/medium_store.h"
#include "core/session/model_info.h"
#include "core/session/next_token.h"
#include "core/session/phrase_search.h"
#include "core/session/prompt_builder.h"
#include "core/session/prompt_cache.h"
#include "core/session/prompt_preview.h"
#include "core/session/reply_attention.h"
#include "core/session/reply_decoder.h"
#include "core/session/tensor_dump.h"

namespace univi::session {

namespace {

using Media = std::vector<std::shared_ptr<const EncodedMedium>>;

/// A model without eyes answers before any file is opened.
base::Error blind_error(const ModelInfo& info, const std::string& medium) {
    std::string reason = info.sight_note;
    if (reason.starts_with("The ")) reason[0] = 't';
    return {base::ErrorKind::Model,
            std::filesystem::path(medium).filename().string() + " cannot be looked at: " + reason};
}

/// Throws Error{Usage} naming the first option outside its range.
void check_options(const protocol::GenerationOptions& options) {
    protocol::sampling_of(options, {}).check();  // a model's own are checked when read
    if (options.max_frames < 1)
        throw base::Error(base::ErrorKind::Usage,
                          "At least one frame of a video must be read (max-frames).");
}

void check_question(const Question& question) {
    check_options(question.options);
    for (const base::ClipRange& clip : question.clips) clip.check();
}

base::ClipRange clip_at(const std::vector<base::ClipRange>& clips, std::size_t place) {
    return place < clips.size() ? clips[place] : base::ClipRange();
}

/// The observer of the medium in place `medium` of a conversation.
EncodingObserver observer_of(const Observer& observer, int medium) {
    EncodingObserver out;
    out.on_progress = observer.on_media_progress;
    if (observer.on_groups)
        out.on_groups = [&observer, medium](const protocol::TokenGroups& groups) {
            observer.on_groups(medium, groups);
        };
    return out;
}

/// Frames that are shown are gone from the cache, and could be made again.
bool lost_frames(const EncodedMedium& medium) {
    std::error_code error;
    return std::filesystem::exists(medium.groups.source, error) &&
           std::ranges::any_of(medium.groups.frames, [&](const auto& frame) {
               return !std::filesystem::exists(frame.picture, error);
           });
}

/// A prompt as the language model takes it.
struct EmbeddedPrompt {
    BuiltPrompt prompt;
    at::Tensor embeds;  ///< [L,D]
};

}  // namespace

struct Conversation::Impl {
    ConversationParts parts;
    std::vector<protocol::PastTurn> turns{};
    int earlier_turns = 0;  ///< that are not among them
    /// what the caller said a file is, kept for later turns
    std::map<std::string, MediumKind> kinds{};
    MediaShelf shelf{};
    /// by the serial of a medium on the shelf: the place its groups were last reported for
    std::map<std::int64_t, int> places{};
    /// of the last reply: its text made into tokens again may be others
    std::string last_reply{};
    std::vector<std::int32_t> last_ids{};

    const model::LanguageModel& language() const { return parts.model.model->language(); }

    /// The media of all turns and of the question. Throws Error{Model} when there are some and the
    /// model sees none.
    std::vector<MediumRequest> requests(const Question& question) const {
        std::vector<MediumRequest> out;
        const auto add = [&](const std::string& path, MediumKind kind,
                             const base::ClipRange& clip) {
            const auto known = kinds.find(path);
            if (kind == MediumKind::Auto && known != kinds.end()) kind = known->second;
            out.push_back({path, kind, question.options.max_frames, clip});
        };
        for (const auto& turn : turns)
            for (std::size_t i = 0; i < turn.media.size(); ++i)
                add(turn.media[i], MediumKind::Auto, clip_at(turn.clips, i));
        for (std::size_t i = 0; i < question.media.size(); ++i)
            add(question.media[i], i < question.kinds.size() ? question.kinds[i] : MediumKind::Auto,
                clip_at(question.clips, i));
        if (!out.empty() && parts.info.sight != protocol::Sight::Pictures)
            throw blind_error(parts.info, out.back().path);
        return out;
    }

    /// The same, for a question whose text leaves room for media.
    std::vector<MediumRequest> fitting_requests(const Question& question) const {
        std::vector<MediumRequest> out = requests(question);
        const bool all = question.options.when_full == protocol::ContextPolicy::Refuse;
        parts.prompts.check_text_length(all ? turns : std::vector<protocol::PastTurn>(), question);
        return out;
    }

    /// What of the conversation stays in the prompt. `media_tokens`: of all media.
    FittedTurns fit(const Question& question, const std::vector<int>& media_tokens) const {
        const auto sampling = protocol::sampling_of(question.options, parts.info.generation);
        FittedTurns out =
            fit_turns(parts.prompts, turns, question, media_tokens, sampling.max_new_tokens);
        out.dropped_turns += earlier_turns;
        return out;
    }

    /// The medium in place `place` of the conversation, encoded now unless it is known. A known
    /// one's groups are reported again when its place is another than before.
    std::shared_ptr<const EncodedMedium> medium(const MediumRequest& request, int place,
                                                const Observer& observer,
                                                const base::StopToken& stop) {
        auto medium = shelf.find(request);
        if (!medium || lost_frames(*medium)) {
            medium = parts.store.encode(parts.encoder, request, observer_of(observer, place), stop);
        } else {
            const auto before = places.find(medium->serial);
            const bool is_news = before == places.end() || before->second != place;
            if (is_news && observer.on_groups) observer.on_groups(place, medium->groups);
        }
        shelf.use(medium);
        places[medium->serial] = place;
        std::erase_if(places, [&](const auto& entry) { return !shelf.holds(entry.first); });
        return medium;
    }

    /// A medium behind those of all turns, and its place.
    std::pair<std::shared_ptr<const EncodedMedium>, int> encode(const MediumRequest& wanted,
                                                                const Observer& observer,
                                                                const base::StopToken& stop) {
        Question question;
        question.media = {wanted.path};
        question.kinds = {wanted.kind};
        question.options.max_frames = wanted.max_frames;
        question.clips = {wanted.clip};
        check_question(question);
        auto all = requests(question);
        all.back().passing = wanted.passing;
        const int place = static_cast<int>(all.size()) - 1;
        return {medium(all.back(), place, observer, stop), place};
    }

    /// All media, null for those that the prompt goes without whatever the others take.
    Media media_of(const Question& question, const std::vector<MediumRequest>& requests,
                   const Observer& observer, const base::StopToken& stop) {
        const int first = fit(question, known_tokens(requests)).dropped_media;
        Media out(first);
        for (int place = first; place < static_cast<int>(requests.size()); ++place)
            out.push_back(medium(requests[place], place, observer, stop));
        return out;
    }

    /// `known`: the tokens of media that are null.
    EmbeddedPrompt embed(const Question& question, const Media& media,
                         std::vector<int> known) const {
        for (std::size_t i = 0; i < media.size(); ++i)
            if (media[i]) known.at(i) = static_cast<int>(media[i]->visual_tokens.size(0));
        const FittedTurns fitted = fit(question, known);
        std::vector<PromptMedium> described;
        std::vector<at::Tensor> tokens;
        for (std::size_t i = fitted.dropped_media; i < media.size(); ++i) {
            const EncodedMedium& medium = *media[i];
            described.push_back({medium.placeholders, medium.visual_tokens.size(0), medium.serial});
            tokens.push_back(medium.visual_tokens);
        }
        EmbeddedPrompt out{parts.prompts.build(fitted.turns, fitted.question, described), {}};
        out.embeds = model::splice(language(), out.prompt.ids, out.prompt.slots, tokens);
        out.prompt.dropped_turns = fitted.dropped_turns;
        out.prompt.dropped_media = fitted.dropped_media;
        out.prompt.positions.insert(out.prompt.positions.begin(), fitted.dropped_media, {});
        return out;
    }

    /// Checks, encodes and embeds a question.
    EmbeddedPrompt prepare(const Question& question, const Observer& observer,
                           const base::StopToken& stop) {
        const auto requests = fitting_requests(question);
        const auto known = known_tokens(requests);
        return embed(question, media_of(question, requests, observer, stop), known);
    }

    /// Visual tokens of a medium as far as they are known without reading it; -1: not yet.
    int known_tokens(const MediumRequest& request) const {
        const auto tokens = [](const EncodedMedium& medium) {
            return static_cast<int>(medium.visual_tokens.size(0));
        };
        try {
            const MediumKind kind = resolve_kind(request);
            if (const auto medium = shelf.find(medium_key(request, kind))) return tokens(*medium);
            return kind == MediumKind::Picture ? parts.info.visual_tokens : -1;
        } catch (const base::Error&) {
            // Its file is gone: what was encoded stays usable.
            const auto medium = shelf.find_source(request.path, request.clip);
            return medium ? tokens(*medium) : -1;
        }
    }
    std::vector<int> known_tokens(const std::vector<MediumRequest>& requests) const {
        std::vector<int> out;
        for (const auto& request : requests) out.push_back(known_tokens(request));
        return out;
    }

    void append(const Question& question, const std::string& reply) {
        for (std::size_t i = 0; i < question.kinds.size() && i < question.media.size(); ++i)
            if (question.kinds[i] != MediumKind::Auto) kinds[question.media[i]] = question.kinds[i];
        turns.push_back(
            {question.media, question.text, question.reply_start + reply, question.clips});
    }
};

Conversation::Conversation(const ConversationParts& parts)
    : impl_(std::make_unique<Impl>(Impl{parts})) {}
Conversation::~Conversation() = default;

int Conversation::turns() const {
    return static_cast<int>(impl_->turns.size());
}

void Conversation::set_history(const std::vector<protocol::PastTurn>& turns, int earlier_turns) {
    impl_->turns = turns;  // media and cache are found again by what they hold
    impl_->earlier_turns = earlier_turns;
}

void Conversation::name_kind(const std::string& medium, MediumKind kind) {
    impl_->kinds[medium] = kind;
}

protocol::TokenGroups Conversation::encode(const MediumRequest& medium, const Observer& observer,
                                           const base::StopToken& stop) {
    const c10::InferenceMode inference;
    const auto [encoded, place] = impl_->encode(medium, observer, stop);
    if (medium.kind != MediumKind::Auto) impl_->kinds[medium.path] = medium.kind;
    protocol::TokenGroups groups = encoded->groups;
    groups.medium = place;
    return groups;
}

protocol::FoundEvent Conversation::find(const protocol::FindRequest& request,
                                        const Observer& observer, const base::StopToken& stop) {
    const c10::InferenceMode inference;
    const auto ids = phrase_tokens(*impl_->parts.model.tokenizer, request.phrase);
    auto medium = impl_->shelf.find_source(request.medium, request.clip);
    if (!medium)
        medium = impl_
                     ->encode({request.medium, MediumKind::Auto, request.max_frames, request.clip},
                              observer, stop)
                     .first;
    return nearness_of(impl_->language(), medium->visual_tokens, ids);
}

protocol::DoneEvent Conversation::ask(const Question& question, const Observer& observer,
                                      const base::StopToken& stop) {
    const c10::InferenceMode inference;
    const ConversationParts& parts = impl_->parts;
    ReplyDecoder::Options options;
    options.asked = ReplyDecoder::Clock::now();
    options.with_attention = parts.with_attention;
    options.guessed_tokens = parts.guessed_tokens;
    options.alternatives = question.alternatives;
    check_question(question);
    options.sampling = protocol::sampling_of(question.options, parts.info.generation);
    const auto requests = impl_->fitting_requests(question);
    protocol::DoneEvent done;
    try {
        const auto known = impl_->known_tokens(requests);
        const auto [prompt, embeds] =
            impl_->embed(question, impl_->media_of(question, requests, observer, stop), known);
        done = ReplyDecoder(impl_->language(), *parts.model.tokenizer, parts.cache, &parts.openings)
                   .decode(prompt, embeds, options, observer, stop);
    } catch (const base::Error& error) {
        if (error.kind() != base::ErrorKind::Stopped) throw;
        done = {};
        done.finish = protocol::Finish::Stopped;
    }
    if (done.finish == protocol::Finish::Stopped && done.ids.empty()) return done;
    impl_->last_reply = done.reply;
    impl_->last_ids = done.ids;
    impl_->append(question, done.reply);
    return done;
}

protocol::AttentionEvent Conversation::look_again(const Question& question,
                                                  const std::string& reply,
                                                  const protocol::AttentionChoice& choice,
                                                  const Observer& observer,
                                                  const base::StopToken& stop) {
    const c10::InferenceMode inference;
    check_options(question.options);
    const auto& tokenizer = *impl_->parts.model.tokenizer;
    const auto ids = reply == impl_->last_reply ? impl_->last_ids
                                                : tokenizer.encode_text(reply, /*add_bos=*/false);
    const auto [prompt, embeds] = impl_->prepare(question, observer, stop);
    return reply_attention({impl_->language(), tokenizer, impl_->parts.cache},
                           {prompt, embeds, ids}, choice, observer, stop);
}

protocol::EstimateEvent Conversation::estimate(const Question& question) const {
    const auto requests = impl_->requests(question);
    protocol::EstimateEvent out;
    out.text_tokens = static_cast<int>(impl_->parts.prompts.count_words(impl_->turns, question));
    out.capacity = impl_->parts.prompts.capacity();
    out.media_tokens = impl_->known_tokens(requests);
    const FittedTurns fitted = impl_->fit(question, out.media_tokens);
    out.dropped_turns = fitted.dropped_turns;
    out.dropped_media = fitted.dropped_media;
    out.prompt_tokens = fitted.tokens;
    return out;
}

protocol::PreviewEvent Conversation::preview(const Question& question) const {
    const auto requests = impl_->requests(question);
    const auto known = impl_->known_tokens(requests);
    const FittedTurns fitted = impl_->fit(question, known);
    std::vector<PreviewMedium> media;
    for (std::size_t i = fitted.dropped_media; i < requests.size(); ++i)
        media.push_back({std::filesystem::path(requests[i].path).filename().string(), known[i]});
    auto out = preview_prompt(*impl_->parts.model.tokenizer,
                              impl_->parts.prompts.words(fitted.turns, fitted.question), media);
    out.capacity = impl_->parts.prompts.capacity();
    out.dropped_turns = fitted.dropped_turns;
    out.dropped_media = fitted.dropped_media;
    return out;
}

std::vector<float> Conversation::next_logits(const Question& question, const Observer& observer,
                                             const base::StopToken& stop) {
    const c10::InferenceMode inference;
    check_question(question);
    const auto [prompt, embeds] = impl_->prepare(question, observer, stop);
    return next_token_logits(impl_->language(), impl_->parts.cache, prompt.tags, embeds, stop);
}

std::vector<std::vector<float>> Conversation::next_logits_together(
    const std::vector<Question>& questions, const Observer& observer, const base::StopToken& stop) {
    const c10::InferenceMode inference;
    std::vector<at::Tensor> prompts;
    for (const Question& question : questions) {
        check_question(question);
        prompts.push_back(impl_->prepare(question, observer, stop).embeds);
    }
    base::throw_if_stopped(stop, "scoring questions together");
    return next_token_logits_together(impl_->language(), prompts);
}

void Conversation::dump(const DumpOptions& options, const Observer& observer,
                        const base::StopToken& stop) {
    const c10::InferenceMode inference;
    const auto requests = impl_->fitting_requests(options.question);
    const NoiseFiles noise(options.frame_noise, options.token_noise);
    TensorDump out;
    Media media;
    for (const auto& request : requests) {
        MediumDump probe(out, noise, media.size());
        const auto observing = observer_of(observer, static_cast<int>(media.size()));
        media.push_back(impl_->parts.encoder.encode(request, observing, stop, &probe));
        probe.add_visual_tokens(media.back()->visual_tokens);
    }
    const auto [prompt, embeds] =
        impl_->embed(options.question, media, std::vector<int>(media.size()));
    const auto& language = impl_->language();
    const auto length = static_cast<int>(prompt.tags.size());
    model::KeyValueCache cache(language.config(), length, language.placement());
    const at::Tensor hidden = language.forward(embeds, cache, nullptr, stop);  // [L,D]
    out.add("input_ids", at::tensor(prompt.ids, at::kInt));
    out.add("inputs_embeds", embeds);
    out.add("logits_last", language.logits(hidden[length - 1]));
    if (options.all_logits) out.add("logits_all", language.logits(hidden));
    out.write(options.out);
}

}  // namespace univi::session
