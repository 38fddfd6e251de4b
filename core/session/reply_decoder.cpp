#include "core/session/reply_decoder.h"

#include <algorithm>

#include "core/session/group_tables.h"
#include "core/session/reply_attention.h"
#include "core/session/reply_text.h"
#include "core/session/token_scores.h"

namespace univi::session {

namespace {

using Clock = ReplyDecoder::Clock;

double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

protocol::Finish finish_of(model::Finish finish) {
    switch (finish) {
        case model::Finish::Length:
            return protocol::Finish::Length;
        case model::Finish::Stopped:
            return protocol::Finish::Stopped;
        case model::Finish::Stop:
            break;
    }
    return protocol::Finish::Stop;
}

/// The token of every position, negative for visual ones.
std::vector<std::int32_t> words_of(const std::vector<PositionTag>& tags) {
    std::vector<std::int32_t> words;
    words.reserve(tags.size());
    for (const PositionTag tag : tags)
        words.push_back(tag < 0 ? -1 : static_cast<std::int32_t>(tag));
    return words;
}

/// One reply in the making.
class Reply {
  public:
    Reply(const text::Tokenizer& tokenizer, const BuiltPrompt& prompt, const Observer& observer,
          const ReplyDecoder::Options& options)
        : tokenizer_(tokenizer),
          prompt_(prompt),
          observer_(observer),
          alternatives_(options.alternatives),
          asked_(options.asked),
          text_(tokenizer, *prompt.conversation_template) {}

    /// True when the token ended the reply.
    bool take(const model::GeneratedToken& token) {
        last_token_ = Clock::now();
        if (ids_.empty()) first_token_ = last_token_;
        ids_.push_back(token.id);
        if (observer_.on_scores)
            observer_.on_scores(token_scores(tokenizer_, token, alternatives_));
        std::string piece = text_.push(token.id);
        if (observer_.on_token)
            observer_.on_token(
                {std::move(piece), token.id, token.log_probability, attention_of(token)});
        return text_.stopped();
    }

    protocol::DoneEvent finish(model::Finish finish) {
        if (!text_.stopped()) report_rest();
        protocol::DoneEvent done;
        done.reply = text_.text();
        done.ids = ids_;
        done.finish = finish_of(finish);
        done.prompt_tokens = static_cast<int>(prompt_.tags.size());
        done.visual_tokens = prompt_.visual_tokens;
        done.dropped_turns = prompt_.dropped_turns;
        done.dropped_media = prompt_.dropped_media;
        if (!ids_.empty()) done.first_token_s = seconds_between(asked_, first_token_);
        const double decoding = seconds_between(first_token_, last_token_);
        if (ids_.size() > 1 && decoding > 0)
            done.decode_tokens_per_s = double(ids_.size() - 1) / decoding;
        return done;
    }

    const std::vector<std::int32_t>& ids() const { return ids_; }

  private:
    std::vector<std::vector<float>> attention_of(const model::GeneratedToken& token) const {
        if (!token.attention.defined()) return {};
        return visual_shares(prompt_, to_floats(token.attention));
    }

    void report_rest() {
        std::string rest = text_.finish();
        if (!rest.empty() && observer_.on_token && !ids_.empty())
            observer_.on_token({std::move(rest), ids_.back(), 0, {}});
    }

    const text::Tokenizer& tokenizer_;
    const BuiltPrompt& prompt_;
    const Observer& observer_;
    int alternatives_;
    Clock::time_point asked_, first_token_{}, last_token_{};
    ReplyText text_;
    std::vector<std::int32_t> ids_;
};

}  // namespace

protocol::DoneEvent ReplyDecoder::decode(const BuiltPrompt& prompt, const at::Tensor& embeds,
                                         const Options& options, const Observer& observer,
                                         const base::StopToken& stop) const {
    const int shared = cache_.keep_shared_prefix(prompt.tags);
    try {
        const int length = static_cast<int>(prompt.tags.size());
        const int held_before =
            openings_ ? openings_->fill(prompt, embeds, shared, cache_.cache(), stop) : shared;
        if (observer.on_prompt)
            observer.on_prompt({length, prompt.visual_tokens, held_before, prompt.dropped_turns,
                                prompt.dropped_media});
        base::SamplingOptions sampling = options.sampling;
        sampling.max_new_tokens = std::min(sampling.max_new_tokens, cache_.capacity() - length);
        const std::vector<std::int32_t> context = words_of(prompt.tags);
        Reply reply(tokenizer_, prompt, observer, options);
        const auto finish = model::generate(
            language_,
            {embeds.slice(0, held_before), sampling, options.with_attention, context,
             options.guessed_tokens},
            cache_.cache(), [&](const model::GeneratedToken& token) { return reply.take(token); },
            stop);
        std::vector<PositionTag> held = prompt.tags;
        for (const auto id : reply.ids()) held.push_back(token_tag(id));
        cache_.set_contents(std::move(held));
        return reply.finish(finish);
    } catch (...) {
        cache_.truncate(shared);
        throw;
    }
}

}  // namespace univi::session
