#include "training/engine/planned_memory.h"

#include <algorithm>

#include "core/model/attention.h"
#include "core/model/visual_merger.h"

namespace univi::training {

namespace {

// The figures below are read off the code of DecoderLayer, batch_loss, AdamW and ZeroOptimizer.

constexpr std::int64_t kFloat = 4, kDouble = 8;

// Is resident before a model is loaded, measured on Linux x86-64.
constexpr std::int64_t kCpuOverhead = 215'000'000;
// A CUDA context with kernels and cuBLAS's workspace, and NCCL's buffers on top: estimates that no
// run on GPUs has been held against.
constexpr std::int64_t kCudaOverhead = 550'000'000;
constexpr std::int64_t kNcclOverhead = 300'000'000;

/// What a layer keeps for backward, and works with on top of that.
struct LayerMemory {
    std::int64_t kept = 0;      ///< without checkpointing, its input in fp32 included
    std::int64_t forward = 0;   ///< on top, at the worst place of forward
    std::int64_t backward = 0;  ///< on top, at the worst place of backward
    std::int64_t input = 0;     ///< alone, with checkpointing
};

class Planner {
  public:
    Planner(const PlannedModel& model, const PlannedBatch& batch, const PlanSettings& settings,
            int stage, bool offload)
        : model_(model),
          language_(model.config.language),
          batch_(batch),
          settings_(settings),
          stage_(stage),
          offload_(offload && settings.is_gpu && stage > 0),
          s_(settings.value_bytes),
          tokens_(batch.samples * batch.positions),
          width_(language_.hidden_size) {
        is_flat_ = settings.ranks > 1 || offload_;
        gradient_bytes_ = is_flat_ && !settings.is_gpu ? kFloat : s_;
        for (int i = -1; i < language_.num_layers; ++i)
            trained_.push_back(model.elements_of_layer(i, /*only_trained=*/true));
    }

    MemoryParts plan() {
        add_weights();
        add_optimizer();
        add_gradients();
        parts_.tower = model_.tower_elements * s_;
        tower_kept_ = tower_kept();
        if (!settings_.is_gpu) parts_.cache = cache();
        parts_.overhead = settings_.is_gpu
                              ? kCudaOverhead + (settings_.ranks > 1 ? kNcclOverhead : 0)
                              : kCpuOverhead;
        const std::int64_t steady = parts_.weights - gathered_ + parts_.tower + parts_.optimizer +
                                    parts_.cache + parts_.overhead;
        parts_.peak = steady + std::max({tower_phase(), step_phase(), optimizer_phase()});
        return parts_;
    }

  private:
    std::int64_t trained_of(int layer) const {
        return trained_[static_cast<std::size_t>(layer + 1)];
    }
    std::int64_t trained() const { return model_.trained_elements(); }
    std::int64_t part(std::int64_t elements) const {
        return (elements + settings_.ranks - 1) / settings_.ranks;
    }
    bool is_partitioned(int from_stage) const { return is_flat_ && stage_ >= from_stage; }

    void add_weights() {
        const std::int64_t all = model_.elements() - model_.quantized_elements;
        if (!is_partitioned(3)) {
            parts_.weights = all * s_ + model_.quantized_bytes;
            return;
        }
        gathered_ = most_gathered() * s_;
        parts_.weights = part(all) * s_ + gathered_;
    }

    /// Returns how many elements stage 3 holds whole at once: those outside the layers, and the
    /// last layers as far as the limit allows or two in flight (zero_gather.cpp).
    std::int64_t most_gathered() const {
        const std::int64_t outside = model_.elements_of_layer(-1, false),
                           layer = model_.elements_of_layer(0, false);
        std::int64_t kept = std::min<std::int64_t>(1, language_.num_layers);
        while (kept < language_.num_layers &&
               outside + (kept + 1) * layer <= settings_.max_live_elements)
            ++kept;
        return outside +
               std::min<std::int64_t>(language_.num_layers, std::max<std::int64_t>(kept + 1, 2)) *
                   layer;
    }

    void add_optimizer() {
        const std::int64_t local = is_partitioned(1) ? part(trained()) : trained();
        const bool has_masters = s_ != kFloat || offload_;
        const std::int64_t state = local * (2 + (has_masters ? 1 : 0)) * kFloat;
        (offload_ ? parts_.host : parts_.optimizer) = state;
        if (offload_) parts_.host += local * kFloat;  // gradients wait there for the update
    }

    void add_gradients() {
        if (is_flat_) {
            parts_.gradients = own_gradients(trained());
            parts_.buffers = buffers(trained());
        } else {
            // bf16: the update reads fp32 copies beside them.
            parts_.gradients = trained() * (s_ + (s_ == kFloat ? 0 : kFloat));
        }
    }

    /// Returns the bytes of summed gradients that a rank of several has once `done` elements have
    /// theirs.
    std::int64_t own_gradients(std::int64_t done) const {
        if (settings_.accumulation > 1) done = trained();  // they stay from batch to batch
        const std::int64_t own = offload_ ? 0 : (stage_ == 0 ? done : part(done)) * kFloat;
        return own + (keeps_whole() ? trained() * gradient_bytes_ : 0);
    }
    /// Stage 1 sends only what the step's last batch has completed.
    bool keeps_whole() const { return stage_ == 1 && settings_.accumulation > 1; }

    /// Returns the bytes of gradients on their way between ranks (zero_gradients.cpp).
    std::int64_t buffers(std::int64_t done) const {
        const std::int64_t sent = std::min(done, 3 * largest_buffer());
        std::int64_t bytes = 0;
        // In fp32 stage 0 the buffers themselves become the gradients, and what stages 1 to 3
        // receive becomes the own part.
        const bool becomes_own = gradient_bytes_ == kFloat && settings_.accumulation == 1;
        if (!keeps_whole() && !(stage_ == 0 && becomes_own))
            bytes += std::min(done, in_flight()) * gradient_bytes_;
        if (stage_ > 0 && !becomes_own) bytes += part(sent) * gradient_bytes_;
        // Gloo: every rank's share as it came in
        if (!settings_.is_gpu) bytes += sent * gradient_bytes_;
        return bytes;
    }

    std::int64_t largest_buffer() const {
        if (stage_ == 3) return std::max(trained_of(-1), largest_layer());
        std::int64_t largest = 0;
        for (const FlatLayout& each :
             lay_out_buckets(model_.parameters, settings_.ranks, settings_.bucket_elements))
            largest = std::max(largest, each.num_elements);
        return largest;
    }
    std::int64_t largest_layer() const {
        return language_.num_layers > 0 ? *std::max_element(trained_.begin() + 1, trained_.end())
                                        : 0;
    }

    /// Returns the elements of the buffers alive together: one is filled, two are on their way. A
    /// layer's gradients come in another order than its buffers stand in, so a whole layer waits.
    std::int64_t in_flight() const {
        if (stage_ == 3)
            return trained_of(-1) +
                   std::min<std::int64_t>(3, language_.num_layers) * largest_layer();
        return std::min(trained(), 3 * largest_buffer() + largest_layer());
    }

    LayerMemory layer(int index) const {
        const std::int64_t td = tokens_ * width_,
                           tq = tokens_ * language_.num_heads * language_.head_dim;
        const std::int64_t tf = tokens_ * language_.intermediate_size, heads = language_.num_heads;
        const std::int64_t scores = batch_.samples * heads * batch_.positions * batch_.positions;
        const bool adapts = model_.adapter_rank > 0, is_wide = s_ == kFloat;
        const bool learns = trained_of(index) > 0 && !adapts;
        // The matrices' inputs, behind dropout, are kept for the gradient of what multiplies them.
        const bool keeps_inputs = learns || (adapts && !model_.drops_out);
        const bool is_written_out =
            !settings_.is_gpu && s_ == 2 && batch_.positions <= model::kWrittenOutLength;
        LayerMemory result;
        // Norms keep their input in fp32, their value where weights learn, and what is multiplied.
        const std::int64_t norm =
            td * kFloat + tokens_ * kFloat + (learns ? td * s_ : 0) + (keeps_inputs ? td * s_ : 0);
        // Attention keeps queries, keys, values, result, and the scores or their sums' logarithms.
        std::int64_t attention =
            4 * tq * s_ + (is_written_out ? scores * s_ : tokens_ * heads * kFloat);
        if (is_written_out && !keeps_inputs) attention -= tq * s_;
        const std::int64_t mlp = (keeps_inputs ? 4 : 3) * tf * s_;
        result.kept = 2 * norm + attention + mlp + adapters_kept(td, tq, tf);
        result.input = td * s_;
        const std::int64_t of_scores = is_written_out ? 2 * scores * s_ : 0;
        // A matrix of few bits is widened for its product, in forward and in backward.
        const std::int64_t widened =
            model_.quantized_bytes > 0 ? width_ * language_.intermediate_size * s_ : 0;
        result.forward = std::max(2 * td * s_ + widened, of_scores - mlp - norm);
        // Alive are the gradients of a product, of its factors, the residual and a whole matrix.
        const std::int64_t matrix = learns ? width_ * language_.intermediate_size * s_ : widened;
        const std::int64_t through_adapter = adapts ? tf * s_ : 0;
        result.backward =
            std::max(2 * tf * s_ + (is_wide ? 1 : 2) * td * s_ + matrix + through_adapter,
                     of_scores + 4 * td * s_ - mlp);
        return result;
    }

    /// Returns what a layer's adapters keep: each its narrow product, with dropout input and mask.
    std::int64_t adapters_kept(std::int64_t td, std::int64_t tq, std::int64_t tf) const {
        if (model_.adapter_rank == 0) return 0;
        const std::int64_t narrow = 7 * tokens_ * model_.adapter_rank;
        return (narrow + (model_.drops_out ? 2 * (5 * td + tq + tf) : 0)) * s_;
    }

    /// Returns what a tower that learns keeps of every picture: norms, attention, and of the inner
    /// layer its input, the sigmoid and their product (vision_tower.cpp).
    std::int64_t tower_kept() const {
        std::int64_t deepest = -1;
        for (const ParameterInfo& each : model_.parameters) {
            constexpr std::string_view kLayers = "encoder.layers.";
            if (!each.is_trained || !is_of_tower(each.name)) continue;
            const std::size_t at = each.name.find(kLayers);
            deepest = std::max<std::int64_t>(
                deepest, at == std::string::npos
                             ? 0
                             : std::atoi(each.name.c_str() + at + kLayers.size()) + 1);
        }
        if (deepest < 0) return 0;
        const auto& vision = model_.vision;
        const std::int64_t patches = batch_.pictures * (vision.num_patches() + 1);
        const std::int64_t inner = (vision.quick_gelu ? 4 : 2) * vision.intermediate_size;
        const std::int64_t pixels = batch_.pictures * 3 * vision.image_size * vision.image_size;
        return (patches * (deepest * (8 * vision.hidden_size + inner) + 3 * vision.hidden_size) +
                pixels) *
               s_;
    }

    /// Whether a gradient passes through layer `index`, so that it has to keep something.
    bool has_graph(int index) const {
        for (int i = -1; i <= index; ++i) {
            const bool below = i >= 0 ? trained_of(i) > 0 : trains_below();
            if (below) return true;
        }
        return false;
    }
    /// Whether word embeddings learn or, with pictures, what makes visual tokens.
    bool trains_below() const {
        for (const ParameterInfo& each : model_.parameters) {
            if (!each.is_trained) continue;
            if (each.name.starts_with("model.embed_tokens.")) return true;
            if ((each.name.starts_with("model.mm_projector.") || is_of_tower(each.name)) &&
                batch_.visual_rows > 0)
                return true;
        }
        return false;
    }

    /// Returns what is kept from the layers' end to the loss: the last norm and the chosen rows.
    std::int64_t head_kept() const {
        const std::int64_t td = tokens_ * width_;
        return td * kFloat + td * s_ + batch_.targets * width_ * s_;
    }
    std::int64_t logits() const { return batch_.targets * std::int64_t{language_.vocab_size}; }

    /// Returns the bytes at the worst moment between the first layer and the last gradient.
    std::int64_t step_phase() {
        const int count = language_.num_layers;
        std::vector<LayerMemory> layers;
        std::vector<std::int64_t> kept;  // by layer
        for (int i = 0; i < count; ++i) {
            layers.push_back(layer(i));
            kept.push_back(!has_graph(i)           ? 0
                           : settings_.checkpoints ? layers.back().input
                                                   : layers.back().kept);
        }
        std::int64_t below = tower_kept_;
        for (const std::int64_t bytes : kept) below += bytes;
        // Logits and their logarithms with the gradient of both, in fp32; the batch's rows are
        // alive while the loss is computed.
        const std::int64_t rows = 3 * tokens_ * width_ * s_;
        const std::int64_t loss =
            below + head_kept() + std::max(2 * logits() * kFloat + rows, 3 * logits() * kFloat);
        std::int64_t worst = loss + gradients_from(count + 1);
        parts_.activations = loss;
        for (int i = count - 1; i >= 0 && has_graph(i); --i) {
            const LayerMemory& each = layers[static_cast<std::size_t>(i)];
            const std::int64_t here =
                below + (settings_.checkpoints ? each.kept : 0) + each.backward;
            parts_.activations = std::max(parts_.activations, here);
            worst = std::max(worst, here + gradients_from(i + 1));
            below -= kept[static_cast<std::size_t>(i)];
        }
        return gathered_ + std::max(worst, gradients_from(-1) + below + 2 * tokens_ * width_ * s_);
    }

    /// Returns the bytes of gradients and buffers when backward is through with the layers from
    /// `layer` on (their number: with the head; one more: not even that; -1: with everything).
    std::int64_t gradients_from(int layer) const {
        std::int64_t done = 0;
        if (layer <= language_.num_layers) done = trained_of(-1) - (layer < 0 ? 0 : input_side());
        for (int i = std::max(layer, 0); i < language_.num_layers; ++i) done += trained_of(i);
        if (is_flat_) return own_gradients(done) + buffers(done);
        return settings_.accumulation > 1 ? (trained() + largest_layer()) * s_ : done * s_;
    }
    /// Returns the trained elements whose gradients come last: word embeddings and projector.
    std::int64_t input_side() const {
        std::int64_t sum = 0;
        for (const ParameterInfo& each : model_.parameters)
            if (each.is_trained &&
                (each.name.starts_with("model.embed_tokens.") ||
                 each.name.starts_with("model.mm_projector.") || is_of_tower(each.name)))
                sum += each.num_elements;
        return sum;
    }

    /// Returns the bytes while clipping: ranks take a buffer's norm from a copy in double.
    std::int64_t optimizer_phase() const {
        if (!is_flat_) return parts_.gradients;
        const std::int64_t local = stage_ == 0 ? largest_buffer() : part(largest_buffer());
        return parts_.gradients + (offload_ ? 0 : local * kDouble);
    }

    /// Returns the bytes of a medium in the tower: about twenty rows a patch, and the pixels.
    std::int64_t tower_phase() const {
        const auto& vision = model_.vision;
        const std::int64_t frames = std::min<std::int64_t>(model::kFramesAtOnce, batch_.frames);
        const std::int64_t patches = frames * (vision.num_patches() + 1);
        const std::int64_t row = 4 * vision.hidden_size + 4 * vision.intermediate_size;
        const std::int64_t pixels =
            frames * 3 * vision.image_size * vision.image_size * (kFloat + s_);
        const std::int64_t held = settings_.accumulation > 1 ? gradients_from(-1) : 0;
        return std::max(patches * row * s_ + pixels, tower_kept_) +
               batch_.visual_rows * vision.hidden_size * s_ + held;
    }

    /// Returns the bytes of 8-bit crops that wait, and half as much for one being decoded.
    std::int64_t cache() const {
        const std::int64_t crop =
            std::int64_t{3} * model_.vision.image_size * model_.vision.image_size;
        return batch_.visual_rows > 0 ? settings_.samples_ahead * batch_.frames * crop : 0;
    }

    const PlannedModel& model_;
    const model::LanguageConfig& language_;
    const PlannedBatch& batch_;
    const PlanSettings& settings_;
    int stage_;
    bool offload_, is_flat_ = false;
    std::int64_t s_, tokens_, width_, gradient_bytes_ = 4;
    std::int64_t gathered_ = 0;
    std::int64_t tower_kept_ = 0;
    std::vector<std::int64_t> trained_;  ///< elements: outside the layers, then by layer
    MemoryParts parts_;
};

}  // namespace

MemoryParts plan_memory(const PlannedModel& model, const PlannedBatch& batch,
                        const PlanSettings& settings, int stage, bool offload) {
    return Planner(model, batch, settings, stage, offload).plan();
}

}  // namespace univi::training
