// The held-out loss on the way.
#include "core/base/exception_text.h"
#include "core/base/log.h"
#include "training/engine/trainer_run.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

/// Mean loss of this rank's part of a held-out batch. Every rank calls it for every batch, so that
/// a stop asked of one is met by all at the same place: Error{Stopped}.
std::optional<double> Trainer::Run::held_out_loss(std::vector<Sample> samples) {
    if (!team->is_alone()) {
        std::vector<double> stops = {stop.stop_requested() ? 1.0 : 0.0};
        team->sum(stops);
        if (stops[0] > 0)
            throw Error(ErrorKind::Stopped, "Stopped while measuring the held-out loss.");
    }
    const at::NoGradGuard no_grad;
    optimizer->begin_evaluation();
    std::optional<double> result;
    if (!samples.empty()) {
        const at::Tensor loss = loss_of(make_micro_batch(samples), /*checkpoint_layers=*/false);
        if (loss.defined()) result = loss.item<double>();
    }
    optimizer->end_evaluation();
    return result;
}

/// Measures the held-out loss where a step left it due. False when a stop came first: the
/// checkpoint keeps that it is owed.
bool Trainer::Run::evaluate_if_owed() {
    if (!position.owes_evaluation) return true;
    const Clock::time_point begin = Clock::now();
    EvaluationSums sums;
    try {
        sums = held_out->measure(
            [this](std::vector<Sample> samples) { return held_out_loss(std::move(samples)); },
            team->is_alone() ? stop : base::StopToken());
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Stopped) return false;
        throw;
    } catch (const std::exception& error) {
        if (!base::is_out_of_memory(error)) throw;
        throw Error(ErrorKind::Memory,
                    "Out of memory while measuring the held-out loss: use a smaller "
                    "--per_device_eval_batch_size.");
    }
    std::vector<double> all = {sums.weighted_loss, static_cast<double>(sums.samples)};
    team->sum(all);
    position.owes_evaluation = false;
    if (all[1] == 0) {
        if (team->is_first())
            warn("No sample of --eval_dataset_use " + options.eval_dataset_use +
                 " has a target: there is no held-out loss.");
        return true;
    }
    report_evaluation(all[0] / all[1], sums.batches,
                      std::chrono::duration<double>(Clock::now() - begin).count());
    return true;
}

/// The history as transformers has it.
void Trainer::Run::report_evaluation(double loss, std::int64_t batches, double seconds) {
    schedule->observe(loss);
    const auto samples = static_cast<double>(held_out->dataset().size());
    position.log_history.push_back(
        {{"epoch", epoch()},
         {"eval_loss", loss},
         {"eval_runtime", seconds},
         {"eval_samples_per_second", samples / seconds},
         {"eval_steps_per_second", static_cast<double>(batches) / seconds},
         {"step", position.step}});
    event(protocol::train::EvaluationEvent{position.step, loss, epoch()});
    if (folder) folder->scalars(position.step, {{"eval/loss", loss}});
}

}  // namespace univi::training
