#include "training/engine/run_start.h"

#include <ATen/Parallel.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/model/dtype_names.h"
#include "core/model/model_folder.h"
#include "training/engine/checkpoint.h"
#include "training/run/checkpoint_folders.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::Json;

namespace {

/// What rank 0 found in the run's folder, for all.
struct StartChoice {
    bool is_done = false;
    std::string checkpoint;  ///< empty: the base model
};

StartChoice share_choice(RankTeam& team, const StartChoice& own) {
    Json json = {{"is_done", own.is_done}};
    base::put_path(json, "checkpoint", own.checkpoint);
    const Json told =
        base::parse_json(team.broadcast_text(base::json_text(json)), "rank 0's start");
    return {told.at("is_done").get<bool>(), base::take_path(told, "checkpoint")};
}

}  // namespace

bool RunStart::choose() {
    const fs::path folder = options_.output_dir;
    const auto warn = [this](const std::string& message) { recorder_.warn(message); };
    const auto look = [&]() -> StartChoice {
        if (resume_wish(options_) == ResumeWish::Newest && is_done()) return {true, {}};
        start_ = find_start(options_, folder, warn);
        const bool is_open = !start_.is_asked || (!start_.is_outside && goes_on());
        if (is_open && !lies_after(start_, folder) && is_done()) return {true, {}};
        return {false, start_.checkpoint.string()};
    };
    const StartChoice told = share_choice(team_, team_.is_first() ? look() : StartChoice());
    start_.checkpoint = told.checkpoint;
    return !told.is_done;
}

/// Whether the run came to its end and its result is there. Rank 0 looks.
bool RunStart::is_done() const {
    const fs::path folder = options_.output_dir, state = folder / "trainer_state.json";
    const char* result = options_.tune_mm_mlp_adapter ? model::kProjectorFile : "config.json";
    if (options_.overwrite_output_dir || !fs::exists(state)) return false;
    if (options_.save_final && !fs::exists(folder / result)) return false;
    const Json json = base::read_json_file(state);
    const Json history = json.value("log_history", Json::array());
    return json.value("global_step", std::int64_t{0}) >= planned_steps() && !history.empty() &&
           history.back().contains("train_runtime");
}

/// Steps that this run has in all when it goes on from its newest checkpoint: one that changed its
/// batches on the way has others than its flags say.
std::int64_t RunStart::planned_steps() const {
    const auto all = list_checkpoints(options_.output_dir);
    if (all.empty()) return course_.total_steps();
    try {
        return course_.total_steps_from(read_position(all.back()));
    } catch (const Error&) {  // damaged: it will be said when the run goes on
        return course_.total_steps();
    }
}

Schedule RunStart::restore(RunParts& parts) {
    if (goes_on()) {
        RunPosition saved = read_position(start_.checkpoint);
        saved.owes_evaluation = saved.owes_evaluation && parts.held_out;
        changes_ = course_.go_on_from(saved);
    }
    Schedule schedule = make_schedule(parts);
    if (!goes_on()) return schedule;
    restore_checkpoint(start_.checkpoint, *parts.optimizer, parts.identity,
                       [this](const std::string& message) { recorder_.warn_once(message); });
    schedule.restore(load_schedule_state(start_.checkpoint));
    if (parts.scale) parts.scale->restore(course_.position().loss_scale);
    if (!changes_.empty() && team_.is_first()) say_changes();
    return schedule;
}

Schedule RunStart::make_schedule(RunParts& parts) const {
    const std::int64_t steps = course_.total_steps();
    Schedule schedule(
        options_.lr_scheduler_type.value(), options_.learning_rate, steps, options_.warmup_steps,
        options_.warmup_ratio,
        parse_schedule_settings(options_.lr_scheduler_type.value(), options_.lr_scheduler_kwargs));
    if (!parts.parallel.schedule) return schedule;
    // Read again: the position may have changed the number of steps.
    const std::int64_t width = parts.model->language().config().hidden_size;
    parts.parallel.schedule =
        load_deepspeed_config(options_, {team_.size(), width, steps}, {}).schedule;
    schedule.follow(*parts.parallel.schedule);
    return schedule;
}

/// Says in one line what changed, and where the run goes on.
void RunStart::say_changes() const {
    const SamplePosition at = course_.next_sample();
    const std::int64_t left =
        std::max<std::int64_t>(0, course_.total_steps() - course_.position().step);
    const std::string line =
        "Resuming with other batches than the checkpoint was made with (" +
        describe_changes(changes_) + "): the run goes on at sample " +
        std::to_string(at.in_epoch + 1) + " of " + std::to_string(course_.share().num_samples) +
        " in epoch " + std::to_string(at.epoch + 1) + ", " +
        (left == 1 ? "1 step is left." : std::to_string(left) + " steps are left.");
    // The same samples a step, cut otherwise, are the same run.
    if (changes_.contains("samples_a_step"))
        recorder_.warn(line);
    else
        base::log_info(line);
}

/// Sets aside what lies behind the start; events and history are those up to it.
void RunStart::change_line() {
    const fs::path folder = options_.output_dir;
    const RunPosition& position = course_.position();
    const auto order = branch_order(start_, options_, folder);
    if (order) recorder_.folder()->change_line(*order);
    recorder_.folder()->rewind_events(position.step, position.owes_evaluation);
    if (!order || !order->set_aside) return;
    const Branch& branch = *order->set_aside;
    const std::string what = branch.checkpoints.empty()
                                 ? "the result"
                                 : std::to_string(branch.checkpoints.size()) + " checkpoint" +
                                       (branch.checkpoints.size() == 1 ? "" : "s");
    base::log_info("The run branches at step " + std::to_string(branch.step) +
                   ": what came after, up to step " + std::to_string(branch.last_step) + " (" +
                   what + "), is set aside in " + branch_folder(folder, branch.number).string());
}

protocol::train::RunFacts RunStart::facts(const RunParts& parts, const Schedule& schedule) const {
    const auto& placement = parts.model->language().placement();
    protocol::train::RunFacts facts;
    facts.total_steps = course_.total_steps();
    facts.samples = course_.share().num_samples;
    facts.batches_per_epoch = course_.batches_per_epoch();
    facts.warmup_steps = schedule.warmup_steps();
    facts.trained_parameters = parts.optimizer->trained_elements();
    facts.threads = at::get_num_threads();
    facts.ranks = team_.size();
    facts.device = placement.device.str();
    facts.dtype = model::dtype_name(placement.compute_dtype);
    facts.backend = team_.group().backend();
    facts.parallel = to_json(parts.parallel);
    return facts;
}

void RunStart::open_line(const RunParts& parts, const Schedule& schedule,
                         const std::vector<std::string>& command) {
    change_line();
    const RunPosition& position = course_.position();
    protocol::train::StartEvent started;
    started.facts = facts(parts, schedule);
    const std::int64_t measured = position.owes_evaluation ? position.step - 1 : position.step;
    recorder_.folder()->write_run(
        {options_, command, protocol::train::to_json(started.facts), TORCH_VERSION},
        {std::min(start_.shown, std::max<std::int64_t>(0, measured)), position.log_history});
    const SamplePosition at = course_.next_sample();
    started.run = fs::absolute(options_.output_dir).lexically_normal().string();
    if (goes_on()) started.resumed_from = start_.checkpoint.filename().string();
    if (start_.is_outside)
        started.started_from = fs::absolute(start_.checkpoint).lexically_normal().string();
    started.position = {position.step, at.epoch, at.in_epoch};
    started.changed = changes_;
    recorder_.event(started);
    base::log_info(goes_on() ? "Resuming from " + start_.checkpoint.string()
                             : "Starting from the base model");
}

}  // namespace univi::training
