#include "training/engine/held_out_meter.h"

#include <chrono>

#include "core/base/error.h"
#include "core/base/exception_text.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

void HeldOutMeter::note_step() {
    RunPosition& position = run_.course.position();
    position.owes_evaluation =
        run_.held_out && is_evaluation_due(run_.options, position.step, run_.course.ended_epoch());
}

/// Returns the mean loss of this rank's part of a held-out batch. Every rank calls it for every
/// batch, so that all of them end at the same batch when one is asked to stop: Error{Stopped}.
std::optional<double> HeldOutMeter::loss_of(std::vector<Sample> samples) {
    if (!run_.team.is_alone() && run_.agreement.any(stop_.stop_requested()))
        throw Error(ErrorKind::Stopped, "Stopped while measuring the held-out loss.");
    const at::NoGradGuard no_grad;
    run_.loss.optimizer.begin_evaluation();
    std::optional<double> result;
    if (!samples.empty()) {
        const at::Tensor loss =
            run_.loss.of(run_.batcher.lay_out(samples), /*checkpoint_layers=*/false);
        if (loss.defined()) result = loss.item<double>();
    }
    run_.loss.optimizer.end_evaluation();
    return result;
}

/// Nothing when a stop came first.
std::optional<EvaluationSums> HeldOutMeter::measure() {
    try {
        return run_.held_out->measure(
            [this](std::vector<Sample> samples) { return loss_of(std::move(samples)); },
            run_.team.is_alone() ? stop_ : base::StopToken());
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Stopped) return std::nullopt;
        throw;
    } catch (const std::exception& error) {
        if (!base::is_out_of_memory(error)) throw;
        throw Error(ErrorKind::Memory,
                    "Out of memory while measuring the held-out loss: use a smaller "
                    "--per_device_eval_batch_size.");
    }
}

bool HeldOutMeter::measure_if_due() {
    using Clock = std::chrono::steady_clock;
    if (!run_.course.position().owes_evaluation) return true;
    const Clock::time_point begin = Clock::now();
    const std::optional<EvaluationSums> own = measure();
    if (!own) return false;
    std::vector<double> all = {own->weighted_loss, static_cast<double>(own->samples)};
    run_.team.sum(all);
    run_.course.position().owes_evaluation = false;
    if (all[1] == 0) {
        run_.recorder.warn_once("No sample of --eval_dataset_use " + run_.options.eval_dataset_use +
                                " has a target: there is no held-out loss.");
        return true;
    }
    const double loss = all[0] / all[1];
    run_.schedule.observe(loss);
    run_.recorder.report_evaluation(
        run_.course, loss, static_cast<std::int64_t>(run_.held_out->dataset().size()), own->batches,
        std::chrono::duration<double>(Clock::now() - begin).count());
    return true;
}

}  // namespace univi::training
