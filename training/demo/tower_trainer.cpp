#include "training/demo/tower_trainer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/atomic_folder.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/model/model_folder.h"
#include "core/model/safetensors.h"
#include "training/demo/optimizer.h"

namespace univi::training::demo {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<at::Tensor> cast_weights(TowerNet& net, at::ScalarType dtype, bool with_gradient) {
    std::vector<at::Tensor> out;
    for (const auto& [name, value] : net.parameters()) {
        at::Tensor copy = value.to(dtype, /*non_blocking=*/false, /*copy=*/true);
        if (with_gradient) copy.set_requires_grad(true);
        out.push_back(copy);
    }
    return out;
}

void copy_from(const model::TensorTable& table, const std::string& name, at::Tensor target,
               const std::filesystem::path& file) {
    const auto found = table.find(name);
    if (found == table.end() || found->second.shape != target.sizes().vec())
        throw base::Error(base::ErrorKind::Format, "The tower checkpoint " + file.string() +
                                                       " has no fitting tensor " + name +
                                                       "; delete it to start again.");
    target.copy_(model::to_tensor(found->second));
}

std::int64_t load_checkpoint(const std::filesystem::path& file, TowerNet& net,
                             TowerOptimizer* optimizer) {
    const model::TensorTable table = model::read_safetensors(file);
    for (auto& [name, value] : net.parameters()) copy_from(table, name, value, file);
    at::Tensor step = at::zeros({1}, at::kLong);
    copy_from(table, "step", step, file);
    if (optimizer) {
        for (auto& [name, value] : optimizer->state()) copy_from(table, name, value, file);
        optimizer->set_num_steps(step.item<std::int64_t>());
    }
    return step.item<std::int64_t>();
}

void save(const std::filesystem::path& file, TowerNet& net, const TowerOptimizer& optimizer) {
    model::TensorTable table;
    for (const auto& [name, value] : net.parameters()) table.emplace(name, model::to_view(value));
    for (const auto& [name, value] : optimizer.state()) table.emplace(name, model::to_view(value));
    table.emplace("step", model::to_view(at::full({1}, optimizer.num_steps(), at::kLong)));
    model::write_safetensors(file, table);
}

TowerScore evaluate(TowerNet& net, const TowerBatch& batch, at::ScalarType dtype) {
    const auto weights = cast_weights(net, dtype, false);
    return tower_score(net.heads(net.features(batch.pixels, weights), weights), batch);
}

std::string describe(const TowerScore& score) {
    char text[200];
    std::snprintf(text, sizeof text,
                  "held out: kind %.1f %%, background %.1f %%, cell %.1f %%, colour %.1f %%, "
                  "centre off by %.3f",
                  100 * score.kind, 100 * score.background, 100 * score.cell, 100 * score.colour,
                  score.centre_error);
    return text;
}

base::Json config_json(const TowerShape& shape, at::ScalarType dtype) {
    model::VisionConfig config;
    config.hidden_size = shape.width;
    config.intermediate_size = shape.mlp;
    config.num_layers = shape.layers;
    config.num_heads = shape.heads;
    config.image_size = kSide;
    config.patch_size = kPatch;
    base::Json json = model::tower_config(config, dtype);
    json.update({{"attention_dropout", 0.0},
                 {"dropout", 0.0},
                 {"initializer_factor", 1.0},
                 {"initializer_range", 0.02},
                 {"projection_dim", shape.width}});
    return json;
}

base::Json preprocessor_config() {
    return {{"crop_size", kSide},
            {"do_center_crop", true},
            {"do_normalize", true},
            {"do_resize", true},
            {"feature_extractor_type", "CLIPFeatureExtractor"},
            {"image_mean", {0.48145466, 0.4578275, 0.40821073}},
            {"image_std", {0.26862954, 0.26130258, 0.27577711}},
            {"resample", 3},
            {"size", kSide}};
}

}  // namespace

std::int64_t load_tower_checkpoint(const std::filesystem::path& file, TowerNet& net) {
    return load_checkpoint(file, net, nullptr);
}

namespace {

/// What writes into the residual stream; everything else reads it through a layer norm and does not
/// see its scale.
bool writes_residual(const std::string& name) {
    for (const char* part : {".pre_layrnorm.", ".self_attn.out_proj.", ".mlp.fc2."})
        if (name.find(part) != std::string::npos) return true;
    return false;
}

}  // namespace

void export_tower(TowerNet& net, const std::filesystem::path& folder, bool half) {
    base::AtomicFolder out(folder);
    model::NamedTensors tensors;
    for (const auto& [name, value] : net.parameters())
        if (name.starts_with("vision_model."))
            tensors.emplace_back(name, writes_residual(name) ? value * kExportScale : value);
    // CLIPVisionModel's layer norm over the CLS token: there because the layout asks for it;
    // nothing here reads it.
    tensors.emplace_back("vision_model.post_layernorm.weight", at::ones({net.shape().width}));
    tensors.emplace_back("vision_model.post_layernorm.bias", at::zeros({net.shape().width}));
    const at::ScalarType dtype = half ? at::kHalf : at::kFloat;
    const model::ModelFolderWriter writer(out.path());
    writer.weights(tensors, {.dtype = dtype});
    writer.config(config_json(net.shape(), dtype));
    writer.json("preprocessor_config.json", preprocessor_config());
    out.commit();
}

namespace {

struct StepResult {
    double loss = 0, norm = 0;  ///< norm: of all gradients
};

/// Learns from a batch. `rate`: the share of the learning rates that holds now.
StepResult take_step(TowerNet& net, TowerOptimizer& optimizer, const TowerBatch& batch,
                     at::ScalarType dtype, double rate) {
    const auto weights = cast_weights(net, dtype, true);
    const at::Tensor loss =
        tower_loss(net.heads(net.features(batch.pixels, weights), weights), batch);
    loss.backward();
    std::vector<at::Tensor> gradients;
    for (const at::Tensor& weight : weights) gradients.push_back(weight.grad());
    const double norm = optimizer.step(std::move(gradients), rate);
    return {loss.item<double>(), norm};
}

/// Logs the mean of the steps since the last line.
class StepLog {
  public:
    explicit StepLog(const TowerOptions& options) : options_(options) {}

    void add(std::int64_t step, const StepResult& result) {
        loss_sum_ += result.loss;
        ++counted_;
        if (step % options_.log_every != 0) return;
        const double pictures = double(counted_ * options_.batch_size) / seconds_since(last_);
        char line[160];
        std::snprintf(line, sizeof line,
                      "tower step %lld/%lld  loss %.4f  grad %.2f  %.1f pictures/s",
                      static_cast<long long>(step), static_cast<long long>(options_.steps),
                      loss_sum_ / double(counted_), result.norm, pictures);
        base::log_info(line);
        loss_sum_ = 0, counted_ = 0, last_ = Clock::now();
    }

  private:
    const TowerOptions& options_;
    double loss_sum_ = 0;
    std::int64_t counted_ = 0;
    Clock::time_point last_ = Clock::now();
};

}  // namespace

TowerScore train_tower(const TowerOptions& options, const base::StopToken& stop) {
    std::filesystem::create_directories(options.folder);
    const StampLibrary stamps(options.stamps);
    TowerNet net(options.shape, options.seed);
    TowerOptimizer optimizer(net.parameters(),
                             {.adam_rate = options.adam_rate, .muon_rate = options.muon_rate});
    const auto checkpoint = options.folder / "checkpoint.safetensors";
    std::int64_t step = 0;
    if (std::filesystem::exists(checkpoint)) {
        step = load_checkpoint(checkpoint, net, &optimizer);
        base::log_info("tower: going on after step " + std::to_string(step));
    }
    const at::ScalarType dtype = options.bf16 ? at::kBFloat16 : at::kFloat;
    const TowerBatch held_out = make_tower_batch(stamps, options.seed + 1, 0, 64);
    TowerBatchQueue queue(stamps, options.seed, step, options.batch_size);
    auto last_save = Clock::now();
    StepLog log(options);
    const std::int64_t end =
        options.sitting > 0 ? std::min(options.steps, step + options.sitting) : options.steps;
    for (; step < end && !stop.stop_requested(); ++step) {
        const double rate = schedule_at(step, options.steps, options.warmup);
        log.add(step + 1, take_step(net, optimizer, queue.next(), dtype, rate));
        if ((step + 1) % options.evaluate_every == 0)
            base::log_info("tower " + describe(evaluate(net, held_out, dtype)));
        if (seconds_since(last_save) > options.save_every_s) {
            save(checkpoint, net, optimizer);
            last_save = Clock::now();
        }
    }
    save(checkpoint, net, optimizer);
    export_tower(net, options.folder / "vision_tower", false);
    const TowerScore score = evaluate(net, held_out, at::kFloat);
    base::log_info("tower: written after step " + std::to_string(step) + ", " + describe(score));
    return score;
}

}  // namespace univi::training::demo
