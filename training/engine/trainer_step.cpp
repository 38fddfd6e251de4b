// One optimiser step: batches forward and backward, what the ranks have to tell each other, the
// update, the report.

#include "core/base/log.h"
#include "core/base/resident_memory.h"
#include "training/engine/trainer_run.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

namespace {

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

/// transformers 4.31: every `accumulation` batches, counted on across epochs; an epoch with fewer
/// batches is one step. Batches of another size than a checkpoint's count from there.
bool Trainer::Run::ends_step(std::int64_t batches_done) const {
    const std::int64_t accumulation = options.gradient_accumulation_steps;
    if ((batches_done - share.grid.batch) % accumulation == 0) return true;
    const RankShare::Place last = share.place(batches_done - 1);
    return last.count <= accumulation && last.index + 1 == last.count;
}

/// Ranks that get samples of a batch; fewer than all in the last, incomplete one of an epoch.
std::int64_t Trainer::Run::ranks_in_batch(std::int64_t batch) const {
    RankShare each = share;
    std::int64_t result = 0;
    for (each.rank = 0; each.rank < each.ranks; ++each.rank) result += each.part(batch).size() > 0;
    return result;
}

/// Gradients of one step's batches: the mean over batches of the mean over ranks of each rank's
/// mean, as the reference has it. False when stopped between two batches (one process only: several
/// agree on a stop after a whole step).
bool Trainer::Run::accumulate(Counts& counts) {
    do {
        if (team->is_alone() && stop.stop_requested()) return false;
        const std::int64_t parts =
            options.gradient_accumulation_steps * ranks_in_batch(batches_taken);
        learn_batch(counts, 1.0 / static_cast<double>(parts), ends_step(batches_taken + 1));
    } while (!ends_step(batches_taken));
    return true;
}

/// Sums over the ranks; stop and save are wishes of any one.
void Trainer::Run::share_counts(Counts& counts) {
    counts.wants_stop = stop.stop_requested();
    counts.wants_save = hooks.save_wanted && hooks.save_wanted();
    counts.bad_ranks.assign(static_cast<std::size_t>(team->size()), 0);
    counts.bad_ranks[static_cast<std::size_t>(team->rank())] = counts.bad_items.empty() ? 0 : 1;
    counts.is_out_of_memory = !counts.memory_problem.empty();
    if (team->is_alone()) return;
    std::vector<double> sums = {counts.loss,
                                static_cast<double>(counts.samples),
                                static_cast<double>(counts.tokens),
                                counts.wants_stop ? 1.0 : 0.0,
                                counts.wants_save ? 1.0 : 0.0,
                                counts.is_out_of_memory ? 1.0 : 0.0,
                                static_cast<double>(counts.targets)};
    sums.insert(sums.end(), counts.bad_ranks.begin(), counts.bad_ranks.end());
    team->sum(sums);
    counts.loss = sums[0];
    counts.samples = static_cast<std::int64_t>(sums[1]);
    counts.tokens = static_cast<std::int64_t>(sums[2]);
    counts.wants_stop = sums[3] > 0;
    counts.wants_save = sums[4] > 0;
    counts.is_out_of_memory = sums[5] > 0;
    counts.targets = static_cast<std::int64_t>(sums[6]);
    counts.bad_ranks.assign(sums.begin() + 7, sums.end());
}

std::vector<std::string> Trainer::Run::describe_each(const std::vector<std::int64_t>& items) const {
    std::vector<std::string> names;
    for (const std::int64_t item : items) {
        const auto index = static_cast<std::size_t>(item);
        try {
            names.push_back(dataset->describe(dataset->item(index)));
        } catch (const Error&) {
            names.push_back(dataset->describe(index));
        }
    }
    return names;
}

std::string Trainer::Run::describe_items(std::vector<std::int64_t> items) const {
    constexpr std::size_t kNamed = 8;
    const std::size_t more = items.size() > kNamed ? items.size() - kNamed : 0;
    items.resize(items.size() - more);
    std::string text;
    for (const std::string& name : describe_each(items)) text += (text.empty() ? "" : "; ") + name;
    return more > 0 ? text + "; and " + std::to_string(more) + " more" : text;
}

/// What is not a number, at which step and with which samples. Every rank calls it.
std::string Trainer::Run::bad_step_sentence(const Counts& counts) {
    const bool is_loss = std::any_of(counts.bad_ranks.begin(), counts.bad_ranks.end(),
                                     [](double bad) { return bad > 0; });
    const std::vector<std::int64_t>& named = is_loss ? counts.bad_items : counts.items;
    const std::string items =
        team->first_problem(named.empty() ? std::string() : describe_items(named));
    return std::string(is_loss ? "The loss" : "The gradient") + " is no longer a number at step " +
           std::to_string(position.step + 1) + ", with the samples " + items;
}

/// fp16: whether the step is to be left out because the scaled gradients left the type's range.
/// Every rank comes to the same.
bool Trainer::Run::is_overflow(const Counts& counts, double norm) {
    if (!scale) return false;
    const bool is_finite = std::isfinite(counts.loss) && std::isfinite(norm);
    if (!is_finite && !scale->can_shrink()) return false;  // no fault of the scale
    const double before = scale->value();
    scale->update(!is_finite);
    if (is_finite) return false;
    event(protocol::train::OverflowEvent{position.step + 1, before, scale->value()});
    optimizer->zero_grad();
    return true;
}

/// False for a step that is left out (--on_nan skip). Throws Error{Internal} when such a step
/// ends the run.
bool Trainer::Run::is_finite_step(const Counts& counts, double norm) {
    if (std::isfinite(counts.loss) && std::isfinite(norm)) return true;
    const std::string sentence = bad_step_sentence(counts);
    if (options.on_nan != "skip")
        throw protocol::FaultError(
            ErrorKind::Internal, protocol::Fault::NotANumber,
            sentence +
                ": lower --learning_rate or look at these samples, and start again from "
                "the newest checkpoint (--on_nan skip leaves such steps out).",
            describe_each(counts.bad_items));
    if (team->is_first()) warn(sentence + ": the step is left out.", protocol::Fault::NotANumber);
    optimizer->zero_grad();
    return false;
}

/// One optimiser step; false when a stop came first.
bool Trainer::Run::do_step() {
    const Clock::time_point begin = Clock::now();
    Counts counts;
    for (save_agreed = false;;) {
        if (!accumulate(counts)) return false;
        share_counts(counts);
        save_agreed = save_agreed || counts.wants_save;
        if (!counts.is_out_of_memory) break;
        halve_micro_batch(counts);
        counts = {};
    }
    if (scale) optimizer->set_loss_scale(scale->value());
    const double norm = optimizer->clip_gradients(options.max_grad_norm);
    const double rate = schedule->rate(position.step);
    const bool is_finite = !is_overflow(counts, norm) && is_finite_step(counts, norm);
    if (is_finite) {
        const auto* whole = dynamic_cast<const AdamW*>(optimizer.get());
        if (hooks.before_update && whole) hooks.before_update(position.step, *whole);
        optimizer->step(rate);
        position.loss_since_log += counts.loss;
        position.loss_total += counts.loss;
        ++position.steps_since_log;
    }
    finish_step(position.batches);
    report(counts, rate, norm, seconds_since(begin));
    note_targets(counts);
    // One process stops between batches; several have just agreed.
    stop_agreed = !team->is_alone() && counts.wants_stop;
    return true;
}

/// Counts the step, and what becomes due with it.
void Trainer::Run::finish_step(std::int64_t batches_before) {
    ++position.step;
    position.batches = batches_taken;
    // transformers ends an epoch also where the run ends within one.
    ended_epoch = share.place(position.batches).epoch > share.place(batches_before).epoch ||
                  position.step == plan.total_steps;
    position.owes_evaluation = held_out && is_evaluation_due(options, position.step, ended_epoch);
}

/// A step that had nothing to learn is said once; too many of them in a row end the run, on all
/// ranks alike. What was learned before them is saved.
void Trainer::Run::note_targets(const Counts& counts) {
    has_learned = has_learned || counts.targets > 0;
    steps_without_target = counts.targets > 0 ? 0 : steps_without_target + 1;
    if (steps_without_target == 0) return;
    const std::string limit = std::to_string(kMostStepsWithoutTarget);
    if (steps_without_target == 1 && team->is_first())
        warn("Step " + std::to_string(position.step) +
             " had no word to learn (its samples: " + describe_items(counts.items) + "); after " +
             limit + " such steps in a row the run ends.");
    if (steps_without_target < kMostStepsWithoutTarget) return;
    const std::string items = team->first_problem(describe_items(counts.items));
    if (position.loss_total > 0) save_or_warn();
    throw NothingToLearn("The last " + limit + " steps had no word to learn; step " +
                         std::to_string(position.step) + " had the samples " + items +
                         ": look at the data with --check-data, which tells why.");
}

/// A run that came to its end without having learned anything leaves no result.
void Trainer::Run::check_learned() const {
    if (has_learned || steps_without_target == 0 || position.loss_total > 0) return;
    throw NothingToLearn(
        "None of the " + std::to_string(position.step) +
        " steps had a word to learn, so no result is written: look at the data with --check-data, "
        "which tells why.");
}

void Trainer::Run::report(const Counts& counts, double rate, double norm, double step_s) {
    mean_step_s = mean_step_s == 0 ? step_s : 0.95 * mean_step_s + 0.05 * step_s;
    protocol::train::StepEvent step;
    step.step = position.step;
    step.total_steps = plan.total_steps;
    step.epoch = epoch();
    step.loss = counts.loss;
    step.learning_rate = rate;
    step.grad_norm = norm;
    step.step_s = step_s;
    step.samples_per_s = static_cast<double>(counts.samples) / step_s;
    step.tokens_per_s = static_cast<double>(counts.tokens) / step_s;
    step.eta_s = mean_step_s * static_cast<double>(plan.total_steps - position.step);
    step.memory_bytes = base::resident_memory().value_or(0);
    step.data_s = counts.data_s;
    event(step);
    if (hooks.after_step) hooks.after_step(step);
    if (is_logging_due(options, position.step, ended_epoch)) log_history(rate, norm);
}

void Trainer::Run::log_history(double rate, double norm) {
    if (position.steps_since_log == 0) return;  // all left out
    const double loss = position.loss_since_log / static_cast<double>(position.steps_since_log);
    position.loss_since_log = 0;
    position.steps_since_log = 0;
    position.log_history.push_back({{"epoch", epoch()},
                                    {"grad_norm", norm},
                                    {"learning_rate", rate},
                                    {"loss", loss},
                                    {"step", position.step}});
    if (folder)
        folder->scalars(position.step, {{"train/loss", loss},
                                        {"train/learning_rate", rate},
                                        {"train/grad_norm", norm},
                                        {"train/epoch", epoch()}});
}

}  // namespace univi::training
