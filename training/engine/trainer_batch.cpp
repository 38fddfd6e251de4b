// What goes through the model together: samples encoded and laid out, cut into micro-batches where
// memory asks for it.
#include <ATen/DeviceAccelerator.h>
#include <c10/util/Exception.h>

#include "core/base/exception_text.h"
#include "core/base/log.h"
#include "training/engine/trainer_run.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

bool is_gpu_failure(const std::exception& error) {
    if (dynamic_cast<const c10::AcceleratorError*>(&error)) return true;
    const std::string_view what = error.what();
    return what.find("CUDA error") != what.npos || what.find("CUDA driver") != what.npos;
}

/// This rank's samples of the next batch, without those left out (--on_bad_item skip).
std::vector<Sample> Trainer::Run::take_samples(Counts& counts) {
    std::vector<Sample> samples;
    std::vector<std::int64_t> items;
    const std::int64_t count = share.part(batches_taken).size();
    const Clock::time_point begin = Clock::now();
    for (std::int64_t i = 0; i < count; ++i) {
        Sample sample = loader->next();
        items.push_back(sample.item);
        if (!sample.is_skipped) samples.push_back(std::move(sample));
    }
    counts.data_s += std::chrono::duration<double>(Clock::now() - begin).count();
    if (hooks.batch_used) hooks.batch_used(items);
    counts.items = std::move(items);
    counts.samples += count;
    return samples;
}

/// Encodes the media of `samples` and lays them out.
Trainer::Run::MicroBatch Trainer::Run::make_micro_batch(std::vector<Sample>& samples) const {
    MicroBatch batch;
    std::vector<std::vector<std::int64_t>> rows;
    std::vector<at::Tensor> visual;
    for (Sample& sample : samples) {
        rows.emplace_back();
        for (SampleMedium& medium : sample.media) {
            visual.push_back(encoder->encode(medium));
            rows.back().push_back(visual.back().size(0));
        }
    }
    const auto order = options.placement == "reference" ? model::VisualOrder::Reference
                                                        : model::VisualOrder::Interleaved;
    batch.layout = lay_out_batch(samples, rows, order);
    if (!visual.empty()) batch.visual = at::cat(visual);
    return batch;
}

/// The loss with its graph; undefined when there is no target.
at::Tensor Trainer::Run::loss_of(const MicroBatch& batch, bool checkpoint_layers) const {
    if (hooks.before_forward && batch.layout.batch > 0)
        hooks.before_forward(position.step, batch.layout.batch);
    return batch_loss(*model, batch.layout, batch.visual, checkpoint_layers,
                      optimizer->layer_hooks());
}

/// The samples in parts of micro_batch_size. All media are encoded here: the parts weigh by their
/// targets, whose number is known only when all are laid out, and merged tokens are small beside
/// the activations. Not so the graph of a trained tower, which is made when a part's turn comes.
std::vector<Trainer::Run::MicroBatch> Trainer::Run::cut_batch(std::vector<Sample> samples) const {
    std::vector<MicroBatch> result;
    const auto size = static_cast<std::size_t>(micro_batch_size);
    const bool is_encoded_again = options.vision_tune && samples.size() > size;
    const c10::AutoGradMode graph(!is_encoded_again);
    for (std::size_t begin = 0; begin < samples.size(); begin += size) {
        const auto first = samples.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last =
            samples.begin() + static_cast<std::ptrdiff_t>(std::min(begin + size, samples.size()));
        std::vector<Sample> part(std::make_move_iterator(first), std::make_move_iterator(last));
        result.push_back(make_micro_batch(part));
        if (is_encoded_again) result.back().samples = std::move(part);
    }
    return result;
}

/// Runs `work`; with --auto_micro_batch it may run out of memory, which is noted for all ranks
/// to agree on.
void Trainer::Run::within_memory(Counts& counts, const std::function<void()>& work) const {
    try {
        work();
    } catch (const std::exception& error) {
        if (!options.auto_micro_batch || !base::is_out_of_memory(error)) throw;
        counts.memory_problem = base::first_line(error);
    }
}

/// Gradients of this rank's part of the next batch, times `scale`. Every rank goes through the same
/// number of micro-batches, also those that have no samples for one, or no memory left.
void Trainer::Run::learn_batch(Counts& counts, double scale, bool ends_the_step) {
    std::vector<MicroBatch> parts;
    if (counts.memory_problem.empty())
        within_memory(counts, [&] { parts = cut_batch(take_samples(counts)); });
    std::size_t targets = 0;
    for (const MicroBatch& part : parts) targets += part.layout.targets.size();
    counts.targets += static_cast<std::int64_t>(targets);
    const std::int64_t rounds =
        (options.per_device_train_batch_size + micro_batch_size - 1) / micro_batch_size;
    double batch_loss_sum = 0;
    for (std::int64_t i = 0; i < rounds; ++i) {
        within_memory(counts, [&] { optimizer->begin_batch(ends_the_step && i + 1 == rounds); });
        if (counts.memory_problem.empty() && i < static_cast<std::int64_t>(parts.size()))
            within_memory(counts, [&] {
                MicroBatch part = std::move(parts[static_cast<std::size_t>(i)]);
                if (!part.samples.empty()) part = make_micro_batch(part.samples);
                counts.tokens += part.layout.num_tokens();
                const double share_of_targets =
                    targets > 0 ? static_cast<double>(part.layout.targets.size()) /
                                      static_cast<double>(targets)
                                : 0;
                model->language().set_dropout_key(model::mix_keys(
                    {static_cast<std::uint64_t>(options.seed),
                     static_cast<std::uint64_t>(batches_taken),
                     static_cast<std::uint64_t>(team->rank()), static_cast<std::uint64_t>(i)}));
                batch_loss_sum += learn(part, scale * share_of_targets);
            });
        optimizer->end_batch();
    }
    ++batches_taken;
    if (!std::isfinite(batch_loss_sum))
        counts.bad_items.insert(counts.bad_items.end(), counts.items.begin(), counts.items.end());
    counts.loss += batch_loss_sum;
}

/// Forward and backward; the loss times `weight`, 0 when no sample has a target.
double Trainer::Run::learn(const MicroBatch& batch, double weight) {
    const at::Tensor loss = loss_of(batch, options.gradient_checkpointing);
    if (!loss.defined()) return 0;
    const at::Tensor scaled = weight == 1 ? loss : loss * weight;
    if (scaled.requires_grad()) (scale ? scaled * scale->value() : scaled).backward();
    return scaled.item<double>();
}

/// After a step that some rank had no memory for; every rank calls it. Throws Error{Memory} when
/// there is nothing left to halve.
void Trainer::Run::halve_micro_batch(const Counts& counts) {
    const std::string cause = team->first_problem(counts.memory_problem);
    if (micro_batch_size == 1)
        throw Error(ErrorKind::Memory,
                    "Out of memory at step " + std::to_string(position.step + 1) +
                        " with one sample at a time (" + cause + "): " + memory_advice());
    micro_batch_size = (micro_batch_size + 1) / 2;
    optimizer->zero_grad();
    if (model->language().placement().device.is_cuda()) at::accelerator::emptyCache();
    loader.reset();
    start_loader();  // the step's samples once more
    if (!team->is_first()) return;
    warn("Out of memory at step " + std::to_string(position.step + 1) + " (" + cause +
         "): the run goes on with " + std::to_string(micro_batch_size) + " sample" +
         (micro_batch_size == 1 ? "" : "s") + " at a time; the batch stays as it is.");
}

/// What may help a run that has too little memory: what it does not use yet.
std::string Trainer::Run::memory_advice() const {
    std::vector<std::string> ways;
    if (options.per_device_train_batch_size > 1)
        ways.push_back("a smaller --per_device_train_batch_size");
    if (!options.gradient_checkpointing) ways.push_back("--gradient_checkpointing True");
    if (options.model_max_length > 512) ways.push_back("a smaller --model_max_length");
    if (parallel.stage < 3)
        ways.push_back(team && !team->is_alone()
                           ? "--zero_stage " + std::to_string(parallel.stage + 1)
                           : "more ranks with --zero_stage 3");
    if (!options.auto_micro_batch && options.per_device_train_batch_size > 1)
        ways.push_back(
            "--auto_micro_batch True, which keeps the batch and takes fewer samples at a time");
    if (ways.empty()) return "use a device with more memory, or more of them.";
    std::string text = "use ";
    for (std::size_t i = 0; i < ways.size(); ++i)
        text += (i == 0 ? "" : i + 1 == ways.size() ? " or " : ", ") + ways[i];
    return text + ".";
}

}  // namespace univi::training
