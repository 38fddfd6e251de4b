#include "training/engine/run_recorder.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/base/resident_memory.h"

namespace univi::training {

using base::Json;

Json trainer_state(const TrainOptions& options, const RunCourse& course) {
    return {{"best_metric", nullptr},
            {"best_model_checkpoint", nullptr},
            {"epoch", course.epoch()},
            {"global_step", course.position().step},
            {"is_hyper_param_search", false},
            {"is_local_process_zero", true},
            {"is_world_process_zero", true},
            {"log_history", course.position().log_history},
            {"max_steps", course.total_steps()},
            {"num_train_epochs", static_cast<std::int64_t>(std::ceil(options.num_train_epochs))},
            {"total_flos", 0},
            {"trial_name", nullptr},
            {"trial_params", nullptr}};
}

RunRecorder::RunRecorder(const TrainOptions& options, bool is_first, bool to_stdout)
    : options_(options) {
    if (is_first) folder_ = std::make_unique<RunFolder>(options.output_dir, to_stdout);
}

void RunRecorder::event(const protocol::train::Event& event) {
    const std::lock_guard lock(mutex_);
    if (folder_) folder_->event(event);
}

void RunRecorder::warn(const std::string& message, protocol::Fault fault) {
    const std::lock_guard lock(mutex_);
    base::log_warning(message);
    event(protocol::train::WarningEvent{message, fault});
}

void RunRecorder::warn_once(const std::string& message, protocol::Fault fault) {
    if (folder_) warn(message, fault);
}

protocol::train::StepEvent RunRecorder::report_step(const RunCourse& course,
                                                    const StepOutcome& outcome) {
    mean_step_s_ = mean_step_s_ == 0 ? outcome.step_s : 0.95 * mean_step_s_ + 0.05 * outcome.step_s;
    const std::int64_t left = course.total_steps() - course.position().step;
    protocol::train::StepEvent step;
    step.step = course.position().step;
    step.total_steps = course.total_steps();
    step.epoch = course.epoch();
    step.loss = outcome.loss;
    step.learning_rate = outcome.learning_rate;
    step.grad_norm = outcome.grad_norm;
    step.step_s = outcome.step_s;
    step.samples_per_s = static_cast<double>(outcome.samples) / outcome.step_s;
    step.tokens_per_s = static_cast<double>(outcome.tokens) / outcome.step_s;
    step.eta_s = mean_step_s_ * static_cast<double>(left);
    step.memory_bytes = base::resident_memory().value_or(0);
    step.data_s = outcome.data_s;
    event(step);
    return step;
}

void RunRecorder::log_history(RunCourse& course, const StepOutcome& outcome) {
    RunPosition& position = course.position();
    if (position.steps_since_log == 0) return;
    const double loss = position.loss_since_log / static_cast<double>(position.steps_since_log);
    position.loss_since_log = 0;
    position.steps_since_log = 0;
    const Json entry = {{"epoch", course.epoch()},
                        {"grad_norm", outcome.grad_norm},
                        {"learning_rate", outcome.learning_rate},
                        {"loss", loss},
                        {"step", position.step}};
    position.log_history.push_back(entry);
    if (folder_) folder_->scalars(entry);
}

void RunRecorder::report_evaluation(RunCourse& course, double loss, std::int64_t samples,
                                    std::int64_t batches, double seconds) {
    RunPosition& position = course.position();
    const Json entry = {{"epoch", course.epoch()},
                        {"eval_loss", loss},
                        {"eval_runtime", seconds},
                        {"eval_samples_per_second", static_cast<double>(samples) / seconds},
                        {"eval_steps_per_second", static_cast<double>(batches) / seconds},
                        {"step", position.step}};
    position.log_history.push_back(entry);
    event(protocol::train::EvaluationEvent{position.step, loss, course.epoch()});
    if (folder_) folder_->scalars(entry);
}

void RunRecorder::report_checkpoint(const RunCourse& course,
                                    const std::filesystem::path& checkpoint) {
    if (!folder_) return;
    folder_->write_state(trainer_state(options_, course));
    event(protocol::train::CheckpointEvent{checkpoint.filename().string(), course.position().step});
}

void RunRecorder::report_done(const RunCourse& course) {
    if (!folder_) return;
    const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    const RunPosition& position = course.position();
    const auto steps = static_cast<double>(std::max<std::int64_t>(1, position.step));
    Json state = trainer_state(options_, course);
    state["log_history"].push_back({{"epoch", course.epoch()},
                                    {"step", position.step},
                                    {"train_loss", position.loss_total / steps},
                                    {"train_runtime", seconds}});
    folder_->write_state(state);
    event(protocol::train::DoneEvent{position.step, seconds});
}

}  // namespace univi::training
