#include "core/model/sampling.h"

#include <numeric>

#include "core/base/random.h"
#include "core/kernels/vector_ops.h"

namespace univi::model {
namespace {

std::uint64_t mix(std::uint64_t z) {
    return base::mix_bits(z + base::kRandomStep);
}

std::int32_t best_of(std::span<const float> scores) {
    return static_cast<std::int32_t>(std::max_element(scores.begin(), scores.end()) -
                                     scores.begin());
}

double log_probability_of(std::span<const float> logits, std::int32_t id) {
    return logits[id] - kernels::log_sum_of_exponentials(logits.data(), std::ssize(logits));
}

/// The `count` best ids, best first; of equal scores the lower id.
std::vector<std::int32_t> best_ids(const std::vector<float>& scores, std::size_t count) {
    std::vector<std::int32_t> ids(scores.size());
    std::iota(ids.begin(), ids.end(), 0);
    const auto better = [&](std::int32_t a, std::int32_t b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    };
    std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), ids.end(),
                      better);
    ids.resize(count);
    return ids;
}

}  // namespace

double uniform_draw(std::uint64_t seed, std::uint64_t step) {
    return static_cast<double>(mix(mix(seed) ^ step) >> 11) * 0x1.0p-53;
}

Sampler::Sampler(const base::SamplingOptions& options) : options_(options) {
    options.check();
}

std::vector<float> Sampler::penalized(std::span<const float> logits) const {
    std::vector<float> scores(logits.begin(), logits.end());
    const float penalty = static_cast<float>(options_.repetition_penalty);
    for (std::int32_t id : seen_)
        scores[id] = scores[id] < 0 ? scores[id] * penalty : scores[id] / penalty;
    return scores;
}

std::vector<std::pair<std::int32_t, double>> Sampler::candidates(
    std::span<const float> logits) const {
    const std::vector<float> scores = penalized(logits);
    const std::size_t kept =
        options_.top_k > 0 ? std::min<std::size_t>(options_.top_k, scores.size()) : scores.size();
    const std::vector<std::int32_t> ids = best_ids(scores, kept);
    std::vector<std::pair<std::int32_t, double>> result;
    double sum = 0;
    for (std::int32_t id : ids) {
        result.emplace_back(id, std::exp((static_cast<double>(scores[id]) - scores[ids[0]]) /
                                         options_.temperature));
        sum += result.back().second;
    }
    // The shortest head whose mass reaches top_p; always at least one token.
    double mass = 0;
    std::size_t head = 0;
    while (head < result.size() && (head == 0 || mass < options_.top_p * sum))
        mass += result[head++].second;
    if (options_.top_p < 1)
        result.resize(head);
    else
        mass = sum;
    for (auto& [id, probability] : result) probability /= mass;
    return result;
}

std::int32_t Sampler::choose(std::span<const float> logits, double* log_probability) {
    std::int32_t id = 0;
    if (options_.temperature == 0) {
        id = best_of(options_.repetition_penalty == 1 ? logits
                                                      : std::span<const float>(penalized(logits)));
    } else {
        const auto list = candidates(logits);
        double left = uniform_draw(options_.seed, draws_++);
        id = list.back().first;
        for (const auto& [candidate, probability] : list) {
            left -= probability;
            if (left < 0) {
                id = candidate;
                break;
            }
        }
    }
    seen_.insert(id);
    if (log_probability) *log_probability = log_probability_of(logits, id);
    return id;
}

}  // namespace univi::model
