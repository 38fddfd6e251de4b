#include "core/model/generation.h"

#include <optional>

#include "core/base/error.h"
#include "core/base/trace.h"
#include "core/model/prompt_lookup.h"
#include "core/model/sampling.h"

namespace univi::model {
namespace {

using Ids = std::vector<std::int32_t>;

/// The ids are made where they are used: a copy from the host would wait for the device.
at::Tensor embed_all(const LanguageModel& model, const Ids& ids) {
    const c10::Device device = model.placement().device;
    if (device.is_cpu())
        return model.embed(at::tensor(at::ArrayRef<std::int32_t>(ids), c10::kLong));
    const auto options = at::device(device).dtype(c10::kLong);
    at::Tensor there = at::empty({static_cast<std::int64_t>(ids.size())}, options);
    for (std::size_t i = 0; i < ids.size(); ++i)
        there.select(0, static_cast<std::int64_t>(i)).fill_(static_cast<std::int64_t>(ids[i]));
    return model.embed(there);
}

/// One reply in the making.
class Decoding {
  public:
    Decoding(const LanguageModel& model, const Generation& generation, KeyValueCache& cache,
             const std::function<bool(const GeneratedToken&)>& on_token,
             const base::StopToken& stop)
        : model_(model),
          generation_(generation),
          cache_(cache),
          on_token_(on_token),
          stop_(stop),
          sampler_(generation.options),
          lookup_(generation.context,
                  std::min(generation.guessed_tokens, model.most_guesses() - 1)) {}

    Finish run() {
        if (generation_.options.max_new_tokens < 1) return Finish::Length;
        if (!step(generation_.prompt_embeds, false)) return Finish::Stopped;
        std::optional<Finish> finish = take_tokens(cache_.length() - 1, {});
        while (!finish) {
            if (cache_.length() == cache_.capacity()) return Finish::Length;
            const int begin = cache_.length();
            const Ids guesses = guesses_that_fit();
            Ids fed{last_};
            fed.insert(fed.end(), guesses.begin(), guesses.end());
            if (!step(embed_all(model_, fed), true)) return Finish::Stopped;
            finish = take_tokens(begin, guesses);
        }
        return *finish;
    }

  private:
    Ids guesses_that_fit() {
        Ids guesses = lookup_.guess();
        const int room = std::min(cache_.capacity() - cache_.length(),
                                  generation_.options.max_new_tokens - count_);
        if (static_cast<int>(guesses.size()) >= room) guesses.resize(std::max(0, room - 1));
        return guesses;
    }

    /// Runs `embeds` through the model: logits and attention of its last position, or of each.
    /// False when a stop came first.
    bool step(const at::Tensor& embeds, bool each) {
        if (stop_.stop_requested()) return false;
        const base::TraceSpan span(each ? "token" : "prefill", std::to_string(embeds.size(0)) +
                                                                   " positions behind " +
                                                                   std::to_string(cache_.length()));
        at::Tensor* attention = generation_.with_attention ? &attention_ : nullptr;
        try {
            at::Tensor hidden = each ? model_.forward_each(embeds, cache_, attention, stop_)
                                     : model_.forward(embeds, cache_, attention, stop_);
            if (!each) hidden = hidden.narrow(0, hidden.size(0) - 1, 1);
            bring_to_host(model_.logits(hidden));
            return true;
        } catch (const base::Error& error) {
            if (error.kind() == base::ErrorKind::Stopped) return false;
            throw;
        }
    }

    /// In one copy, which is the step's one wait for the device.
    void bring_to_host(const at::Tensor& logits) {
        const std::int64_t rows = logits.size(0);
        if (!generation_.with_attention) {
            logits_ = logits.to(c10::kCPU).contiguous();
            return;
        }
        const at::Tensor attention = attention_.to(logits.device()).view({rows, -1});
        const at::Tensor both =
            logits.is_cpu() ? at::Tensor() : at::cat({logits, attention}, 1).to(c10::kCPU);
        const std::int64_t vocab = logits.size(1);
        logits_ = both.defined() ? both.narrow(1, 0, vocab).contiguous() : logits.contiguous();
        attention_ = both.defined() ? both.narrow(1, vocab, attention.size(1)) : attention;
    }

    /// Chooses the token that follows the position at `begin`, and those that follow the guesses
    /// behind it as far as these came true. The cache keeps what was fed and chosen.
    std::optional<Finish> take_tokens(int begin, const Ids& guesses) {
        std::optional<Finish> finish;
        std::size_t row = 0;
        for (;; ++row) {
            finish = take_token(static_cast<std::int64_t>(row), begin + static_cast<int>(row) + 1);
            if (finish || row == guesses.size() || guesses[row] != last_) break;
            if (stop_.stop_requested()) finish = Finish::Stopped;
            if (finish) break;
        }
        cache_.truncate(begin + static_cast<int>(row) + 1);
        if (!guesses.empty()) lookup_.learn(row);
        return finish;
    }

    std::optional<Finish> take_token(std::int64_t row, int length) {
        const at::Tensor logits = logits_.select(0, row);
        GeneratedToken token;
        token.logits = {logits.const_data_ptr<float>(), static_cast<std::size_t>(logits.numel())};
        token.id = sampler_.choose(token.logits, &token.log_probability);
        if (token.id == model_.config().eos_token_id) return Finish::Stop;
        if (generation_.with_attention)
            token.attention = attention_.select(0, row).narrow(0, 0, length);
        last_ = token.id;
        lookup_.push(token.id);
        ++count_;
        if (on_token_(token)) return Finish::Stop;
        if (count_ == generation_.options.max_new_tokens) return Finish::Length;
        return std::nullopt;
    }

    const LanguageModel& model_;
    const Generation& generation_;
    KeyValueCache& cache_;
    const std::function<bool(const GeneratedToken&)>& on_token_;
    const base::StopToken& stop_;
    Sampler sampler_;
    PromptLookup lookup_;
    at::Tensor logits_, attention_;  ///< [n,V], [n,length] of the last step, fp32 on the CPU
    std::int32_t last_ = 0;
    int count_ = 0;
};

}  // namespace

Finish generate(const LanguageModel& model, const Generation& generation, KeyValueCache& cache,
                const std::function<bool(const GeneratedToken&)>& on_token,
                const base::StopToken& stop) {
    if (generation.prompt_embeds.dim() != 2 || generation.prompt_embeds.size(0) == 0)
        throw base::Error(base::ErrorKind::Internal,
                          "generation needs at least one prompt position");
    return Decoding(model, generation, cache, on_token, stop).run();
}

}  // namespace univi::model
