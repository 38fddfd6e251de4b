// Checkpoints on the way, the result at the end.
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/model/model_folder.h"
#include "training/engine/trainer_run.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

Json Trainer::Run::trainer_state() const {
    return {{"best_metric", nullptr},
            {"best_model_checkpoint", nullptr},
            {"epoch", epoch()},
            {"global_step", position.step},
            {"is_hyper_param_search", false},
            {"is_local_process_zero", true},
            {"is_world_process_zero", true},
            {"log_history", position.log_history},
            {"max_steps", plan.total_steps},
            {"num_train_epochs", static_cast<std::int64_t>(std::ceil(options.num_train_epochs))},
            {"total_flos", 0},
            {"trial_name", nullptr},
            {"trial_params", nullptr}};
}

void Trainer::Run::save_checkpoint_now() {
    if (last_saved == position.step) return;
    const Json state = trainer_state();
    if (scale) position.loss_scale = scale->state();
    position.samples = share.position(position.batches);
    position.grid = share.grid;
    position.made_with.num_samples = share.num_samples;
    const fs::path path = save_checkpoint(
        run_path, position, {*model, *optimizer, options, save, identity, schedule->state()}, state,
        *team);
    last_saved = position.step;
    if (!team->is_first()) return;
    remove_old_checkpoints(run_path, options.save_total_limit, position.step);
    folder->write_state(state);
    event(protocol::train::CheckpointEvent{path.filename().string(), position.step});
}

/// On the way a checkpoint that cannot be written does not end days of work: the last one stays,
/// and the next may succeed.
void Trainer::Run::save_or_warn() {
    try {
        save_checkpoint_now();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::File) throw;
        if (!team->is_first()) return;
        const bool is_full = protocol::fault_of(error) == protocol::Fault::DiskFull;
        warn("The checkpoint of step " + std::to_string(position.step) +
                 " was not written, the one before it stays: " + error.what(),
             is_full ? protocol::Fault::DiskFull : protocol::Fault::NotSaved);
    }
}

void Trainer::Run::save_if_due() {
    const bool by_steps =
        options.save_strategy == "steps" && position.step % options.save_steps == 0;
    const bool by_epoch = options.save_strategy == "epoch" && ended_epoch;
    if (save_agreed || by_steps || by_epoch) save_or_warn();
}

void Trainer::Run::save_result() {
    if (!options.save_final) return;
    base::log_info("Writing the result to " + run_path.string());
    Masters masters;
    optimizer->visit_weights([&](const std::string& name, const at::Tensor& value) {
        masters.emplace_back(name, value);
    });
    if (team->is_first()) training::save_result(run_path, *model, masters, options, save);
}

void Trainer::Run::report_done() {
    if (!team->is_first()) return;
    const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
    Json state = trainer_state();
    state["log_history"].push_back(
        {{"epoch", epoch()},
         {"step", position.step},
         {"train_loss",
          position.loss_total / static_cast<double>(std::max<std::int64_t>(1, position.step))},
         {"train_runtime", seconds}});
    folder->write_state(state);
    event(protocol::train::DoneEvent{position.step, seconds});
}

/// Steps this run has in all, going on from its newest checkpoint: one that changed its batches on
/// the way has others than its flags say.
std::int64_t Trainer::Run::planned_steps() const {
    const auto all = list_checkpoints(run_path);
    if (all.empty()) return plan.total_steps;
    try {
        const RunPosition last = read_position(all.back());
        RankShare then = share;
        then.grid = fit_grid({last.step, last.batches, last.samples, last.grid, last.made_with},
                             share, options.gradient_accumulation_steps);
        return total_steps(plan, then, options.gradient_accumulation_steps,
                           options.num_train_epochs, options.max_steps);
    } catch (const Error&) {  // damaged: it will be said when the run goes on
        return plan.total_steps;
    }
}

/// A run that came to its end and whose result is there: starting it again must not train from an
/// older checkpoint. Rank 0 looks.
bool Trainer::Run::is_done() const {
    const fs::path state = run_path / "trainer_state.json";
    const char* result = options.tune_mm_mlp_adapter ? model::kProjectorFile : "config.json";
    if (options.overwrite_output_dir || !fs::exists(state)) return false;
    if (options.save_final && !fs::exists(run_path / result)) return false;
    const Json json = base::read_json_file(state);
    const Json history = json.value("log_history", Json::array());
    return json.value("global_step", std::int64_t{0}) >= planned_steps() && !history.empty() &&
           history.back().contains("train_runtime");
}

}  // namespace univi::training
