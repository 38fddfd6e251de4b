// What stands before the first step: the other ranks, data, model, optimizer, and where an earlier
// run came to.
#include <ATen/Parallel.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <limits>

#include "core/base/cores.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/model/dtype_names.h"
#include "core/protocol/train_failure.h"
#include "training/distributed/zero_optimizer.h"
#include "training/engine/lora.h"
#include "training/engine/trained_parameters.h"
#include "training/engine/trainer_run.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

/// Seconds out of a variable, for tests and for slow networks.
std::chrono::milliseconds seconds_from(const char* name, std::chrono::milliseconds otherwise) {
    const auto text = process_environment(name);
    const double value = text ? std::atof(text->c_str()) : 0;
    return value > 0 ? std::chrono::milliseconds(static_cast<std::int64_t>(value * 1000))
                     : otherwise;
}

TeamOptions team_options(const c10::Device& device) {
    TeamOptions result;
    result.device = device;
    result.join_timeout = seconds_from("UNIVI_JOIN_TIMEOUT", result.join_timeout);
    result.collective_timeout = seconds_from("UNIVI_COLLECTIVE_TIMEOUT", result.collective_timeout);
    result.heartbeat.timeout = seconds_from("UNIVI_RANK_TIMEOUT", result.heartbeat.timeout);
    result.heartbeat.interval = std::min(result.heartbeat.interval, result.heartbeat.timeout / 10);
    return result;
}

/// A tower that trains is saved inside the result; named relative to the result's parent, as
/// other folders are.
std::string own_tower_name(const fs::path& output) {
    return (fs::absolute(output / "x").lexically_normal().parent_path().filename() / "vision_tower")
        .generic_string();
}

/// What rank 0 found in the run's folder, for all.
struct StartChoice {
    bool is_done = false;
    std::string checkpoint;  ///< empty: the base model
};

StartChoice share_choice(RankTeam& team, const StartChoice& own) {
    Json json = {{"is_done", own.is_done}};
    base::put_path(json, "checkpoint", own.checkpoint);
    const Json told = base::parse_json(team.text_of_first(base::json_text(json)), "rank 0's start");
    return {told.at("is_done").get<bool>(), base::take_path(told, "checkpoint")};
}

}  // namespace

void Trainer::Run::join_ranks() {
    at::set_num_threads(base::choose_threads(options.threads, environment.local_size));
    const c10::Device device =
        environment.is_alone() ? c10::Device(c10::kCPU) : open_rank_device(options, environment);
    if (!environment.is_alone())
        base::log_info("Rank " + std::to_string(environment.rank) + " of " +
                       std::to_string(environment.size) + " on " + device.str() + ", started by " +
                       environment.launcher);
    team = std::make_unique<RankTeam>(
        environment, team_options(device),
        [this](const protocol::train::ErrorEvent& lost) { end_as_lost(lost); });
}

/// The main thread waits in a collective that will not end: nothing but the watching thread can
/// still speak.
void Trainer::Run::end_as_lost(const protocol::train::ErrorEvent& lost) {
    base::log_error(lost.message);
    const std::lock_guard lock(event_mutex);
    try {
        event(lost);
    } catch (const std::exception&) {
    }
    protocol::train::keep_failure(lost);
    // the others read the verdict here
    if (team->is_first()) std::this_thread::sleep_for(std::chrono::seconds(3));
    ::_exit(1);
}

void Trainer::Run::prepare() {
    if (options.tf32) at::globalContext().setAllowTF32CuBLAS(true);
    dataset = load_dataset(options, stop);
    plan_run();
    load_model();
    parallel = load_deepspeed_config(
        options, {team->size(), model->language().config().hidden_size, plan.total_steps},
        [this](const std::string& message) {
            if (team->is_first()) warn(message);
        },
        [this](const std::string& message) {
            if (team->is_first()) base::log_info(message);
        });
    check_stage(options, parallel.stage, team->size());
    if (options.fp16) scale.emplace(parallel.scale);
    make_optimizer();
    save = {options.model_name_or_path,
            options.vision_tune ? own_tower_name(run_path)
                                : tower_name(options.vision_tower, model->config().vision_tower,
                                             options.output_dir),
            model::dtype_named(options.save_dtype)};
    const bool is_rounded = model->language().placement().compute_dtype != at::kFloat;
    if (is_rounded && team->is_first())
        save.stored =
            read_stored_weights(options, load_options(options, environment, stop), *model);
    identity = run_identity(options, dataset->fingerprint(), team->size());
}

void Trainer::Run::load_model() {
    base::log_info("Loading " + options.model_name_or_path);
    session::LoadedModel loaded =
        training::load_model(options, load_options(options, environment, stop));
    model = std::move(loaded.model);
    tokenizer = std::move(loaded.tokenizer);
    preprocess = std::move(loaded.preprocess);
    if (!model->vision())
        throw Error(ErrorKind::Model, "No vision tower: give one with --vision_tower FOLDER.");
    if (options.lora_enable) add_adapters(*model, options);
    const SampleReaderOptions read = reader_options();
    const int layer = static_cast<int>(options.mm_vision_select_layer);
    const int frames = static_cast<int>(options.max_frames);
    if (!options.visual_token_cache.empty())
        cache.emplace(options.visual_token_cache,
                      VisualEncoder::recipe(*model, layer, preprocess, frames),
                      options.visual_token_cache_dtype == "fp16");
    const VisualTokenCache* shared_cache = cache ? &*cache : nullptr;
    encoder.emplace(*model, layer, preprocess, shared_cache, options.vision_tune);
    const auto warner = [this](const std::string& message) { warn(message); };
    reader.emplace(*dataset, *tokenizer, read, shared_cache, warner);
    held_out = HeldOut::open(options, *tokenizer, read, shared_cache, warner, team->size(),
                             team->rank(), stop);
}

SampleReaderOptions Trainer::Run::reader_options() const {
    return {options.version, static_cast<int>(options.max_frames), options.model_max_length,
            preprocess, bad_item_policy(options.on_bad_item)};
}

/// Refuses data of which a sample has nothing to learn; a rank that lacks files ends all alike.
void Trainer::Run::check_targets() {
    const auto look = [&](const Dataset& data, const std::string& flag) {
        const std::string problem = team->first_problem(find_nothing_to_learn(
            data, *tokenizer, reader_options(), cache ? &*cache : nullptr, flag));
        if (!problem.empty()) throw NothingToLearn(problem);
    };
    look(*dataset, "--dataset_use " + options.dataset_use);
    if (held_out && options.evaluation_strategy != "no")
        look(held_out->dataset(), "--eval_dataset_use " + options.eval_dataset_use);
}

/// One process holds everything itself; several, or a GPU that leaves the moments to the host,
/// take flat buffers.
void Trainer::Run::make_optimizer() {
    const AdamWOptions adamw{options.adam_beta1, options.adam_beta2, options.adam_epsilon,
                             options.weight_decay};
    const bool is_offloaded =
        parallel.offload_optimizer && model->language().placement().device.is_cuda();
    const auto trained = trained_parameters(options, *model);
    if (team->is_alone() && !is_offloaded) {
        optimizer = std::make_unique<AdamW>(trained, adamw);
        return;
    }
    model::NamedTensors all = model->projector_parameters();
    const auto& language = model->language().parameters();
    all.insert(all.end(), language.begin(), language.end());
    const auto& adapters = model->language().adapter_parameters();
    all.insert(all.end(), adapters.begin(), adapters.end());
    for (const auto& each : trained)
        if (each.first.starts_with("model.vision_tower.")) all.push_back(each);
    std::vector<bool> is_trained;
    for (const auto& [name, tensor] : all)
        is_trained.push_back(std::any_of(trained.begin(), trained.end(),
                                         [&](const auto& each) { return each.first == name; }));
    ZeroOptions zero;
    zero.stage = parallel.stage;
    zero.bucket_elements = parallel.bucket_elements();
    zero.overlap = parallel.overlap_comm || parallel.file.empty();
    zero.offload_optimizer = is_offloaded;
    zero.max_live_elements = parallel.stage3_max_live_parameters;
    optimizer = std::make_unique<ZeroOptimizer>(all, is_trained, team->group(), adamw, zero);
}

void Trainer::Run::plan_run() {
    micro_batch_size = options.per_device_train_batch_size;
    share.num_samples = static_cast<std::int64_t>(dataset->size());
    share.batch_size = options.per_device_train_batch_size * team->size();
    share.ranks = team->size();
    share.rank = team->rank();
    share.drop_last = options.dataloader_drop_last;
    plan = plan_steps(share.num_samples, share.batch_size, options.gradient_accumulation_steps,
                      options.num_train_epochs, options.max_steps, options.dataloader_drop_last);
    if (plan.batches_per_epoch < 1)
        throw Error(ErrorKind::Usage, "--dataloader_drop_last True leaves nothing: the data have " +
                                          std::to_string(share.num_samples) +
                                          " samples, a batch takes " +
                                          std::to_string(share.batch_size) +
                                          ". Use a smaller --per_device_train_batch_size.");
}

/// Rank 0 looks where the run starts, and whether it is done already; all learn it. False when
/// it is done.
bool Trainer::Run::choose_start() {
    const auto warner = [this](const std::string& message) { warn(message); };
    const auto look = [&]() -> StartChoice {
        if (resume_wish(options) == ResumeWish::Newest && is_done()) return {true, {}};
        start = find_start(options, run_path, warner);
        const bool is_open = !start.is_asked || (!start.is_outside && !start.checkpoint.empty());
        if (is_open && !lies_after(start, run_path) && is_done()) return {true, {}};
        return {false, start.checkpoint.string()};
    };
    const StartChoice told = share_choice(*team, team->is_first() ? look() : StartChoice());
    start.checkpoint = told.checkpoint;
    return !told.is_done;
}

/// All ranks load the same; then rank 0 makes the folder that line's.
void Trainer::Run::resume() {
    const auto warner = [this](const std::string& message) {
        if (team->is_first()) warn(message);
    };
    const bool goes_on = !start.checkpoint.empty();
    if (goes_on) take_position();
    schedule.emplace(
        options.lr_scheduler_type, options.learning_rate, plan.total_steps, options.warmup_steps,
        options.warmup_ratio,
        parse_schedule_settings(options.lr_scheduler_type, options.lr_scheduler_kwargs));
    if (parallel.schedule) {  // read again: the position may have changed the number of steps
        const std::int64_t width = model->language().config().hidden_size;
        parallel.schedule =
            load_deepspeed_config(options, {team->size(), width, plan.total_steps}, {}).schedule;
        schedule->follow(*parallel.schedule);
    }
    if (goes_on) {
        restore_checkpoint(start.checkpoint, *optimizer, identity, warner);
        schedule->restore(load_schedule_state(start.checkpoint));
        if (scale) scale->restore(position.loss_scale);
        if (!changes.empty() && team->is_first()) say_changes();
    }
    last_saved = goes_on ? position.step : -1;
    if (!team->is_first()) return;
    open_line();
    report_start();
}

void Trainer::Run::take_position() {
    position = read_position(start.checkpoint);
    position.owes_evaluation = position.owes_evaluation && held_out;
    changes =
        batch_changes(position.made_with, {share.batch_size, options.gradient_accumulation_steps,
                                           share.ranks, share.num_samples, share.drop_last});
    fit_position();
}

/// The batches of this run begin at the first sample that the checkpoint has not used; with epochs
/// to do, the steps follow.
void Trainer::Run::fit_position() {
    share.grid = fit_grid(
        {position.step, position.batches, position.samples, position.grid, position.made_with},
        share, options.gradient_accumulation_steps);
    plan.total_steps = total_steps(plan, share, options.gradient_accumulation_steps,
                                   options.num_train_epochs, options.max_steps);
}

/// One line: what changed, and where the run goes on.
void Trainer::Run::say_changes() {
    const SamplePosition at = share.position(position.batches);
    const std::int64_t left = std::max<std::int64_t>(0, plan.total_steps - position.step);
    const std::string line =
        "Resuming with other batches than the checkpoint was made with (" +
        describe_changes(changes) + "): the run goes on at sample " +
        std::to_string(at.in_epoch + 1) + " of " + std::to_string(share.num_samples) +
        " in epoch " + std::to_string(at.epoch + 1) + ", " +
        (left == 1 ? "1 step is left." : std::to_string(left) + " steps are left.");
    // The same samples a step, cut otherwise, are the same run.
    if (changes.contains("samples_a_step"))
        warn(line);
    else
        base::log_info(line);
}

/// What lies behind the start is set aside, and events and history are those up to it.
void Trainer::Run::open_line() {
    const auto order = branch_order(start, options, run_path);
    if (order) folder->change_line(*order);
    folder->rewind_events(position.step, position.owes_evaluation);
    if (!order || !order->set_aside) return;
    const Branch& branch = *order->set_aside;
    const std::string what = branch.checkpoints.empty()
                                 ? "the result"
                                 : std::to_string(branch.checkpoints.size()) + " checkpoint" +
                                       (branch.checkpoints.size() == 1 ? "" : "s");
    base::log_info("The run branches at step " + std::to_string(branch.step) +
                   ": what came after, up to step " + std::to_string(branch.last_step) + " (" +
                   what + "), is set aside in " + branch_folder(run_path, branch.number).string());
}

protocol::train::RunFacts Trainer::Run::facts() const {
    protocol::train::RunFacts facts;
    facts.total_steps = plan.total_steps;
    facts.samples = static_cast<std::int64_t>(dataset->size());
    facts.batches_per_epoch = plan.batches_per_epoch;
    facts.warmup_steps = schedule->warmup_steps();
    facts.trained_parameters = optimizer->trained_elements();
    facts.threads = at::get_num_threads();
    facts.ranks = team->size();
    facts.device = model->language().placement().device.str();
    facts.dtype = model::dtype_name(model->language().placement().compute_dtype);
    facts.backend = team->group().backend();
    facts.parallel = to_json(parallel);
    return facts;
}

void Trainer::Run::report_start() {
    protocol::train::StartEvent started;
    started.facts = facts();
    const std::int64_t measured = position.owes_evaluation ? position.step - 1 : position.step;
    folder->write_run(
        {options, command_line, protocol::train::to_json(started.facts), TORCH_VERSION},
        {std::min(start.shown, std::max<std::int64_t>(0, measured)), position.log_history});
    const bool goes_on = !start.checkpoint.empty();
    const SamplePosition at = share.position(position.batches);
    started.run = fs::absolute(run_path).lexically_normal().string();
    if (goes_on) started.resumed_from = start.checkpoint.filename().string();
    if (start.is_outside)
        started.started_from = fs::absolute(start.checkpoint).lexically_normal().string();
    started.position = {position.step, at.epoch, at.in_epoch};
    started.changed = changes;
    event(started);
    base::log_info(goes_on ? "Resuming from " + start.checkpoint.string()
                           : "Starting from the base model");
}

Sampler Trainer::Run::make_sampler() {
    if (!options.group_by_length) return {share.num_samples, options.shuffle, options.order_seed()};
    if (!lengths)
        lengths = std::make_shared<const std::vector<std::int32_t>>(measure_lengths(
            *dataset, base::choose_threads(options.threads, environment.local_size), stop));
    Sampler sampler(lengths, share.batch_size * options.gradient_accumulation_steps,
                    options.order_seed());
    if (share.grid.group > 0) sampler.keep_group(share.grid.samples.epoch, share.grid.group);
    return sampler;
}

void Trainer::Run::start_loader() {
    batches_taken = position.batches;
    const int workers = static_cast<int>(options.dataloader_num_workers);
    loader = std::make_unique<DataLoader>(
        *reader, make_sampler(), share, position.batches, workers,
        static_cast<int>(options.per_device_train_batch_size) + workers);
}

}  // namespace univi::training
