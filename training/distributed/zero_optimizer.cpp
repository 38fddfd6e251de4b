#include "training/distributed/zero_optimizer.h"

#include "core/base/error.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

ZeroOptimizer::ZeroOptimizer(const model::NamedTensors& all, const std::vector<bool>& is_trained,
                             ProcessGroup& group, const AdamWOptions& adamw,
                             const ZeroOptions& options)
    : group_(group), adamw_(adamw), options_(options), state_device_(all.at(0).second.device()) {
    const at::NoGradGuard no_grad;
    std::vector<ParameterInfo> infos;
    for (std::size_t i = 0; i < all.size(); ++i) {
        names_.push_back(all[i].first);
        parameters_.push_back(all[i].second);
        shapes_.push_back(all[i].second.sizes().vec());
        infos.push_back({all[i].first, all[i].second.numel(), is_trained[i]});
    }
    gradient_type_ = state_device_.is_cpu() ? at::kFloat : all[0].second.scalar_type();
    if (options.offload_optimizer) state_device_ = at::kCPU;
    is_flat_.assign(all.size(), false);
    auto layouts = options.stage == 3
                       ? lay_out_layers(infos, group.size())
                       : lay_out_buckets(infos, group.size(), options.bucket_elements);
    flats_.reserve(layouts.size());
    for (FlatLayout& layout : layouts) make_flat(std::move(layout));
    register_hooks();
    make_script();
}

ZeroOptimizer::~ZeroOptimizer() = default;

/// Moves the parameters of `layout` into one buffer.
void ZeroOptimizer::make_flat(FlatLayout layout) {
    Flat& flat = flats_.emplace_back();
    flat.layout = std::move(layout);
    const at::Tensor& first = parameters_[flat.layout.slots.at(0).parameter];
    flat.values = at::zeros({flat.layout.num_elements}, first.options().requires_grad(false));
    for (const FlatSlot& slot : flat.layout.slots) {
        at::Tensor& parameter = parameters_[slot.parameter];
        if (parameter.scalar_type() != first.scalar_type())
            throw Error(ErrorKind::Internal,
                        names_[slot.parameter] + " has another type than its neighbours.");
        const at::Tensor place =
            flat.values.narrow(0, slot.begin, slot.count).view(shapes_[slot.parameter]);
        place.copy_(parameter);
        parameter.set_data(place);
        if (flat.layout.is_trained) parameter.set_requires_grad(true);
        is_flat_[slot.parameter] = true;
    }
    flat.is_filled.assign(flat.layout.slots.size(), false);
    if (options_.stage == 3)
        flat.own = flat.values.narrow(0, local_begin(flat), flat.layout.part).clone();
    if (flat.layout.is_trained) make_masters(flat);
    if (options_.stage == 3) release(flat);
}

void ZeroOptimizer::make_masters(Flat& flat) {
    const at::Tensor local = local_values(flat);
    const bool is_master = local.scalar_type() == at::kFloat && local.device() == state_device_;
    flat.master = is_master
                      ? local
                      : local.to(state_device_, at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    flat.average = at::zeros_like(flat.master);
    flat.square = at::zeros_like(flat.master);
}

std::int64_t ZeroOptimizer::local_begin(const Flat& flat) const {
    return options_.stage == 0 ? 0 : group_.rank() * flat.layout.part;
}

std::int64_t ZeroOptimizer::local_count(const Flat& flat) const {
    return options_.stage == 0 ? flat.layout.num_elements : flat.layout.part;
}

/// This rank's weights in the compute type.
at::Tensor ZeroOptimizer::local_values(Flat& flat) {
    return options_.stage == 3 ? flat.own
                               : flat.values.narrow(0, local_begin(flat), local_count(flat));
}

double ZeroOptimizer::clip_gradients(double max_norm) {
    const at::NoGradGuard no_grad;
    at::Tensor sum = at::zeros({1}, at::kDouble);
    for (Flat& flat : flats_) {
        if (!flat.layout.is_trained) continue;
        if (!flat.gradient.defined()) flat.gradient = at::zeros_like(flat.master);
        if (loss_scale_ != 1) flat.gradient.mul_(1 / loss_scale_);
        const at::Tensor norm =
            at::linalg_vector_norm(flat.gradient, 2, std::nullopt, false, at::kDouble);
        sum.add_(norm.square().cpu());
    }
    if (options_.stage > 0) group_.all_reduce(sum).wait();
    const double norm = std::sqrt(sum.item<double>());
    const double scale = max_norm > 0 ? max_norm / (norm + 1e-6) : 1;
    if (scale < 1)
        for (Flat& flat : flats_)
            if (flat.layout.is_trained) flat.gradient.mul_(scale);
    return norm;
}

void ZeroOptimizer::step(double learning_rate) {
    const at::NoGradGuard no_grad;
    ++updates_;
    for (Flat& flat : flats_) {
        if (!flat.layout.is_trained) continue;
        AdamWPieces decayed, plain;
        const std::int64_t begin = local_begin(flat);
        for (const SlotPiece& piece :
             pieces_within(flat.layout, begin, begin + local_count(flat))) {
            const std::int64_t at = piece.in_flat - begin;
            AdamWPieces& into =
                is_decayed(names_[flat.layout.slots[piece.slot].parameter]) ? decayed : plain;
            into.weights.push_back(flat.master.narrow(0, at, piece.count));
            into.gradients.push_back(flat.gradient.narrow(0, at, piece.count));
            into.averages.push_back(flat.average.narrow(0, at, piece.count));
            into.squares.push_back(flat.square.narrow(0, at, piece.count));
        }
        update_adamw(decayed, adamw_, adamw_.weight_decay, learning_rate, updates_);
        update_adamw(plain, adamw_, 0, learning_rate, updates_);
        flat.gradient.reset();
        publish(flat);
    }
    for (Flat& flat : flats_) flat.gather.wait();
    zero_grad();
}

/// The updated masters become the weights everybody computes with (stage 3: at the next gathering).
void ZeroOptimizer::publish(Flat& flat) {
    at::Tensor local = local_values(flat);
    if (!local.is_alias_of(flat.master)) local.copy_(flat.master);
    if (options_.stage == 1 || options_.stage == 2) flat.gather = group_.all_gather(flat.values);
}

void ZeroOptimizer::zero_grad() {
    // of a backward that broke off
    for (at::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
    for (Flat& flat : flats_) {
        flat.gradient.reset();
        flat.gradients.reset();
        flat.is_filled.assign(flat.layout.slots.size(), false);
    }
}

/// All fp32 masters of a buffer; every rank calls it.
at::Tensor ZeroOptimizer::whole_master(Flat& flat) {
    if (options_.stage == 0) return flat.master;
    if (options_.stage < 3 && flat.master.is_alias_of(flat.values)) return flat.values;
    at::Tensor whole =
        at::empty({flat.layout.num_elements}, flat.values.options().dtype(at::kFloat));
    whole.narrow(0, local_begin(flat), flat.layout.part).copy_(flat.master);
    group_.all_gather(whole).wait();
    return whole;
}

/// All values of a frozen buffer of stage 3.
at::Tensor ZeroOptimizer::whole_values(Flat& flat) {
    at::Tensor whole = at::empty({flat.layout.num_elements}, flat.own.options());
    whole.narrow(0, local_begin(flat), flat.layout.part).copy_(flat.own);
    group_.all_gather(whole).wait();
    return whole;
}

void ZeroOptimizer::visit_weights(
    const std::function<void(const std::string&, const at::Tensor&)>& visit) {
    const at::NoGradGuard no_grad;
    const bool is_first = group_.rank() == 0;
    for (std::size_t i = 0; i < parameters_.size() && is_first; ++i)
        if (!is_flat_[i]) visit(names_[i], parameters_[i].detach());
    for (Flat& flat : flats_) {
        const at::Tensor whole = flat.layout.is_trained ? whole_master(flat) : whole_values(flat);
        for (const FlatSlot& slot : flat.layout.slots)
            if (is_first)
                visit(names_[slot.parameter],
                      whole.narrow(0, slot.begin, slot.count).view(shapes_[slot.parameter]));
    }
}

model::TensorTable ZeroOptimizer::state() const {
    model::TensorTable table;
    if (options_.stage == 0 && group_.rank() != 0) return table;  // the same everywhere
    for (const Flat& flat : flats_) {
        if (!flat.layout.is_trained) continue;
        const std::int64_t begin = local_begin(flat);
        for (const SlotPiece& piece :
             pieces_within(flat.layout, begin, begin + local_count(flat))) {
            const std::string name = names_[flat.layout.slots[piece.slot].parameter] + "@" +
                                     std::to_string(piece.in_parameter);
            const std::int64_t at = piece.in_flat - begin;
            table["exp_avg." + name] = model::to_view(flat.average.narrow(0, at, piece.count));
            table["exp_avg_sq." + name] = model::to_view(flat.square.narrow(0, at, piece.count));
        }
    }
    return table;
}

void ZeroOptimizer::restore(const SavedValues& saved, std::int64_t updates) {
    const at::NoGradGuard no_grad;
    updates_ = updates;
    for (Flat& flat : flats_) {
        if (!flat.layout.is_trained) continue;
        const std::int64_t begin = local_begin(flat);
        for (const SlotPiece& piece :
             pieces_within(flat.layout, begin, begin + local_count(flat))) {
            const FlatSlot& slot = flat.layout.slots[piece.slot];
            const std::int64_t at = piece.in_flat - begin;
            const auto read = [&](const char* kind, const at::Tensor& into) {
                saved.read(kind, names_[slot.parameter], slot.count, piece.in_parameter,
                           into.narrow(0, at, piece.count));
            };
            read("weight", flat.master);
            read("exp_avg", flat.average);
            read("exp_avg_sq", flat.square);
        }
        publish(flat);
    }
    for (Flat& flat : flats_) flat.gather.wait();
}

std::int64_t ZeroOptimizer::trained_elements() const {
    std::int64_t sum = 0;
    for (const Flat& flat : flats_)
        if (flat.layout.is_trained)
            for (const FlatSlot& slot : flat.layout.slots) sum += slot.count;
    return sum;
}

}  // namespace univi::training
