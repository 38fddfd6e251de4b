#include "core/session/what_if.h"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/base/error.h"
#include "core/model/splice.h"
#include "core/model/visual_merger.h"
#include "core/session/conversation_parts.h"
#include "core/session/group_tables.h"
#include "core/session/loaded_model.h"
#include "core/session/medium_encoder.h"
#include "core/session/model_info.h"
#include "core/session/next_token.h"
#include "core/session/prompt_builder.h"
#include "core/session/prompt_cache.h"
#include "core/session/reply_decoder.h"

namespace univi::session {

using base::Error;
using base::ErrorKind;

namespace {

/// Keeps what the tower made of a medium, and how it was merged.
class FeatureProbe : public EncodingProbe {
  public:
    void on_features(const at::Tensor& /*pixel_values*/, const at::Tensor& features) override {
        batches_.push_back(features);
    }
    void on_encoding(const model::VisualEncoding& encoding) override {
        for (const model::SpatialStages& part : model::token_parts(encoding)) {
            auto& groups = parts_.emplace_back();
            for (std::size_t s = 0; s < groups.size(); ++s)
                groups[s] = part.merged[s].defined() ? static_cast<int>(part.merged[s].size(0)) : 0;
        }
    }
    at::Tensor features() const { return at::cat(batches_, 0); }  ///< [T,N,C]
    const std::vector<std::array<int, 3>>& parts() const { return parts_; }

  private:
    std::vector<at::Tensor> batches_;
    std::vector<std::array<int, 3>> parts_;
};

/// A medium merged in one way.
struct MergedMedium {
    MergeChange change;
    std::int64_t serial = 0;
    at::Tensor visual_tokens;  ///< [n,D]
    GroupLayout layout;
    protocol::TokenGroups groups;
};

void check(const MergeChange& change) {
    const auto require = [](bool fine, const char* sentence) {
        if (!fine) throw Error(ErrorKind::Usage, sentence);
    };
    constexpr double kMost = 4096;
    const auto is_rate = [](double rate) { return rate > 0 && rate <= kMost; };
    if (change.stages)
        for (const double rate : *change.stages)
            require(is_rate(rate), "A stage must have from 1 to 4096 groups, or a share up to 1.");
    if (change.temporal_rate)
        require(is_rate(*change.temporal_rate),
                "The temporal rate must be a share of the frames up to 1, or a number of events.");
    if (change.neighbors)
        require(*change.neighbors >= 1 && *change.neighbors <= kMost,
                "The number of neighbours (k) must be from 1 to 4096.");
}

model::MergeConfig merge_config(const model::ClusterConfig& own, const MergeChange& change) {
    model::MergeConfig config(own);
    if (change.stages) std::ranges::copy(*change.stages, config.spatial_rate);
    if (change.temporal_rate) config.temporal_rate = *change.temporal_rate;
    config.neighbors = change.neighbors;
    return config;
}

/// The change without what is as the model's configuration has it.
MergeChange reduced(MergeChange change, const model::ClusterConfig& own) {
    if (change.stages && std::ranges::equal(*change.stages, own.spatial_rate))
        change.stages.reset();
    if (change.temporal_rate == own.temporal_rate) change.temporal_rate.reset();
    return change;
}

double sum_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

struct WhatIf::Impl {
    ConversationParts parts;
    Question question;
    bool is_video = false;
    int placeholders = 1;
    at::Tensor features{};               ///< [T,N,C]
    std::vector<MergedMedium> merged{};  ///< the first as the model's configuration says
    std::vector<std::int32_t> answer{};
    std::vector<std::string> answer_texts{};
    VariantAnswer first{};  ///< as the medium is

    const model::LanguageModel& language() const { return parts.model.model->language(); }
    const model::ClusterConfig& own_config() const { return parts.model.model->config().cluster; }

    void encode(const Observer& observer, const base::StopToken& stop);
    const MergedMedium& medium(const MergeChange& change);
    MergedMedium merge(const MergeChange& change) const;
    VariantAnswer answer_to(const Variant& variant, bool reply, const Observer& observer,
                            const base::StopToken& stop);
    std::vector<std::vector<int>> choices(RankBy by);
    void score(VariantAnswer& out, const BuiltPrompt& prompt, const at::Tensor& embeds,
               const base::StopToken& stop);
    base::SamplingOptions sampling(const Variant& variant) const;
    protocol::DoneEvent decode(const BuiltPrompt& prompt, const at::Tensor& embeds,
                               const base::SamplingOptions& sampling, const Observer& observer,
                               const base::StopToken& stop);
};

void WhatIf::Impl::encode(const Observer& observer, const base::StopToken& stop) {
    const MediumKind kind = question.kinds.empty() ? MediumKind::Auto : question.kinds.front();
    const MediumRequest request{
        question.media.front(), kind, question.options.max_frames,
        question.clips.empty() ? base::ClipRange() : question.clips.front()};
    if (parts.info.sight != protocol::Sight::Pictures)
        throw Error(ErrorKind::Model, parts.info.sight_note);
    parts.prompts.check_text_length({}, question);
    EncodingObserver watching;
    watching.on_progress = observer.on_media_progress;
    if (observer.on_groups)
        watching.on_groups = [&](const auto& groups) { observer.on_groups(0, groups); };
    FeatureProbe probe;
    const auto encoded = parts.encoder.encode(request, watching, stop, &probe);
    is_video = encoded->groups.is_video;
    placeholders = encoded->placeholders;
    features = probe.features();
    merged = {
        {{}, encoded->serial, encoded->visual_tokens, {is_video, probe.parts()}, encoded->groups}};
}

MergedMedium WhatIf::Impl::merge(const MergeChange& change) const {
    model::VisualMerger merger(merge_config(own_config(), change));
    merger.add_frames(features);
    const model::VisualEncoding encoding = merger.finish();
    FeatureProbe probe;
    probe.on_encoding(encoding);
    return {change,
            next_medium_serial(),
            parts.model.model->project(encoding.tokens),
            {is_video, probe.parts()},
            regrouped(merged.front().groups, encoding)};
}

const MergedMedium& WhatIf::Impl::medium(const MergeChange& change) {
    check(change);
    const MergeChange wanted = reduced(change, own_config());
    const auto found = std::ranges::find(merged, wanted, &MergedMedium::change);
    if (found != merged.end()) return *found;
    if (!own_config().use_cluster)
        throw Error(
            ErrorKind::Usage,
            "This model merges no tokens (use_cluster is false): its stages cannot change.");
    if (wanted.temporal_rate && !is_video)
        throw Error(ErrorKind::Usage, "The temporal rate is for a video: a picture has no events.");
    merged.push_back(merge(wanted));
    return merged.back();
}

void WhatIf::Impl::score(VariantAnswer& out, const BuiltPrompt& prompt, const at::Tensor& embeds,
                         const base::StopToken& stop) {
    const auto room = static_cast<std::size_t>(parts.prompts.capacity()) - prompt.tags.size();
    if (answer.size() > room)
        throw Error(ErrorKind::Context,
                    "This variant's prompt leaves no room for the first answer: ask for fewer "
                    "groups, or for a shorter answer (max-new-tokens).");
    out.token_log_probabilities =
        reply_log_probabilities(language(), parts.cache, prompt.tags, embeds, answer, stop);
}

base::SamplingOptions WhatIf::Impl::sampling(const Variant& variant) const {
    protocol::GenerationOptions options = question.options;
    if (variant.seed) options.seed = *variant.seed;
    const base::SamplingOptions sampling = protocol::sampling_of(options, parts.info.generation);
    if (variant.seed && sampling.temperature == 0)
        throw Error(
            ErrorKind::Usage,
            "No seed changes this reply, which takes the likeliest word each time: ask with "
            "a temperature above 0.");
    return sampling;
}

protocol::DoneEvent WhatIf::Impl::decode(const BuiltPrompt& prompt, const at::Tensor& embeds,
                                         const base::SamplingOptions& sampling,
                                         const Observer& observer, const base::StopToken& stop) {
    ReplyDecoder::Options options;
    options.asked = ReplyDecoder::Clock::now();
    options.guessed_tokens = parts.guessed_tokens;
    options.sampling = sampling;
    const auto done = ReplyDecoder(language(), *parts.model.tokenizer, parts.cache, &parts.openings)
                          .decode(prompt, embeds, options, observer, stop);
    base::throw_if_stopped(stop, "asking what if");
    return done;
}

VariantAnswer WhatIf::Impl::answer_to(const Variant& variant, bool reply, const Observer& observer,
                                      const base::StopToken& stop) {
    const base::SamplingOptions chosen = sampling(variant);
    const MergedMedium& merged_so = medium(variant.merge);
    const std::int64_t tokens = merged_so.visual_tokens.size(0);
    if (static_cast<std::int64_t>(variant.left_out.size()) >= tokens)
        throw Error(ErrorKind::Usage, "Nothing is left of " + question.media.front() +
                                          ": leave at least one group in, or ask without it.");
    const BuiltPrompt prompt = parts.prompts.build(
        {}, question, {{placeholders, tokens, merged_so.serial, variant.left_out}});
    const at::Tensor embeds =
        model::splice(language(), prompt.ids, prompt.slots, {merged_so.visual_tokens});
    VariantAnswer out;
    out.prompt_tokens = static_cast<int>(prompt.tags.size());
    out.visual_tokens = prompt.visual_tokens;
    const bool is_first = answer.empty();
    if (is_first) {
        out.done = decode(prompt, embeds, chosen, observer, stop);
        answer = out.done.ids;
    }
    // The same prompt has the same figures, to the bit.
    if (!is_first && variant.left_out.empty() && merged_so.change == MergeChange())
        out.token_log_probabilities = first.token_log_probabilities;
    else
        score(out, prompt, embeds, stop);
    out.log_probability = sum_of(out.token_log_probabilities);
    if (!is_first && reply) out.done = decode(prompt, embeds, chosen, observer, stop);
    return out;
}

/// What a ranking leaves out at a time, in the order of the prompt.
std::vector<std::vector<int>> WhatIf::Impl::choices(RankBy by) {
    const GroupLayout& layout = medium({}).layout;
    std::vector<std::vector<int>> out;
    if (by == RankBy::Groups)
        for (int token = 0; token < layout.tokens(); ++token) out.push_back({token});
    else if (!layout.is_video)
        throw Error(ErrorKind::Usage, "A picture has no events: rank its groups.");
    else
        for (int event = 0; event < static_cast<int>(layout.parts.size()); ++event)
            out.push_back(layout.tokens_of(event));
    if (out.size() < 2)
        throw Error(ErrorKind::Usage, by == RankBy::Events
                                          ? "The video has one event, and nothing is left without "
                                            "it: rank its groups."
                                          : "There is one group, and nothing is left without it.");
    return out;
}

WhatIf::WhatIf(const ConversationParts& parts, Question question)
    : impl_(std::make_unique<Impl>(Impl{parts, std::move(question)})) {
    const Question& asked = impl_->question;
    if (asked.media.size() != 1)
        throw Error(ErrorKind::Usage, "One picture or video is asked about at a time.");
    protocol::sampling_of(asked.options, {}).check();
    for (const base::ClipRange& clip : asked.clips) clip.check();
    if (asked.options.max_frames < 1)
        throw Error(ErrorKind::Usage, "At least one frame of a video must be read (max-frames).");
}

WhatIf::~WhatIf() = default;

VariantAnswer WhatIf::first(const Observer& observer, const base::StopToken& stop) {
    const c10::InferenceMode inference;
    impl_->encode(observer, stop);
    impl_->answer.clear();
    impl_->answer_texts.clear();
    Observer watching = observer;
    watching.on_scores = [&](const TokenScores& scores) {
        impl_->answer_texts.push_back(scores.chosen.text);
        if (observer.on_scores) observer.on_scores(scores);
    };
    const VariantAnswer out = impl_->answer_to({}, true, watching, stop);
    if (out.done.ids.empty())
        throw Error(ErrorKind::Model,
                    "The model answers nothing to this question: ask something else.");
    impl_->first = out;
    return out;
}

GroupLayout WhatIf::layout(const MergeChange& change) {
    const c10::InferenceMode inference;
    return impl_->medium(change).layout;
}

const protocol::TokenGroups& WhatIf::groups(const MergeChange& change) {
    const c10::InferenceMode inference;
    return impl_->medium(change).groups;
}

void WhatIf::check_seed(std::optional<std::uint64_t> seed) const {
    impl_->sampling({{}, {}, seed});
}

VariantAnswer WhatIf::ask(const Variant& variant, bool reply, const base::StopToken& stop) {
    const c10::InferenceMode inference;
    return impl_->answer_to(variant, reply, {}, stop);
}

int WhatIf::count_to_rank(RankBy by) {
    return static_cast<int>(impl_->choices(by).size());
}

std::vector<RankedPart> WhatIf::rank(RankBy by, const std::function<void(int, int)>& progress,
                                     const base::StopToken& stop) {
    const c10::InferenceMode inference;
    const auto choices = impl_->choices(by);
    const int count = static_cast<int>(choices.size());
    std::vector<RankedPart> out;
    // From the end of the prompt to its begin: each leaves the longest prefix of the one before.
    for (int i = count - 1; i >= 0; --i) {
        base::throw_if_stopped(stop, "ranking groups");
        RankedPart part{choices[static_cast<std::size_t>(i)], {}, 0};
        part.answer = impl_->answer_to({{}, part.left_out}, false, {}, stop);
        part.fall = impl_->first.log_probability - part.answer.log_probability;
        out.push_back(std::move(part));
        if (progress) progress(count - i, count);
    }
    std::ranges::reverse(out);
    std::ranges::stable_sort(out, std::greater<>(), &RankedPart::fall);
    return out;
}

const std::vector<std::string>& WhatIf::answer_tokens() const {
    return impl_->answer_texts;
}

}  // namespace univi::session
