#include "training/engine/trainer.h"

#include <unistd.h>

#include "core/base/exception_text.h"
#include "core/base/log.h"
#include "training/engine/trainer_run.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

Trainer::Run::Run(TrainOptions given, std::vector<std::string> command, base::StopToken stop_token,
                  bool to_stdout, TrainerHooks on, RankEnvironment ranks)
    : options(std::move(given)),
      stop(std::move(stop_token)),
      hooks(std::move(on)),
      environment(std::move(ranks)),
      run_path(options.output_dir),
      command_line(std::move(command)) {
    if (environment.rank == 0) folder = std::make_unique<RunFolder>(options.output_dir, to_stdout);
}

Trainer::Run::~Run() {
    loader.reset();  // its threads use what stands below it
}

void Trainer::Run::event(const protocol::train::Event& event) {
    const std::lock_guard lock(event_mutex);
    if (folder) folder->event(event);
}

void Trainer::Run::warn(const std::string& message, protocol::Fault fault) {
    const std::lock_guard lock(event_mutex);
    base::log_warning(message);
    event(protocol::train::WarningEvent{message, fault});
}

void Trainer::Run::fail(protocol::train::ErrorEvent error) {
    loader.reset();
    event(error);
    if (!team || team->is_alone()) return;
    error.message = "Rank " + std::to_string(team->rank()) + ": " + error.message;
    team->announce_failure(error);
}

double Trainer::Run::epoch() const {
    return share.epochs(position.batches);
}

TrainResult Trainer::Run::train() {
    join_ranks();
    prepare();
    if (!choose_start()) {
        base::log_info("The run in " + run_path.string() +
                       " is done; --overwrite_output_dir True trains it anew, "
                       "--resume_from_checkpoint FOLDER goes back to an older checkpoint.");
        team->finish();
        return {plan.total_steps, false};
    }
    check_targets();
    resume();
    start_loader();
    bool is_stopped = !evaluate_if_owed();  // of a run that was stopped before
    while (!is_stopped && position.step < plan.total_steps) {
        is_stopped = !do_step() || stop_agreed || !evaluate_if_owed();
        if (!is_stopped) save_if_due();
    }
    if (is_stopped) {
        save_checkpoint_now();
        event(protocol::train::StoppedEvent{position.step});
        team->finish();
        return {position.step, true};
    }
    loader.reset();
    check_learned();
    save_result();
    report_done();
    team->finish();
    return {position.step, false};
}

Trainer::Trainer(TrainOptions options, std::vector<std::string> command, base::StopToken stop,
                 bool to_stdout, TrainerHooks hooks, RankEnvironment environment)
    : run_(std::make_unique<Run>(std::move(options), std::move(command), std::move(stop), to_stdout,
                                 std::move(hooks), std::move(environment))) {}

Trainer::~Trainer() = default;

TrainResult Trainer::run() {
    try {
        return run_->train();
    } catch (const Error& error) {
        run_->fail(protocol::train::error_event(error));
        throw;
    } catch (const std::exception& error) {
        protocol::train::ErrorEvent event = protocol::train::error_event(error);
        if (base::is_out_of_memory(error)) {
            const Error known(ErrorKind::Memory,
                              "Out of memory (" + event.message + "): " + run_->memory_advice());
            run_->fail(protocol::train::error_event(known));
            throw known;
        }
        if (is_gpu_failure(error)) event.fault = protocol::Fault::GpuGone;
        run_->fail(event);
        throw;
    }
}

}  // namespace univi::training
