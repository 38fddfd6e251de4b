#include "training/distributed/flat_buffer.h"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/StorageImpl.h>

#include "core/base/error.h"

namespace univi::training {

namespace {

/// Gives a storage memory or takes it away; all views of it, also those autograd saved, follow.
void resize_storage(const at::Tensor& tensor, std::size_t bytes) {
    const c10::DeviceGuard guard(tensor.device());  // an allocator takes the current device's
    c10::StorageImpl* storage = tensor.storage().unsafeGetStorageImpl();
    storage->set_data_ptr_noswap(storage->allocator()->allocate(bytes));
    storage->set_nbytes(bytes);
}

}  // namespace

FlatBuffer::FlatBuffer(FlatLayout layout, const model::NamedTensors& all, ProcessGroup& group,
                       const FlatBufferOptions& options)
    : layout_(std::move(layout)), group_(group), options_(options) {
    for (const FlatSlot& slot : layout_.slots) {
        parameters_.push_back(all.at(slot.parameter));
        shapes_.push_back(parameters_.back().second.sizes().vec());
    }
    const at::Tensor& first = parameters_.at(0).second;
    values_ = at::zeros({layout_.num_elements}, first.options().requires_grad(false));
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        auto& [name, parameter] = parameters_[i];
        if (parameter.scalar_type() != values_.scalar_type())
            throw base::Error(base::ErrorKind::Internal,
                              name + " has another type than its neighbours.");
        const at::Tensor place = view_of(i, values_);
        place.copy_(parameter);
        parameter.set_data(place);
        if (is_trained()) parameter.set_requires_grad(true);
    }
    is_filled_.assign(layout_.slots.size(), false);
    if (options_.sharding == Sharding::Parameters)
        own_ = values_.narrow(0, own_begin(), layout_.part).clone();
    if (is_trained()) make_masters();
    if (options_.sharding == Sharding::Parameters) release();
}

void FlatBuffer::make_masters() {
    const at::Tensor own = own_values();
    const bool is_master = own.scalar_type() == at::kFloat && own.device() == options_.state_device;
    master_ = is_master ? own
                        : own.to(options_.state_device, at::kFloat, /*non_blocking=*/false,
                                 /*copy=*/true);
    average_ = at::zeros_like(master_);
    square_ = at::zeros_like(master_);
}

std::int64_t FlatBuffer::own_begin() const {
    return options_.sharding == Sharding::None ? 0 : group_.rank() * layout_.part;
}

std::int64_t FlatBuffer::own_count() const {
    return options_.sharding == Sharding::None ? layout_.num_elements : layout_.part;
}

/// This rank's weights in the compute type.
at::Tensor FlatBuffer::own_values() {
    return options_.sharding == Sharding::Parameters ? own_
                                                     : values_.narrow(0, own_begin(), own_count());
}

at::Tensor FlatBuffer::view_of(std::size_t slot, const at::Tensor& whole) const {
    const FlatSlot& place = layout_.slots[slot];
    return whole.narrow(0, place.begin, place.count).view(shapes_[slot]);
}

void FlatBuffer::gather() {
    if (is_gathered_) return;
    resize_storage(values_,
                   static_cast<std::size_t>(layout_.num_elements) * values_.element_size());
    values_.narrow(0, own_begin(), layout_.part).copy_(own_);
    gathering_ = group_.all_gather(values_);
    is_gathered_ = true;
}

void FlatBuffer::release() {
    if (!is_gathered_) return;
    wait();
    resize_storage(values_, 0);
    is_gathered_ = false;
}

void FlatBuffer::wait() {
    gathering_.wait();
}

void FlatBuffer::make_gradients() {
    if (batch_gradients_.defined()) return;
    batch_gradients_ =
        at::empty({layout_.num_elements}, values_.options().dtype(options_.gradient_type));
    const FlatSlot& last = layout_.slots.back();
    const std::int64_t used = last.begin + last.count;
    batch_gradients_.narrow(0, used, layout_.num_elements - used).zero_();  // padding
}

bool FlatBuffer::take_gradient(std::size_t slot, const at::Tensor& parameter) {
    make_gradients();
    const at::Tensor place = view_of(slot, batch_gradients_);
    if (is_filled_[slot])
        place.add_(parameter.grad());
    else
        place.copy_(parameter.grad());
    is_filled_[slot] = true;
    parameter.mutable_grad().reset();
    return num_missing_ > 0 && --num_missing_ == 0;
}

void FlatBuffer::begin_reduce() {
    if (!is_trained()) return;
    make_gradients();
    for (std::size_t i = 0; i < layout_.slots.size(); ++i)  // parameters this batch did not use
        if (!is_filled_[i]) view_of(i, batch_gradients_).zero_();
    if (options_.sharding == Sharding::None) {
        reducing_ = group_.all_reduce(batch_gradients_);
    } else {
        reduced_ = at::empty({layout_.part}, batch_gradients_.options());
        reducing_ = group_.reduce_scatter(reduced_, batch_gradients_);
    }
}

void FlatBuffer::finish_reduce() {
    if (!is_trained()) return;
    reducing_.wait();
    const at::Tensor sum = options_.sharding == Sharding::None ? batch_gradients_ : reduced_;
    const at::Tensor wide = sum.to(options_.state_device, at::kFloat);
    if (gradient_.defined())
        gradient_.add_(wide);
    else
        gradient_ = wide;
    batch_gradients_.reset();
    reduced_.reset();
    is_filled_.assign(layout_.slots.size(), false);
}

void FlatBuffer::drop_gradients() {
    for (auto& [name, parameter] : parameters_) parameter.mutable_grad().reset();
    gradient_.reset();
    batch_gradients_.reset();
    is_filled_.assign(layout_.slots.size(), false);
}

at::Tensor FlatBuffer::unscale(double loss_scale) {
    if (!gradient_.defined()) gradient_ = at::zeros_like(master_);
    if (loss_scale != 1) gradient_.mul_(1 / loss_scale);
    return at::linalg_vector_norm(gradient_, 2, std::nullopt, false, at::kDouble).square().cpu();
}

std::vector<FlatBuffer::Piece> FlatBuffer::own_pieces() const {
    std::vector<Piece> pieces;
    const std::int64_t begin = own_begin();
    for (const SlotPiece& piece : pieces_within(layout_, begin, begin + own_count())) {
        const auto part = [&](const at::Tensor& own) {
            return own.defined() ? own.narrow(0, piece.in_flat - begin, piece.count) : at::Tensor();
        };
        pieces.push_back({name(piece.slot), layout_.slots[piece.slot].count, piece.in_parameter,
                          part(master_), part(gradient_), part(average_), part(square_)});
    }
    return pieces;
}

void FlatBuffer::publish() {
    at::Tensor own = own_values();
    if (!own.is_alias_of(master_)) own.copy_(master_);
    if (options_.sharding == Sharding::Moments || options_.sharding == Sharding::Gradients)
        gathering_ = group_.all_gather(values_);
}

at::Tensor FlatBuffer::whole() {
    const at::Tensor own = is_trained() ? master_ : own_values();
    if (options_.sharding == Sharding::None) return own;
    if (options_.sharding != Sharding::Parameters && own.is_alias_of(values_)) return values_;
    at::Tensor whole =
        at::empty({layout_.num_elements}, values_.options().dtype(own.scalar_type()));
    whole.narrow(0, own_begin(), layout_.part).copy_(own);
    group_.all_gather(whole).wait();
    return whole;
}

}  // namespace univi::training
