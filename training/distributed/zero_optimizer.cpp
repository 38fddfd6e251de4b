#include "training/distributed/zero_optimizer.h"

#include <ATen/ATen.h>

#include <cmath>

namespace univi::training {

namespace {

std::vector<FlatLayout> lay_out(const model::NamedTensors& all, const std::vector<bool>& is_trained,
                                int ranks, const ZeroOptions& options) {
    std::vector<ParameterInfo> infos;
    for (std::size_t i = 0; i < all.size(); ++i)
        infos.push_back({all[i].first, all[i].second.numel(), is_trained[i]});
    return options.stage == 3 ? lay_out_layers(infos, ranks)
                              : lay_out_buckets(infos, ranks, options.bucket_elements);
}

FlatBufferOptions buffer_options(const at::Tensor& first, const ZeroOptions& options) {
    FlatBufferOptions buffers;
    buffers.sharding = static_cast<Sharding>(options.stage);
    buffers.state_device = options.offload_optimizer ? c10::Device(c10::kCPU) : first.device();
    buffers.gradient_type = first.device().is_cpu() ? at::kFloat : first.scalar_type();
    return buffers;
}

model::NamedTensors in_no_buffer(const model::NamedTensors& all,
                                 const std::vector<FlatLayout>& layouts) {
    std::vector<bool> is_in(all.size(), false);
    for (const FlatLayout& layout : layouts)
        for (const FlatSlot& slot : layout.slots) is_in[slot.parameter] = true;
    model::NamedTensors outside;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (!is_in[i]) outside.push_back(all[i]);
    return outside;
}

}  // namespace

ZeroOptimizer::ZeroOptimizer(const model::NamedTensors& all, const std::vector<bool>& is_trained,
                             ProcessGroup& group, const AdamWOptions& adamw,
                             const ZeroOptions& options)
    : group_(group), adamw_(adamw), options_(options), backward_(*this) {
    const at::NoGradGuard no_grad;
    const std::vector<FlatLayout> layouts = lay_out(all, is_trained, group.size(), options);
    const FlatBufferOptions kept = buffer_options(all.at(0).second, options);
    buffers_.reserve(layouts.size());
    for (const FlatLayout& layout : layouts) buffers_.emplace_back(layout, all, group, kept);
    outside_ = in_no_buffer(all, layouts);
    script_ = options.stage == 3 ? BatchScript::of_layers(layouts, options.max_live_elements)
                                 : BatchScript::of_reductions(layouts.size());
    watch_gradients();
}

ZeroOptimizer::~ZeroOptimizer() = default;

void ZeroOptimizer::watch_gradients() {
    for (std::size_t i = 0; i < buffers_.size(); ++i)
        for (std::size_t k = 0; buffers_[i].is_trained() && k < buffers_[i].num_slots(); ++k)
            backward_.watch(buffers_[i].parameter(k), i, k);
}

void ZeroOptimizer::begin_batch(bool is_last) {
    const at::NoGradGuard no_grad;
    in_batch_ = true;
    for (FlatBuffer& buffer : buffers_) buffer.expect_gradients();
    // Stages 0 and 1 keep whole gradients until the step's last batch.
    if (options_.stage < 2 && !is_last)
        script_.skip();
    else
        script_.start();
    if (options_.stage == 3) gather_first_layer();
}

void ZeroOptimizer::end_batch() {
    const at::NoGradGuard no_grad;
    run_until(script_.operations().size());
    finish_reductions(0);
    in_batch_ = false;
}

/// Stage 3: the first half of the script, after which everything is let go.
void ZeroOptimizer::begin_evaluation() {
    if (options_.stage < 3) return;
    const at::NoGradGuard no_grad;
    script_.start();
    gather_first_layer();
}

void ZeroOptimizer::end_evaluation() {
    if (options_.stage < 3) return;
    const at::NoGradGuard no_grad;
    const int layers = script_.num_layers();
    run_until(layers > 0 ? script_.layer(layers - 1).after_forward : 0);
    for (FlatBuffer& buffer : buffers_) buffer.release();
    script_.skip();
}

void ZeroOptimizer::run_until(std::size_t end) {
    script_.run_until(end, [this](const BatchOperation& operation) { perform(operation); });
}

void ZeroOptimizer::perform(const BatchOperation& operation) {
    // each holds a buffer and what was received for it
    constexpr std::size_t kReductionsAtOnce = 2;
    FlatBuffer& buffer = buffers_[operation.buffer];
    switch (operation.kind) {
        case BatchOperation::Kind::Gather:
            return buffer.gather();
        case BatchOperation::Kind::Release:
            return buffer.release();
        case BatchOperation::Kind::Reduce:
            // Earlier reductions end first: what throws here has not begun this one.
            finish_reductions(options_.overlap ? kReductionsAtOnce - 1 : 0);
            if (!buffer.is_trained()) return;
            buffer.begin_reduce();
            reducing_.push_back(operation.buffer);
            if (!options_.overlap) finish_reductions(0);
    }
}

void ZeroOptimizer::finish_reductions(std::size_t allowed) {
    for (; reducing_.size() > allowed; reducing_.pop_front())
        buffers_[reducing_.front()].finish_reduce();
}

void ZeroOptimizer::gather_first_layer() {
    run_until(script_.num_layers() > 0 ? script_.layer(0).before_forward : 0);
    wait_for_layer(-1);
}

void ZeroOptimizer::wait_for_layer(int layer) {
    for (FlatBuffer& buffer : buffers_)
        if (buffer.layout().layer == layer) buffer.wait();
}

void ZeroOptimizer::wait_for_all() {
    for (FlatBuffer& buffer : buffers_) buffer.wait();
}

at::Tensor ZeroOptimizer::before_layer(int layer, const at::Tensor& x) {
    {
        const at::NoGradGuard no_grad;
        run_until(script_.layer(layer).before_forward);
        wait_for_layer(layer);
    }
    return backward_.exit_of(layer, x);
}

at::Tensor ZeroOptimizer::after_layer(int layer, const at::Tensor& x) {
    const at::Tensor result = backward_.entry_of(layer, x);
    const at::NoGradGuard no_grad;
    run_until(script_.layer(layer).after_forward);
    return result;
}

void ZeroOptimizer::backward_enters(int layer) {
    const at::NoGradGuard no_grad;
    run_until(script_.layer(layer).before_backward);
    wait_for_layer(layer);
}

void ZeroOptimizer::backward_leaves(int layer) {
    const at::NoGradGuard no_grad;
    run_until(script_.layer(layer).after_backward);
}

void ZeroOptimizer::gradient_ready(std::size_t buffer, std::size_t slot,
                                   const at::Tensor& parameter) {
    const at::NoGradGuard no_grad;
    const bool is_last = buffers_[buffer].take_gradient(slot, parameter);
    if (is_last && options_.overlap && options_.stage < 3) reduce_complete_buffers();
}

/// Stages 0 to 2: begins the reductions whose turn it is and whose buffers are complete.
void ZeroOptimizer::reduce_complete_buffers() {
    while (in_batch_ && !script_.is_done() && buffers_[script_.next().buffer].is_complete())
        run_until(script_.position() + 1);
}

double ZeroOptimizer::clip_gradients(double max_norm) {
    const at::NoGradGuard no_grad;
    at::Tensor sum = at::zeros({1}, at::kDouble);
    for (FlatBuffer& buffer : buffers_)
        if (buffer.is_trained()) sum.add_(buffer.unscale(loss_scale_));
    if (options_.stage > 0) group_.all_reduce(sum).wait();
    const double norm = std::sqrt(sum.item<double>());
    const double scale = max_norm > 0 ? max_norm / (norm + 1e-6) : 1;
    if (scale < 1)
        for (FlatBuffer& buffer : buffers_)
            if (buffer.is_trained()) buffer.scale_gradient(scale);
    return norm;
}

void ZeroOptimizer::step(double learning_rate) {
    const at::NoGradGuard no_grad;
    ++updates_;
    for (FlatBuffer& buffer : buffers_) {
        if (!buffer.is_trained()) continue;
        AdamWPieces decayed, plain;
        for (const FlatBuffer::Piece& piece : buffer.own_pieces()) {
            AdamWPieces& into = is_decayed(piece.name) ? decayed : plain;
            into.weights.push_back(piece.master);
            into.gradients.push_back(piece.gradient);
            into.averages.push_back(piece.average);
            into.squares.push_back(piece.square);
        }
        update_adamw(decayed, adamw_, adamw_.weight_decay, learning_rate, updates_);
        update_adamw(plain, adamw_, 0, learning_rate, updates_);
        buffer.drop_gradients();
        buffer.publish();
    }
    wait_for_all();
    zero_grad();
}

void ZeroOptimizer::zero_grad() {
    for (FlatBuffer& buffer : buffers_) buffer.drop_gradients();
}

void ZeroOptimizer::visit_weights(
    const std::function<void(const std::string&, const at::Tensor&)>& visit) {
    const at::NoGradGuard no_grad;
    const bool is_first = group_.rank() == 0;
    for (const auto& [name, parameter] : outside_)
        if (is_first) visit(name, parameter.detach());
    for (FlatBuffer& buffer : buffers_) {
        const at::Tensor whole = buffer.whole();
        for (std::size_t i = 0; is_first && i < buffer.num_slots(); ++i)
            visit(buffer.name(i), buffer.view_of(i, whole));
    }
}

model::TensorTable ZeroOptimizer::state() const {
    model::TensorTable table;
    if (options_.stage == 0 && group_.rank() != 0) return table;  // the same everywhere
    for (const FlatBuffer& buffer : buffers_) {
        if (!buffer.is_trained()) continue;
        for (const FlatBuffer::Piece& piece : buffer.own_pieces()) {
            const std::string name = piece.name + "@" + std::to_string(piece.first);
            table["exp_avg." + name] = model::to_view(piece.average);
            table["exp_avg_sq." + name] = model::to_view(piece.square);
        }
    }
    return table;
}

void ZeroOptimizer::restore(const SavedValues& saved, std::int64_t updates) {
    const at::NoGradGuard no_grad;
    updates_ = updates;
    for (FlatBuffer& buffer : buffers_) {
        if (!buffer.is_trained()) continue;
        for (const FlatBuffer::Piece& piece : buffer.own_pieces()) {
            const auto read = [&](const char* kind, const at::Tensor& into) {
                saved.read(kind, piece.name, piece.parameter_elements, piece.first, into);
            };
            read("weight", piece.master);
            read("exp_avg", piece.average);
            read("exp_avg_sq", piece.square);
        }
        buffer.publish();
    }
    wait_for_all();
}

std::int64_t ZeroOptimizer::trained_elements() const {
    std::int64_t sum = 0;
    for (const FlatBuffer& buffer : buffers_)
        if (buffer.is_trained())
            for (const FlatSlot& slot : buffer.layout().slots) sum += slot.count;
    return sum;
}

}  // namespace univi::training
