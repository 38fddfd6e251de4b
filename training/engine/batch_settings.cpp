#include "training/engine/batch_settings.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace univi::training {

using base::Json;

namespace {

/// The saved position in samples; of an older checkpoint out of its batches.
SamplePosition samples_of(const SavedPlace& saved, const RankShare& now) {
    if (saved.samples) return *saved.samples;
    RankShare then = now;
    then.grid = {};
    then.batch_size = saved.made_with.batch_size;
    then.drop_last = saved.made_with.drop_last;
    if (then.batches_per_epoch() < 1) return {};
    return then.position(saved.batches);
}

/// Samples of a step by which the epoch at `at` is ordered.
std::int64_t group_of(const SavedPlace& saved, const SamplePosition& at) {
    if (at.in_epoch == 0) return 0;
    if (saved.grid.group > 0 && saved.grid.samples.epoch == at.epoch) return saved.grid.group;
    return saved.made_with.batch_size * saved.made_with.accumulation;
}

}  // namespace

BatchGrid fit_grid(const SavedPlace& saved, const RankShare& share, std::int64_t accumulation) {
    const BatchSettings& before = saved.made_with;
    const bool is_same = before.batch_size == share.batch_size &&
                         before.accumulation == accumulation &&
                         before.drop_last == share.drop_last &&
                         (before.num_samples == 0 || before.num_samples == share.num_samples);
    if (is_same) return saved.grid;
    SamplePosition at = samples_of(saved, share);
    const std::int64_t group = group_of(saved, at);
    if (at.in_epoch >= share.num_samples) at = {at.epoch + 1, 0};
    return {saved.step, saved.batches, at, group};
}

std::int64_t total_steps(const StepPlan& plan, const RankShare& share, std::int64_t accumulation,
                         double num_epochs, std::int64_t max_steps) {
    const BatchGrid& grid = share.grid;
    if (max_steps > 0 || grid.step == 0) return plan.total_steps;
    const auto steps_of = [&](std::int64_t batches) {
        return batches > 0 ? std::max<std::int64_t>(1, batches / accumulation) : 0;
    };
    const double begun =
        static_cast<double>(grid.samples.in_epoch) / static_cast<double>(share.num_samples);
    const double left = num_epochs - static_cast<double>(grid.samples.epoch);
    const auto whole = static_cast<double>(steps_of(share.batches_per_epoch()));
    constexpr double kRounding = 1e-9;
    if (left <= begun + kRounding) return grid.step;
    if (left < 1) return grid.step + std::llround(std::ceil((left - begun) * whole - kRounding));
    return grid.step + steps_of(share.batches_from(grid.samples.in_epoch)) +
           std::llround(std::ceil((left - 1) * whole - kRounding));
}

protocol::train::BatchChanges batch_changes(const BatchSettings& before, const BatchSettings& now) {
    protocol::train::BatchChanges changes;
    const auto compare = [&](const char* name, std::int64_t then, std::int64_t value) {
        if (then != value) changes[name] = {then, value};
    };
    compare("batch_size", before.batch_size, now.batch_size);
    compare("accumulation", before.accumulation, now.accumulation);
    compare("samples_a_step", before.batch_size * before.accumulation,
            now.batch_size * now.accumulation);
    if (before.ranks > 0) compare("ranks", before.ranks, now.ranks);
    if (before.num_samples > 0) compare("num_samples", before.num_samples, now.num_samples);
    return changes;
}

std::string describe_changes(const protocol::train::BatchChanges& changes) {
    constexpr std::pair<const char*, const char*> kWords[] = {
        {"batch_size", "samples a batch"},
        {"ranks", "ranks"},
        {"accumulation", "batches a step"},
        {"samples_a_step", "samples a step"},
        {"num_samples", "samples of the data"}};
    std::string text;
    for (const auto& [name, words] : kWords)
        if (const auto found = changes.find(name); found != changes.end())
            text += (text.empty() ? "" : ", ") + std::string(words) + " " +
                    std::to_string(found->second.before) + " → " +
                    std::to_string(found->second.now);
    return text;
}

}  // namespace univi::training
