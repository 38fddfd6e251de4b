#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "core/base/error.h"
#include "core/model/generation.h"
#include "core/session/conversation_impl.h"
#include "core/session/group_tables.h"
#include "core/session/reply_text.h"

namespace univi::session {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

std::string finish_name(model::Finish finish) {
    switch (finish) {
        case model::Finish::Stop:
            return "stop";
        case model::Finish::Length:
            return "length";
        case model::Finish::Stopped:
            return "stopped";
    }
    return "stop";
}

model::SamplingOptions sampling_of(const protocol::GenerationOptions& asked,
                                   const protocol::GenerationDefaults& own, int room) {
    const protocol::GenerationOptions options = protocol::with_defaults(asked, own);
    model::SamplingOptions out;
    out.temperature = *options.temperature;
    out.top_p = *options.top_p;
    out.top_k = *options.top_k;
    out.repetition_penalty = *options.repetition_penalty;
    out.seed = options.seed;
    out.max_new_tokens = std::min(*options.max_new_tokens, room);
    return out;
}

/// One reply in the making: prefill, decode, report.
class Reply {
  public:
    Reply(Engine::Impl& engine, const BuiltPrompt& prompt, const Question& question,
          const Observer& observer, Clock::time_point start)
        : engine_(engine),
          prompt_(prompt),
          question_(question),
          observer_(observer),
          start_(start),
          text_(*engine.tokenizer, *prompt.conversation_template) {}

    protocol::DoneEvent run(const base::StopToken& stop) {
        PromptCache& cache = *engine_.prompt_cache;
        const int shared = cache.keep_shared_prefix(prompt_.tags);
        try {
            return decode(shared, stop);
        } catch (...) {
            cache.truncate(shared);
            throw;
        }
    }

  private:
    protocol::DoneEvent decode(int shared, const base::StopToken& stop) {
        const int length = static_cast<int>(prompt_.tags.size());
        if (observer_.on_prompt) observer_.on_prompt({length, prompt_.visual_tokens, shared});
        PromptCache& cache = *engine_.prompt_cache;
        const auto finish = model::generate(
            engine_.model->language(), prompt_.input.embeds.slice(0, shared), cache.cache(),
            sampling_of(question_.options, engine_.info.generation, cache.capacity() - length),
            engine_.options.with_attention,
            [this](const model::GeneratedToken& token) { return take(token); }, stop);
        std::vector<PositionTag> held = prompt_.tags;
        for (const auto id : ids_) held.push_back(token_tag(id));
        cache.set_held(std::move(held));
        if (!text_.stopped()) report_rest();
        return summary(finish);
    }

    bool take(const model::GeneratedToken& token) {
        last_token_ = Clock::now();
        if (ids_.empty()) first_token_ = last_token_;
        ids_.push_back(token.id);
        std::string piece = text_.push(token.id);
        if (observer_.on_token)
            observer_.on_token(
                {std::move(piece), token.id, token.log_probability, attention_of(token)});
        return text_.stopped();
    }

    std::vector<std::vector<float>> attention_of(const model::GeneratedToken& token) const {
        std::vector<std::vector<float>> out;
        if (!token.attention.defined()) return out;
        const std::vector<float> all = to_floats(token.attention);
        for (const auto& positions : prompt_.positions) {
            auto& row = out.emplace_back();
            for (const int at : positions) row.push_back(all.at(static_cast<std::size_t>(at)));
        }
        return out;
    }

    void report_rest() {
        std::string rest = text_.finish();
        if (!rest.empty() && observer_.on_token && !ids_.empty())
            observer_.on_token({std::move(rest), ids_.back(), 0, {}});
    }

    protocol::DoneEvent summary(model::Finish finish) const {
        protocol::DoneEvent done;
        done.reply = text_.text();
        done.ids = ids_;
        done.finish = finish_name(finish);
        done.prompt_tokens = static_cast<int>(prompt_.tags.size());
        done.visual_tokens = prompt_.visual_tokens;
        if (!ids_.empty()) done.first_token_s = seconds_between(start_, first_token_);
        const double decoding = seconds_between(first_token_, last_token_);
        if (ids_.size() > 1 && decoding > 0)
            done.decode_tokens_per_s = double(ids_.size() - 1) / decoding;
        return done;
    }

    Engine::Impl& engine_;
    const BuiltPrompt& prompt_;
    const Question& question_;
    const Observer& observer_;
    Clock::time_point start_, first_token_{}, last_token_{};
    ReplyText text_;
    std::vector<std::int32_t> ids_;
};

}  // namespace

void check_options(const protocol::GenerationOptions& asked) {
    const auto options = protocol::with_defaults(asked, {});  // a model's own are checked when read
    const auto require = [](bool fine, const char* sentence) {
        if (!fine) throw base::Error(base::ErrorKind::Usage, sentence);
    };
    require(*options.temperature >= 0, "The temperature must be 0 (greedy) or more.");
    require(*options.top_p > 0 && *options.top_p <= 1, "top-p must be above 0 and at most 1.");
    require(*options.top_k >= 0, "top-k must be 0 (off) or more.");
    require(*options.repetition_penalty > 0, "The repetition penalty must be above 0.");
    require(*options.max_new_tokens >= 1,
            "At least one new token must be allowed (max-new-tokens).");
    require(options.max_frames >= 1, "At least one frame of a video must be read (max-frames).");
}

std::shared_ptr<const EncodedMedium> Conversation::Impl::find_medium(const MediumRequest& request,
                                                                     const Observer& observer) {
    std::error_code error;
    // What was encoded stays usable after its file is gone.
    const bool gone = !std::filesystem::exists(request.path, error);
    const MediumKey key = gone ? MediumKey{} : medium_key(request, resolve_kind(request));
    const auto known = std::ranges::find_if(media, [&](const auto& medium) {
        return gone ? medium->groups.source == request.path : medium->key == key;
    });
    if (known == media.end()) return nullptr;
    media.splice(media.begin(), media, known);
    if (media.front()->groups.medium != request.index) {
        auto moved = std::make_shared<EncodedMedium>(*media.front());
        moved->groups.medium = request.index;
        if (observer.on_groups) observer.on_groups(moved->groups);
        media.front() = std::move(moved);
    }
    return media.front();
}

std::shared_ptr<const EncodedMedium> Conversation::Impl::medium(const MediumRequest& request,
                                                                const Observer& observer,
                                                                const base::StopToken& stop) {
    if (auto known = find_medium(request, observer)) return known;
    media.push_front(
        std::make_shared<EncodedMedium>(encode_medium(engine, request, observer, stop)));
    if (media.size() > kMostMedia) media.pop_back();
    return media.front();
}

std::vector<std::shared_ptr<const EncodedMedium>> Conversation::Impl::media_of(
    const Question& question, const Observer& observer, const base::StopToken& stop) {
    std::vector<std::shared_ptr<const EncodedMedium>> out;
    for (const auto& request : requests(question)) out.push_back(medium(request, observer, stop));
    return out;
}

Conversation::Conversation(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Conversation::~Conversation() = default;

int Conversation::turns() const {
    return static_cast<int>(impl_->turns.size());
}

void Conversation::set_history(const std::vector<protocol::PastTurn>& turns) {
    impl_->turns = turns;  // media and cache are found again by what they hold
}

protocol::TokenGroups Conversation::encode(const std::string& medium, int max_frames,
                                           const Observer& observer, const base::StopToken& stop,
                                           MediumKind kind) {
    const c10::InferenceMode inference;
    Question question;
    question.media = {medium};
    question.kinds = {kind};
    question.options.max_frames = max_frames;
    check_options(question.options);
    const auto encoded = impl_->medium(impl_->requests(question).back(), observer, stop);
    if (kind != MediumKind::Auto) impl_->kinds[medium] = kind;
    return encoded->groups;
}

protocol::DoneEvent Conversation::ask(const Question& question, const Observer& observer,
                                      const base::StopToken& stop) {
    const c10::InferenceMode inference;
    const auto start = Clock::now();
    check_options(question.options);
    impl_->check_text_length(question);
    protocol::DoneEvent done;
    try {
        const auto encoded = impl_->media_of(question, observer, stop);
        const BuiltPrompt prompt = impl_->build_prompt(question, encoded);
        done = Reply(impl_->engine, prompt, question, observer, start).run(stop);
    } catch (const base::Error& error) {
        if (error.kind() != base::ErrorKind::Stopped) throw;
        done = {};
        done.finish = "stopped";
    }
    if (done.finish == "stopped" && done.ids.empty()) return done;
    for (std::size_t i = 0; i < question.kinds.size() && i < question.media.size(); ++i)
        if (question.kinds[i] != MediumKind::Auto)
            impl_->kinds[question.media[i]] = question.kinds[i];
    impl_->turns.push_back({question.media, question.text, question.reply_start + done.reply});
    return done;
}

}  // namespace univi::session
