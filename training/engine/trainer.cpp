#include "training/engine/trainer.h"

#include <ATen/Context.h>

#include <utility>

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/base/exception_text.h"
#include "core/base/log.h"
#include "training/data/item_names.h"
#include "training/engine/checkpoint.h"
#include "training/engine/checkpoint_keeper.h"
#include "training/engine/gpu_failure.h"
#include "training/engine/held_out_meter.h"
#include "training/engine/join_ranks.h"
#include "training/engine/memory_advice.h"
#include "training/engine/run_setup.h"
#include "training/engine/run_start.h"
#include "training/engine/step_runner.h"
#include "training/engine/step_trace.h"
#include "training/engine/target_check.h"
#include "training/engine/target_watch.h"
#include "training/engine/training_loader.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

namespace {

/// A step that had nothing to learn is said once; too many of them in a row end the run, on all
/// ranks alike. What was learned before them is saved.
void tell_of_targets(const TargetWatch& watch, const StepOutcome& step, const Dataset& dataset,
                     const RunCourse& course, RankTeam& team, RunRecorder& recorder,
                     CheckpointKeeper& keeper) {
    const std::string number = std::to_string(course.position().step);
    const std::string limit = std::to_string(kMostStepsWithoutTarget);
    if (watch.begins_without() && team.is_first())
        recorder.warn("Step " + number +
                      " had no word to learn (its samples: " + list_items(dataset, step.items) +
                      "); after " + limit + " such steps in a row the run ends.");
    if (!watch.is_hopeless()) return;
    const std::string items = team.first_text_with_rank(list_items(dataset, step.items));
    if (course.position().loss_total > 0) keeper.save_or_warn();
    throw NothingToLearn("The last " + limit + " steps had no word to learn; step " + number +
                         " had the samples " + items +
                         ": look at the data with --check-data, which tells why.");
}

/// A run that came to its end without having learned anything leaves no result.
void check_learned(const TargetWatch& watch, const RunPosition& position) {
    if (!watch.has_learned_nothing() || position.loss_total > 0) return;
    throw NothingToLearn(
        "None of the " + std::to_string(position.step) +
        " steps had a word to learn, so no result is written: look at the data with --check-data, "
        "which tells why.");
}

}  // namespace

Trainer::Trainer(TrainOptions options, std::vector<std::string> command, base::StopToken stop,
                 bool to_stdout, TrainerHooks hooks, RankEnvironment environment)
    : options_(std::move(options)),
      command_(std::move(command)),
      stop_(std::move(stop)),
      hooks_(std::move(hooks)),
      environment_(std::move(environment)),
      recorder_(std::make_unique<RunRecorder>(options_, environment_.rank == 0, to_stdout)) {}

Trainer::~Trainer() = default;

TrainResult Trainer::run() {
    try {
        return train();
    } catch (const Error& error) {
        fail(protocol::train::error_event(error));
        throw;
    } catch (const std::exception& error) {
        protocol::train::ErrorEvent event = protocol::train::error_event(error);
        if (base::is_out_of_memory(error)) {
            const int stage = parts_ ? parts_->parallel.stage : 0;
            const Error known(ErrorKind::Memory,
                              "Out of memory (" + event.message + "): " +
                                  memory_advice(options_, stage, team_ && !team_->is_alone()));
            fail(protocol::train::error_event(known));
            throw known;
        }
        if (is_gpu_failure(error)) {
            const protocol::FaultError lost(ErrorKind::Device, protocol::Fault::GpuGone,
                                            lost_device_sentence(event.message));
            fail(protocol::train::error_event(lost));
            throw lost;
        }
        fail(event);
        throw;
    }
}

/// `what` LibTorch said when a device failed; its words seldom name the device.
std::string Trainer::lost_device_sentence(const std::string& what) const {
    const std::string device =
        parts_ ? parts_->model->language().placement().device.str() : options_.device;
    const std::string when =
        course_ ? " at step " + std::to_string(course_->position().step + 1) : std::string();
    return "The device " + device + " was lost" + when + " (" + what +
           "): look at the system's log (dmesg), and start the run again, which goes on from its "
           "newest checkpoint.";
}

/// Writes the last event of a run that ends on an error, and tells the other ranks.
void Trainer::fail(protocol::train::ErrorEvent error) {
    recorder_->event(error);
    if (!team_ || team_->is_alone()) return;
    error.message = "Rank " + std::to_string(team_->rank()) + ": " + error.message;
    team_->announce_failure(error);
}

void Trainer::prepare() {
    team_ = join_ranks(options_, environment_, *recorder_);
    if (options_.tf32) at::globalContext().setAllowTF32CuBLAS(true);
    Dataset dataset = load_dataset(options_, stop_);
    course_ = std::make_unique<RunCourse>(options_, static_cast<std::int64_t>(dataset.size()),
                                          team_->size(), team_->rank());
    parts_ = make_run_parts({options_, environment_, *team_, *recorder_, stop_}, std::move(dataset),
                            course_->total_steps());
    keeper_ = std::make_unique<CheckpointKeeper>(
        options_, *course_, *recorder_,
        [this](const RunPosition& position, const base::Json& state) {
            return write_checkpoint(position, state);
        });
}

TrainResult Trainer::train() {
    prepare();
    RunStart start(options_, *team_, *recorder_, *course_);
    if (!start.choose()) {
        base::log_info("The run in " + options_.output_dir +
                       " is done; --overwrite_output_dir True trains it anew, "
                       "--resume_from_checkpoint FOLDER goes back to an older checkpoint.");
        team_->finish();
        return {course_->total_steps(), false};
    }
    check_targets();
    schedule_ = start.restore(*parts_);
    if (start.goes_on()) keeper_->has_saved(course_->position().step);
    if (team_->is_first()) start.open_line(*parts_, *schedule_, command_);
    const bool is_stopped = !take_steps();
    if (is_stopped) {
        keeper_->save();
        recorder_->event(protocol::train::StoppedEvent{course_->position().step});
    } else {
        save_result();
        recorder_->report_done(*course_);
    }
    team_->finish();
    return {course_->position().step, is_stopped};
}

/// Refuses data of which a sample has nothing to learn; a rank that lacks files ends all alike.
void Trainer::check_targets() const {
    const auto look = [&](const Dataset& data, const std::string& flag) {
        const std::string problem = team_->first_text_with_rank(find_nothing_to_learn(
            data, parts_->tokenizer, reader_options(options_, parts_->preprocess),
            parts_->cache_or_null(), flag));
        if (!problem.empty()) throw NothingToLearn(problem);
    };
    look(parts_->dataset, "--dataset_use " + options_.dataset_use);
    if (parts_->held_out && options_.evaluation_strategy != Interval::No)
        look(parts_->held_out->dataset(), "--eval_dataset_use " + options_.eval_dataset_use);
}

/// The steps of the run, up to its last one or to a stop. False when a stop came.
bool Trainer::take_steps() {
    RunCourse& course = *course_;
    TrainingLoader loader(options_, parts_->dataset, *parts_->reader, course,
                          base::choose_threads(options_.threads, environment_.local_size), stop_);
    MicroBatcher batcher(options_, course, *parts_->encoder,
                         [&](std::int64_t batch) { return loader.open(batch); });
    const RankAgreement agreement([&](std::vector<double>& values) { team_->sum(values); });
    const ModelLoss loss{*parts_->model, *parts_->optimizer, course, hooks_};
    StepRunner runner(
        {options_, parts_->dataset, *parts_->model, *parts_->optimizer, parts_->scale_or_null(),
         parts_->parallel.stage, course, batcher, loss, *team_, agreement, *recorder_, hooks_},
        stop_);
    HeldOutMeter meter({options_, parts_->held_out.get(), batcher, loss, *team_, agreement, course,
                        *recorder_, *schedule_},
                       stop_);
    TargetWatch targets;
    StepTrace trace(options_, environment_.rank);
    batcher.restart();
    if (!meter.measure_if_due()) return false;  // of a run that was stopped before
    while (!course.is_complete()) {
        const StepOutcome step = runner.run(schedule_->rate(course.position().step));
        if (step.end == StepEnd::Stopped) return false;
        course.finish_step(batcher.batch());
        meter.note_step();
        trace.note_step();
        const auto event = recorder_->report_step(course, step);
        if (hooks_.after_step) hooks_.after_step(event);
        if (is_logging_due(options_, event.step, course.ended_epoch()))
            recorder_->log_history(course, step);
        targets.note(step.targets);
        tell_of_targets(targets, step, parts_->dataset, course, *team_, *recorder_, *keeper_);
        // One process stops between batches; several have just agreed.
        if (step.wants_stop && !team_->is_alone()) return false;
        if (!meter.measure_if_due()) return false;
        if (step.wants_save || keeper_->is_due()) keeper_->save_or_warn();
    }
    check_learned(targets, course.position());
    return true;
}

/// Writes a checkpoint together with all ranks.
std::filesystem::path Trainer::write_checkpoint(const RunPosition& at, const base::Json& state) {
    RunPosition position = at;
    if (parts_->scale) position.loss_scale = parts_->scale->state();
    return save_checkpoint(options_.output_dir, position,
                           {*parts_->model, *parts_->optimizer, options_, parts_->save,
                            parts_->identity, schedule_->state()},
                           state, *team_);
}

void Trainer::save_result() {
    if (!options_.save_final) return;
    base::log_info("Writing the result to " + options_.output_dir);
    Masters masters;
    parts_->optimizer->visit_weights([&](const std::string& name, const at::Tensor& value) {
        masters.emplace_back(name, value);
    });
    if (team_->is_first())
        training::save_result(options_.output_dir, *parts_->model, masters, options_, parts_->save);
}

}  // namespace univi::training
