#include "core/model/generation.h"

#include "core/base/error.h"
#include "core/base/trace.h"
#include "core/model/sampling.h"

namespace univi::model {
namespace {

/// Runs `embeds` through the model: fp32 CPU logits [V] of the last position. False when a
/// stop came first.
bool step(const LanguageModel& model, const at::Tensor& embeds, KeyValueCache& cache,
          bool with_attention, const base::StopToken& stop, at::Tensor& logits,
          at::Tensor& attention) {
    const base::TraceSpan span(
        embeds.size(0) == 1 ? "token" : "prefill",
        std::to_string(embeds.size(0)) + " positions behind " + std::to_string(cache.length()));
    try {
        const at::Tensor hidden =
            model.forward(embeds, cache, with_attention ? &attention : nullptr, stop);
        logits = model.logits(hidden.narrow(0, hidden.size(0) - 1, 1))
                     .squeeze(0)
                     .to(c10::kCPU)
                     .contiguous();
        if (with_attention) attention = attention.to(c10::kCPU);
        return true;
    } catch (const base::Error& error) {
        if (error.kind() == base::ErrorKind::Stopped) return false;
        throw;
    }
}

at::Tensor embed_one(const LanguageModel& model, std::int32_t id) {
    return model.embed(at::full({1}, static_cast<std::int64_t>(id), c10::kLong));
}

}  // namespace

Finish generate(const LanguageModel& model, const at::Tensor& prompt_embeds, KeyValueCache& cache,
                const base::SamplingOptions& options, bool with_attention,
                const std::function<bool(const GeneratedToken&)>& on_token,
                const base::StopToken& stop) {
    if (prompt_embeds.dim() != 2 || prompt_embeds.size(0) == 0)
        throw base::Error(base::ErrorKind::Internal,
                          "generation needs at least one prompt position");
    Sampler sampler(options);
    at::Tensor embeds = prompt_embeds, logits, attention;
    for (int count = 0; count < options.max_new_tokens; ++count) {
        if (count > 0 && cache.length() == cache.capacity()) return Finish::Length;
        if (stop.stop_requested() ||
            !step(model, embeds, cache, with_attention, stop, logits, attention))
            return Finish::Stopped;
        GeneratedToken token;
        token.id = sampler.choose(
            {logits.const_data_ptr<float>(), static_cast<std::size_t>(logits.numel())},
            &token.log_probability);
        if (token.id == model.config().eos_token_id) return Finish::Stop;
        if (with_attention) token.attention = attention;
        if (on_token(token)) return Finish::Stop;
        embeds = embed_one(model, token.id);
    }
    return Finish::Length;
}

}  // namespace univi::model
