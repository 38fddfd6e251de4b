#include "training/engine/step_runner.h"

#include <chrono>
#include <cmath>

#include "core/base/error.h"
#include "core/base/exception_text.h"
#include "core/base/trace.h"
#include "core/model/device.h"
#include "core/model/linear_layer.h"
#include "core/protocol/fault.h"
#include "training/data/item_names.h"
#include "training/engine/memory_advice.h"
#include "training/engine/optimizer.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

StepEnd judge_step(double loss, double grad_norm, LossScale* scale) {
    const bool is_finite = std::isfinite(loss) && std::isfinite(grad_norm);
    const bool is_of_scale = scale && (is_finite || scale->can_shrink());
    if (is_of_scale) scale->update(!is_finite);
    if (is_finite) return StepEnd::Updated;
    return is_of_scale ? StepEnd::Overflow : StepEnd::NotFinite;
}

StepOutcome StepRunner::run(double learning_rate) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    const base::TraceSpan span("step", std::to_string(run_.course.position().step + 1));
    StepOutcome outcome;
    Own own;
    StepTally all;
    for (;;) {
        if (!accumulate(own)) {
            outcome.end = StepEnd::Stopped;
            return outcome;
        }
        all = agree(own);
        outcome.wants_save |= all.wants_save;
        if (!all.is_out_of_memory) break;
        halve_micro_batch(own);
        own = {};
    }
    ParameterOptimizer& optimizer = run_.optimizer;
    if (run_.scale) optimizer.set_loss_scale(run_.scale->value());
    {
        const base::TraceSpan clip("clip gradients");
        outcome.grad_norm = optimizer.clip_gradients(run_.options.max_grad_norm);
    }
    outcome.learning_rate = learning_rate;
    outcome.end = end_step(all, own, outcome.grad_norm);
    if (outcome.end == StepEnd::Updated) {
        const auto* whole = dynamic_cast<const AdamW*>(&optimizer);
        if (run_.hooks.before_update && whole)
            run_.hooks.before_update(run_.course.position().step, *whole);
        const base::TraceSpan update("update");
        optimizer.step(learning_rate);
        run_.course.add_loss(all.loss);
    }
    outcome.loss = all.loss;
    outcome.samples = all.samples;
    outcome.tokens = all.tokens;
    outcome.targets = all.targets;
    outcome.wants_stop = all.wants_stop;
    outcome.data_s = own.data_s;
    outcome.items = std::move(own.items);
    outcome.step_s = std::chrono::duration<double>(Clock::now() - begin).count();
    return outcome;
}

/// Sums up the gradients of one step's batches: the mean over batches of the mean over ranks of
/// each rank's mean, as the reference has it. False when stopped between two batches (one process
/// only: several agree on a stop after a whole step).
bool StepRunner::accumulate(Own& own) {
    do {
        if (run_.team.is_alone() && stop_.stop_requested()) return false;
        const std::int64_t batch = run_.batcher.batch();
        const std::int64_t parts =
            run_.options.gradient_accumulation_steps * run_.course.ranks_in_batch(batch);
        learn_batch(own, 1.0 / static_cast<double>(parts), run_.course.ends_step(batch + 1));
    } while (!run_.course.ends_step(run_.batcher.batch()));
    return true;
}

/// Runs `work`; with --auto_micro_batch it may run out of memory, which is noted for all ranks
/// to agree on.
void StepRunner::within_memory(Own& own, const std::function<void()>& work) const {
    try {
        work();
    } catch (const std::exception& error) {
        if (!run_.options.auto_micro_batch || !base::is_out_of_memory(error)) throw;
        own.memory_problem = base::first_line(error);
    }
}

/// Adds the gradients of this rank's part of the next batch, times `scale`. Every rank goes through
/// the same number of micro-batches, also those that have no samples for one, or no memory left.
void StepRunner::learn_batch(Own& own, double scale, bool ends_the_step) {
    std::vector<MicroBatch> parts;
    if (own.memory_problem.empty())
        within_memory(own, [&] {
            TakenBatch taken = take();
            own.data_s += taken.waited_s;
            if (run_.hooks.batch_used) run_.hooks.batch_used(taken.items);
            own.tally.samples += static_cast<std::int64_t>(taken.items.size());
            own.items = std::move(taken.items);
            const base::TraceSpan span("encode and lay out");
            parts = run_.batcher.cut(std::move(taken.samples));
        });
    std::size_t targets = 0;
    for (const MicroBatch& part : parts) targets += part.layout.targets.size();
    own.tally.targets += static_cast<std::int64_t>(targets);
    const std::int64_t rounds = run_.batcher.rounds();
    double loss = 0;
    for (std::int64_t round = 0; round < rounds; ++round) {
        within_memory(own,
                      [&] { run_.optimizer.begin_batch(ends_the_step && round + 1 == rounds); });
        const auto i = static_cast<std::size_t>(round);
        if (own.memory_problem.empty() && i < parts.size())
            within_memory(
                own, [&] { loss += learn_part(own, std::move(parts[i]), scale, targets, round); });
        const base::TraceSpan span("exchange gradients");
        run_.optimizer.end_batch();
    }
    run_.batcher.go_to_next_batch();
    if (!std::isfinite(loss))
        own.bad_items.insert(own.bad_items.end(), own.items.begin(), own.items.end());
    own.tally.loss += loss;
}

/// Learns one micro-batch, weighted by its share of the batch's `targets`. Returns its loss.
double StepRunner::learn_part(Own& own, MicroBatch part, double scale, std::size_t targets,
                              std::int64_t round) {
    if (!part.samples.empty()) {
        const base::TraceSpan span("encode and lay out");
        part = run_.batcher.lay_out(part.samples);
    }
    own.tally.tokens += part.layout.num_tokens();
    const double share_of_targets =
        targets > 0 ? static_cast<double>(part.layout.targets.size()) / static_cast<double>(targets)
                    : 0;
    run_.model.language().set_dropout_key(model::mix_keys(
        {static_cast<std::uint64_t>(run_.options.seed),
         static_cast<std::uint64_t>(run_.batcher.batch()),
         static_cast<std::uint64_t>(run_.team.rank()), static_cast<std::uint64_t>(round)}));
    return learn(part, scale * share_of_targets);
}

/// Forward and backward. Returns the loss times `weight`, 0 when no sample has a target.
double StepRunner::learn(const MicroBatch& batch, double weight) {
    at::Tensor loss;
    {
        const base::TraceSpan span("forward",
                                   std::to_string(batch.layout.num_tokens()) + " tokens");
        loss = run_.loss.of(batch, run_.options.gradient_checkpointing);
    }
    if (!loss.defined()) return 0;
    const base::TraceSpan span("backward");
    const at::Tensor scaled = weight == 1 ? loss : loss * weight;
    if (scaled.requires_grad()) (run_.scale ? scaled * run_.scale->value() : scaled).backward();
    return scaled.item<double>();
}

TakenBatch StepRunner::take() {
    const base::TraceSpan span("wait for samples");
    return run_.batcher.take();
}

StepTally StepRunner::agree(const Own& own) {
    const base::TraceSpan span("agree");
    StepTally tally = own.tally;
    tally.wants_stop = stop_.stop_requested();
    tally.wants_save = run_.hooks.save_wanted && run_.hooks.save_wanted();
    tally.is_out_of_memory = !own.memory_problem.empty();
    tally.has_bad_loss = !own.bad_items.empty();
    return run_.agreement.agree(tally);
}

/// Takes fewer samples at a time after a step that some rank had no memory for; every rank calls
/// it. Throws Error{Memory} when there is nothing left to halve.
void StepRunner::halve_micro_batch(const Own& own) {
    const std::string cause = run_.team.first_text_with_rank(own.memory_problem);
    const std::string where =
        "Out of memory at step " + std::to_string(run_.course.position().step + 1);
    if (!run_.batcher.can_halve())
        throw Error(ErrorKind::Memory,
                    where + " with one sample at a time (" + cause + "): " +
                        memory_advice(run_.options, run_.zero_stage, !run_.team.is_alone()));
    run_.batcher.halve();
    run_.optimizer.zero_grad();
    model::release_kept_memory(run_.model.language().placement().device);
    run_.batcher.restart();  // the step's samples once more
    const std::int64_t size = run_.batcher.size();
    run_.recorder.warn_once(where + " (" + cause + "): the run goes on with " +
                            std::to_string(size) + " sample" + (size == 1 ? "" : "s") +
                            " at a time; the batch stays as it is.");
}

/// Decides how the step ends, at all ranks alike. A step that is left out loses its gradients.
StepEnd StepRunner::end_step(const StepTally& all, const Own& own, double grad_norm) {
    const double before = run_.scale ? run_.scale->value() : 1;
    const StepEnd end = judge_step(all.loss, grad_norm, run_.scale);
    if (end == StepEnd::Updated) return end;
    if (end == StepEnd::Overflow)
        run_.recorder.event(protocol::train::OverflowEvent{run_.course.position().step + 1, before,
                                                           run_.scale->value()});
    else
        leave_out(all, own);
    run_.optimizer.zero_grad();
    return end;
}

/// Says that a step is left out (--on_nan skip). Throws Error{Internal} when it ends the run.
void StepRunner::leave_out(const StepTally& all, const Own& own) {
    using protocol::Fault;
    const std::vector<std::int64_t>& named = all.has_bad_loss ? own.bad_items : own.items;
    const std::string sentence = bad_step_sentence(all, named);
    if (run_.options.on_nan != NanPolicy::Skip)
        throw protocol::FaultError(
            ErrorKind::Internal, Fault::NotANumber,
            sentence +
                ": lower --learning_rate or look at these samples, and start again from "
                "the newest checkpoint (--on_nan skip leaves such steps out).",
            item_names(run_.dataset, named));
    run_.recorder.warn_once(sentence + ": the step is left out.", Fault::NotANumber);
}

/// What is not a number, at which step and with which samples. Every rank calls it.
std::string StepRunner::bad_step_sentence(const StepTally& all,
                                          const std::vector<std::int64_t>& named) {
    const std::string items = run_.team.first_text_with_rank(
        named.empty() ? std::string() : list_items(run_.dataset, named));
    return std::string(all.has_bad_loss ? "The loss" : "The gradient") +
           " is no longer a number at step " + std::to_string(run_.course.position().step + 1) +
           ", with the samples " + items;
}

}  // namespace univi::training
