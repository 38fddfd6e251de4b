// What stands before the first step: the other ranks, data, model, optimizer, and where an earlier run came to.
#include <ATen/Parallel.h>
#include <unistd.h>

#include <limits>

#include "core/base/log.h"
#include "training/distributed/zero_optimizer.h"
#include "training/engine/lora.h"
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
    return value > 0 ? std::chrono::milliseconds(static_cast<std::int64_t>(value * 1000)) : otherwise;
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

/// A tower that trains is saved inside the result; named relative to the result's parent, as other folders are.
std::string own_tower_name(const fs::path& output) {
    return (fs::absolute(output / "x").lexically_normal().parent_path().filename() / "vision_tower").generic_string();
}

}  // namespace

void Trainer::Run::join_ranks() {
    at::set_num_threads(choose_threads(options, environment));
    const c10::Device device = environment.is_alone() ? c10::Device(c10::kCPU) : open_rank_device(options, environment);
    if (!environment.is_alone())
        base::log_info("Rank " + std::to_string(environment.rank) + " of " + std::to_string(environment.size) + " on " +
                       device.str() + ", started by " + environment.launcher);
    team = std::make_unique<RankTeam>(environment, team_options(device), [this](const std::string& sentence) {
        // The main thread waits in a collective that will not end: nothing but this thread can still speak.
        base::log_error(sentence);
        const std::lock_guard lock(event_mutex);
        try {
            event(protocol::train_event("error", {{"kind", "device"}, {"message", sentence}}));
        } catch (const std::exception&) {
        }
        if (team->is_first()) std::this_thread::sleep_for(std::chrono::seconds(3));  // the others read the verdict here
        ::_exit(1);
    });
}

void Trainer::Run::prepare() {
    if (options.tf32) at::globalContext().setAllowTF32CuBLAS(true);
    dataset = load_dataset(options, stop);
    tokenizer = load_tokenizer(options);
    load_model();
    parallel = load_deepspeed_config(options, {team->size(), model->language().config().hidden_size},
                                     [this](const std::string& message) {
                                         if (team->is_first()) warn(message);
                                     });
    check_stage(options, parallel.stage, team->size());
    if (options.fp16) scale.emplace(parallel.scale);
    make_optimizer();
    plan_run();
    save = {options.model_name_or_path,
            options.vision_tune ? own_tower_name(run_path)
                                : tower_name(options.vision_tower, model->config().vision_tower, options.output_dir),
            options.save_dtype};
    const bool is_rounded = model->language().placement().compute_dtype != at::kFloat;
    if (is_rounded && team->is_first()) save.stored = read_stored_weights(options, load_options(options, environment, stop), *model);
    identity = run_identity(options, dataset->fingerprint(), team->size());
}

void Trainer::Run::load_model() {
    base::log_info("Loading " + options.model_name_or_path);
    model = model::UniviModel::load(load_options(options, environment, stop));
    if (!model->vision())
        throw Error(ErrorKind::Model, "No vision tower: give one with --vision_tower FOLDER.");
    if (options.lora_enable) add_adapters(*model, options);
    const media::PreprocessOptions preprocess = load_preprocess(options, *model);
    const int layer = static_cast<int>(options.mm_vision_select_layer);
    const int frames = static_cast<int>(options.max_frames);
    if (!options.visual_token_cache.empty())
        cache.emplace(options.visual_token_cache, VisualEncoder::recipe(*model, layer, preprocess, frames),
                      options.visual_token_cache_dtype == "fp16");
    const VisualTokenCache* shared_cache = cache ? &*cache : nullptr;
    encoder.emplace(*model, layer, preprocess, shared_cache, options.vision_tune);
    const SampleReaderOptions read{options.version, frames, options.model_max_length, preprocess,
                                   bad_item_policy(options.on_bad_item)};
    const auto warner = [this](const std::string& message) { warn(message); };
    reader.emplace(*dataset, *tokenizer, read, shared_cache, warner);
    held_out = HeldOut::open(options, *tokenizer, read, shared_cache, warner, team->size(), team->rank(), stop);
}

/// One process holds everything itself; several, or a GPU that leaves the moments to the host, take flat buffers.
void Trainer::Run::make_optimizer() {
    const AdamWOptions adamw{options.adam_beta1, options.adam_beta2, options.adam_epsilon, options.weight_decay};
    const bool is_offloaded = parallel.offload_optimizer && model->language().placement().device.is_cuda();
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
        is_trained.push_back(std::any_of(trained.begin(), trained.end(), [&](const auto& each) { return each.first == name; }));
    ZeroOptions zero;
    zero.stage = parallel.stage;
    // Without a file of settings: buffers of 64 MB, small enough that sending begins early in backward.
    constexpr std::int64_t kBucket = std::int64_t{1} << 24;
    zero.bucket_elements = parallel.file.empty() ? kBucket : parallel.reduce_bucket_size;
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
    plan = plan_steps(share.num_samples, share.batch_size, options.gradient_accumulation_steps, options.num_train_epochs,
                      options.max_steps, options.dataloader_drop_last);
    schedule.emplace(options.lr_scheduler_type, options.learning_rate, plan.total_steps, options.warmup_steps,
                     options.warmup_ratio, parse_schedule_settings(options.lr_scheduler_type, options.lr_scheduler_kwargs));
}

/// Rank 0 looks for a checkpoint, all load the same.
void Trainer::Run::resume() {
    const auto warner = [this](const std::string& message) {
        if (team->is_first()) warn(message);
    };
    std::optional<fs::path> found;
    if (team->is_first()) found = find_start(options, run_path, warner);
    const std::string name = team->text_of_first(found ? found->string() : std::string());
    if (!name.empty()) {
        found = name;
        position = load_checkpoint(*found, *optimizer, identity, warner);
        schedule->restore(load_schedule_state(*found));
        if (scale) scale->restore(position.loss_scale);
        position.owes_evaluation = position.owes_evaluation && held_out;
        fit_position();
    }
    position.batch_size = share.batch_size;
    last_saved = found ? position.step : -1;
    if (team->is_first()) report_start(found);
}

/// Batches of the checkpoint, counted in this run's: another number of ranks or samples a batch uses them up faster or slower.
void Trainer::Run::fit_position() {
    if (position.batch_size == share.batch_size) return;
    RankShare saved = share;
    saved.batch_size = position.batch_size;
    const std::int64_t epochs = position.batches / saved.batches_per_epoch();
    const std::int64_t samples = position.batches % saved.batches_per_epoch() * saved.batch_size;
    position.batches = epochs * share.batches_per_epoch() + samples / share.batch_size;
}

void Trainer::Run::report_start(const std::optional<fs::path>& resumed_from) {
    folder->rewind_events(position.step);
    const Json facts = {{"samples", dataset->size()},
                        {"batches_per_epoch", plan.batches_per_epoch},
                        {"total_steps", plan.total_steps},
                        {"warmup_steps", schedule->warmup_steps()},
                        {"trained_parameters", optimizer->trained_elements()},
                        {"threads", at::get_num_threads()},
                        {"device", model->language().placement().device.str()},
                        {"dtype", options.bf16 ? "bf16" : options.fp16 ? "fp16" : "fp32"},
                        {"ranks", team->size()},
                        {"backend", team->group().backend()},
                        {"parallel", to_json(parallel)}};
    folder->write_run(options, command_line, facts);
    Json start = facts;
    start["run"] = fs::absolute(run_path).lexically_normal().string();
    start["resumed_from"] = resumed_from ? Json(resumed_from->filename().string()) : Json();
    event(protocol::train_event("start", start));
    base::log_info(resumed_from ? "Resuming from " + resumed_from->string() : "Starting from the base model");
}

Sampler Trainer::Run::make_sampler() {
    if (!options.group_by_length) return {share.num_samples, options.shuffle, options.order_seed()};
    if (!lengths)
        lengths = std::make_shared<const std::vector<std::int32_t>>(
            measure_lengths(*dataset, choose_threads(options, environment), stop));
    return {lengths, share.batch_size * options.gradient_accumulation_steps, options.order_seed()};
}

void Trainer::Run::start_loader() {
    batches_taken = position.batches;
    const int workers = static_cast<int>(options.dataloader_num_workers);
    loader = std::make_unique<DataLoader>(*reader, make_sampler(), share, position.batches, workers,
                                          static_cast<int>(options.per_device_train_batch_size) + workers);
}

}  // namespace univi::training
