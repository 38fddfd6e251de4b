#include "training/engine/trainer.h"

#include <ATen/Parallel.h>

#include <chrono>
#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "training/engine/batch.h"
#include "training/engine/checkpoint.h"
#include "training/engine/data_loader.h"
#include "training/engine/optimizer.h"
#include "training/engine/run_folder.h"
#include "training/engine/run_setup.h"
#include "training/engine/schedule.h"
#include "training/engine/visual_encoder.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Resident memory of this process (/proc/self/statm counts pages).
std::int64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::int64_t all = 0, resident = 0;
    file >> all >> resident;
    return resident * 4096;
}

}  // namespace

/// Everything a run holds, in the order it is made.
struct Trainer::Run {
    Run(TrainOptions given, std::vector<std::string> command, base::StopToken stop_token, bool to_stdout, TrainerHooks on)
        : options(std::move(given)), stop(std::move(stop_token)), hooks(std::move(on)),
          folder(options.output_dir, to_stdout), command_line(std::move(command)) {}

    void prepare();
    TrainResult train();
    bool do_step();
    at::Tensor batch(std::int64_t& samples, std::int64_t& tokens);
    double accumulate(std::int64_t& samples, std::int64_t& tokens, bool& is_complete);
    bool ends_step(std::int64_t batches_done) const;
    void report(double loss, double rate, double norm, double step_s, std::int64_t samples, std::int64_t tokens);
    void log_history(double rate, double norm);
    void save_if_due();
    void save_checkpoint_now();
    void save_result();
    void resume();
    void start_loader();
    bool is_done() const;
    Json trainer_state() const;
    double epoch() const;
    void warn(const std::string& message);
    void fail(ErrorKind kind, const std::string& message);
    std::int64_t position_of_batch(std::int64_t batches) const;

    TrainOptions options;
    base::StopToken stop;
    TrainerHooks hooks;
    RunFolder folder;
    std::vector<std::string> command_line;
    std::mutex warn_mutex;

    std::optional<Dataset> dataset;
    std::optional<text::Tokenizer> tokenizer;
    std::unique_ptr<model::UniviModel> model;
    std::optional<VisualTokenCache> cache;
    std::optional<VisualEncoder> encoder;
    std::optional<SampleReader> reader;
    std::optional<AdamW> optimizer;
    std::optional<Schedule> schedule;
    std::unique_ptr<DataLoader> loader;
    StepPlan plan;
    SaveOptions save;
    Json identity;
    RunPosition position;
    std::int64_t batches_taken = 0, last_saved = -1;
    double mean_step_s = 0;
    Clock::time_point began = Clock::now();
};

void Trainer::Run::warn(const std::string& message) {
    const std::lock_guard lock(warn_mutex);
    base::log_warning(message);
    folder.event(protocol::train_event("warning", {{"message", message}}));
}

/// The last event of a run that ends on an error.
void Trainer::Run::fail(ErrorKind kind, const std::string& message) {
    loader.reset();
    folder.event(protocol::train_event("error", {{"kind", std::string(base::to_string(kind))}, {"message", message}}));
}

double Trainer::Run::epoch() const {
    return static_cast<double>(position.batches) / static_cast<double>(plan.batches_per_epoch);
}

std::int64_t Trainer::Run::position_of_batch(std::int64_t batches) const {
    const auto num_samples = static_cast<std::int64_t>(dataset->items().size());
    return batches / plan.batches_per_epoch * num_samples +
           batches % plan.batches_per_epoch * options.per_device_train_batch_size;
}

void Trainer::Run::prepare() {
    refuse_many_processes();
    at::set_num_threads(choose_threads(options));
    if (options.tf32) at::globalContext().setAllowTF32CuBLAS(true);
    dataset = load_dataset(options);
    tokenizer = load_tokenizer(options);
    base::log_info("Loading " + options.model_name_or_path);
    model = model::UniviModel::load(load_options(options, stop));
    if (!model->vision())
        throw Error(ErrorKind::Model, "No vision tower: give one with --vision_tower FOLDER.");
    const media::PreprocessOptions preprocess = load_preprocess(options, *model);
    const int layer = static_cast<int>(options.mm_vision_select_layer);
    const int frames = static_cast<int>(options.max_frames);
    if (!options.visual_token_cache.empty())
        cache.emplace(options.visual_token_cache, VisualEncoder::recipe(*model, layer, preprocess, frames),
                      options.visual_token_cache_dtype == "fp16");
    const VisualTokenCache* shared_cache = cache ? &*cache : nullptr;
    encoder.emplace(*model, layer, preprocess, shared_cache);
    reader.emplace(*dataset, *tokenizer,
                   SampleReaderOptions{options.version, frames, options.model_max_length, preprocess}, shared_cache,
                   [this](const std::string& message) { warn(message); });
    optimizer.emplace(trained_parameters(options, *model),
                      AdamWOptions{options.adam_beta1, options.adam_beta2, options.adam_epsilon, options.weight_decay});
    plan = plan_steps(static_cast<std::int64_t>(dataset->items().size()), options.per_device_train_batch_size,
                      options.gradient_accumulation_steps, options.num_train_epochs, options.max_steps);
    schedule.emplace(options.lr_scheduler_type, options.learning_rate, plan.total_steps, options.warmup_steps,
                     options.warmup_ratio);
    save = {options.model_name_or_path,
            tower_name(options.vision_tower, model->config().vision_tower, options.output_dir), options.save_dtype};
    identity = run_identity(options, dataset->fingerprint());
}

void Trainer::Run::resume() {
    const auto warner = [this](const std::string& message) { warn(message); };
    const auto found = options.overwrite_output_dir ? std::nullopt : newest_checkpoint(folder.path(), warner);
    if (options.overwrite_output_dir) {
        for (std::error_code error; const auto& entry : fs::directory_iterator(folder.path(), error))
            if (entry.path().filename().string().starts_with("checkpoint-")) fs::remove_all(entry.path(), error);
    }
    if (found) position = load_checkpoint(*found, *optimizer, identity, warner);
    last_saved = found ? position.step : -1;
    folder.rewind_events(position.step);
    std::int64_t trained = 0;
    for (const auto& [name, tensor] : optimizer->masters()) trained += tensor.numel();
    const Json facts = {{"samples", dataset->items().size()},
                        {"batches_per_epoch", plan.batches_per_epoch},
                        {"total_steps", plan.total_steps},
                        {"warmup_steps", schedule->warmup_steps()},
                        {"trained_parameters", trained},
                        {"threads", at::get_num_threads()},
                        {"device", model->language().placement().device.str()},
                        {"dtype", options.bf16 ? "bf16" : "fp32"}};
    folder.write_run(options, command_line, facts);
    Json start = facts;
    start["run"] = fs::absolute(folder.path()).lexically_normal().string();
    start["resumed_from"] = found ? Json(found->filename().string()) : Json();
    folder.event(protocol::train_event("start", start));
    base::log_info(found ? "Resuming from " + found->string() : "Starting from the base model");
}

void Trainer::Run::start_loader() {
    batches_taken = position.batches;
    Sampler sampler(static_cast<std::int64_t>(dataset->items().size()), options.shuffle,
                    static_cast<std::uint64_t>(options.seed));
    loader = std::make_unique<DataLoader>(*reader, std::move(sampler), position_of_batch(position.batches),
                                          std::numeric_limits<std::int64_t>::max(),
                                          static_cast<int>(options.dataloader_num_workers),
                                          static_cast<int>(options.per_device_train_batch_size + options.dataloader_num_workers));
}

/// Loss of the next batch with its graph; undefined when it has no target.
at::Tensor Trainer::Run::batch(std::int64_t& num_samples, std::int64_t& num_tokens) {
    std::vector<Sample> samples;
    std::vector<std::vector<std::int64_t>> rows;
    std::vector<at::Tensor> visual;
    std::vector<std::int64_t> items;
    const std::int64_t count = position_of_batch(batches_taken + 1) - position_of_batch(batches_taken);
    for (std::int64_t i = 0; i < count; ++i) {
        samples.push_back(loader->next());
        items.push_back(samples.back().item);
        rows.emplace_back();
        for (SampleMedium& medium : samples.back().media) {
            visual.push_back(encoder->encode(medium));
            rows.back().push_back(visual.back().size(0));
        }
    }
    ++batches_taken;
    if (hooks.batch_used) hooks.batch_used(items);
    const auto placement =
        options.placement == "reference" ? model::Placement::Reference : model::Placement::Interleaved;
    const BatchLayout layout = lay_out_batch(samples, rows, placement);
    num_samples += count;
    num_tokens += layout.num_tokens();
    const at::Tensor tokens = visual.empty() ? at::Tensor() : at::cat(visual);
    return batch_loss(*model, layout, tokens, options.gradient_checkpointing);
}

/// transformers 4.31: every `accumulation` batches, counted on across epochs; an epoch with fewer batches is one step.
bool Trainer::Run::ends_step(std::int64_t batches_done) const {
    const std::int64_t accumulation = options.gradient_accumulation_steps;
    if (batches_done % accumulation == 0) return true;
    return plan.batches_per_epoch <= accumulation && batches_done % plan.batches_per_epoch == 0;
}

/// Gradients of one step's batches; the mean of the batches' means. Incomplete when stopped between two batches.
double Trainer::Run::accumulate(std::int64_t& samples, std::int64_t& tokens, bool& is_complete) {
    const auto share = 1.0 / static_cast<double>(options.gradient_accumulation_steps);
    double sum = 0;
    is_complete = false;
    do {
        if (stop.stop_requested()) return 0;
        const at::Tensor loss = batch(samples, tokens);
        if (!loss.defined()) continue;  // all samples of the batch are without loss
        const at::Tensor scaled = options.gradient_accumulation_steps > 1 ? loss * share : loss;
        scaled.backward();
        sum += scaled.item<double>();
    } while (!ends_step(batches_taken));
    is_complete = true;
    return sum;
}

/// One optimiser step; false when a stop came first.
bool Trainer::Run::do_step() {
    const Clock::time_point begin = Clock::now();
    std::int64_t samples = 0, tokens = 0;
    bool is_complete = false;
    const double loss = accumulate(samples, tokens, is_complete);
    if (!is_complete) return false;
    const double norm = optimizer->clip_gradients(options.max_grad_norm);
    if (!std::isfinite(loss) || !std::isfinite(norm))
        throw Error(ErrorKind::Internal, "The loss is no longer a number at step " + std::to_string(position.step + 1) +
                                             ": lower --learning_rate and start again from the newest checkpoint.");
    if (hooks.before_update) hooks.before_update(position.step, *optimizer);
    const double rate = schedule->rate(position.step);
    optimizer->step(rate);
    ++position.step;
    position.batches = batches_taken;
    position.loss_since_log += loss;
    position.loss_total += loss;
    ++position.steps_since_log;
    report(loss, rate, norm, seconds_since(begin), samples, tokens);
    return true;
}

void Trainer::Run::report(double loss, double rate, double norm, double step_s, std::int64_t samples,
                          std::int64_t tokens) {
    mean_step_s = mean_step_s == 0 ? step_s : 0.95 * mean_step_s + 0.05 * step_s;
    protocol::TrainStep step;
    step.step = position.step;
    step.total_steps = plan.total_steps;
    step.epoch = epoch();
    step.loss = loss;
    step.learning_rate = rate;
    step.grad_norm = norm;
    step.step_s = step_s;
    step.samples_per_s = static_cast<double>(samples) / step_s;
    step.tokens_per_s = static_cast<double>(tokens) / step_s;
    step.eta_s = mean_step_s * static_cast<double>(plan.total_steps - position.step);
    step.memory_bytes = resident_bytes();
    {
        const std::lock_guard lock(warn_mutex);
        folder.event(protocol::to_json(step));
    }
    if (hooks.after_step) hooks.after_step(step);
    if (position.step % options.logging_steps == 0) log_history(rate, norm);
}

void Trainer::Run::log_history(double rate, double norm) {
    const double loss = position.loss_since_log / static_cast<double>(position.steps_since_log);
    position.loss_since_log = 0;
    position.steps_since_log = 0;
    position.log_history.push_back({{"epoch", epoch()},
                                    {"grad_norm", norm},
                                    {"learning_rate", rate},
                                    {"loss", loss},
                                    {"step", position.step}});
    folder.scalars(position.step, {{"train/loss", loss},
                                   {"train/learning_rate", rate},
                                   {"train/grad_norm", norm},
                                   {"train/epoch", epoch()}});
}

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
    const fs::path path = save_checkpoint(folder.path(), position, *model, *optimizer, options, save, identity, state);
    last_saved = position.step;
    remove_old_checkpoints(folder.path(), options.save_total_limit);
    folder.write_state(state);
    const std::lock_guard lock(warn_mutex);
    folder.event(protocol::train_event("checkpoint", {{"path", path.filename().string()}, {"step", position.step}}));
}

void Trainer::Run::save_if_due() {
    const bool by_steps = options.save_strategy == "steps" && position.step % options.save_steps == 0;
    const bool by_epoch = options.save_strategy == "epoch" && position.batches % plan.batches_per_epoch == 0;
    if (by_steps || by_epoch) save_checkpoint_now();
}

void Trainer::Run::save_result() {
    if (!options.save_final) return;
    base::log_info("Writing the result to " + folder.path().string());
    if (options.tune_mm_mlp_adapter) save_projector(folder.path(), *model, optimizer->masters(), options, save);
    else save_model(folder.path(), *model, optimizer->masters(), options, save);
}

/// A run that came to its end and whose result is there: starting it again must not train from an older checkpoint.
bool Trainer::Run::is_done() const {
    const fs::path state = folder.path() / "trainer_state.json";
    const char* result = options.tune_mm_mlp_adapter ? "mm_projector.bin" : "config.json";
    if (options.overwrite_output_dir || !fs::exists(state)) return false;
    if (options.save_final && !fs::exists(folder.path() / result)) return false;
    const Json json = base::read_json_file(state);
    const Json history = json.value("log_history", Json::array());
    return json.value("global_step", std::int64_t{0}) >= plan.total_steps && !history.empty() &&
           history.back().contains("train_runtime");
}

TrainResult Trainer::Run::train() {
    prepare();
    if (is_done()) {
        base::log_info("The run in " + folder.path().string() + " is done; --overwrite_output_dir True trains it anew.");
        return {plan.total_steps, false};
    }
    resume();
    start_loader();
    while (position.step < plan.total_steps) {
        if (!do_step()) {
            save_checkpoint_now();
            const std::lock_guard lock(warn_mutex);
            folder.event(protocol::train_event("stopped", {{"step", position.step}}));
            return {position.step, true};
        }
        save_if_due();
    }
    loader.reset();
    save_result();
    Json state = trainer_state();
    state["log_history"].push_back({{"epoch", epoch()},
                                    {"step", position.step},
                                    {"train_loss", position.loss_total / static_cast<double>(std::max<std::int64_t>(1, position.step))},
                                    {"train_runtime", seconds_since(began)}});
    folder.write_state(state);
    folder.event(protocol::train_event("done", {{"step", position.step}, {"seconds", seconds_since(began)}}));
    return {position.step, false};
}

Trainer::Trainer(TrainOptions options, std::vector<std::string> command, base::StopToken stop, bool to_stdout,
                 TrainerHooks hooks)
    : run_(std::make_unique<Run>(std::move(options), std::move(command), std::move(stop), to_stdout, std::move(hooks))) {}

Trainer::~Trainer() = default;

TrainResult Trainer::run() {
    try {
        return run_->train();
    } catch (const Error& error) {
        run_->fail(error.kind(), error.what());
        throw;
    } catch (const std::exception& error) {  // LibTorch's: the first line says what, the rest is a stack
        const std::string what = error.what();
        run_->fail(ErrorKind::Internal, what.substr(0, what.find('\n')));
        throw;
    }
}

}  // namespace univi::training
