#include "tests/support/fake_device/host_views.h"

#include <ATen/ATen.h>
#include <c10/core/CPUAllocator.h>

#include "tests/support/fake_device/losses.h"
#include "tests/support/fake_device/memory.h"

namespace univi::test::fake {

bool is_fake(const at::Tensor& tensor) {
    return tensor.defined() && tensor.device().type() == c10::DeviceType::PrivateUse1;
}

HostViews::HostViews(int device, std::string what)
    : device_(device), what_(std::move(what)), stream_(key_of(current_stream(device))) {
    count_operator(device_);
}

HostViews::~HostViews() {
    for (const auto& [key, opened] : opened_)
        DeviceMemory::instance().close(const_cast<void*>(opened.device.data()));
}

/// Borrowed memory. Where an operator makes its output larger, the CPU's memory comes in its
/// place, and fit() takes the values over.
c10::Storage HostViews::host_storage(const at::Tensor& tensor) {
    const c10::Storage& storage = tensor.storage();
    const auto [place, is_new] = opened_.try_emplace(storage.unsafeGetStorageImpl());
    if (is_new) {
        void* data = const_cast<void*>(storage.data());
        DeviceMemory::instance().open(data);
        c10::DataPtr borrowed(data, c10::Device(c10::DeviceType::CPU));
        place->second = {storage, c10::Storage(c10::make_intrusive<c10::StorageImpl>(
                                      c10::StorageImpl::use_byte_size_t(), storage.nbytes(),
                                      std::move(borrowed), c10::GetCPUAllocator(), true))};
    }
    return place->second.host;
}

at::Tensor HostViews::view(const at::Tensor& tensor, bool is_written) {
    if (!is_fake(tensor)) return tensor;
    StreamOrder::instance().use(stream_, tensor.storage().data(), is_written, what_);
    for (const Known& each : known_)
        if (each.original.is_same(tensor)) return each.view;
    at::Tensor view = at::detail::make_tensor<c10::TensorImpl>(
        host_storage(tensor), c10::DispatchKeySet(c10::DispatchKey::CPU), tensor.dtype());
    view.unsafeGetTensorImpl()->set_sizes_and_strides(tensor.sizes(), tensor.strides(),
                                                      tensor.storage_offset());
    known_.push_back({tensor, view});
    return view;
}

/// An output that the operator gave another size.
void HostViews::fit(const at::Tensor& original, const at::Tensor& view) {
    if (original.sizes() == view.sizes()) return;
    const at::Tensor made = to_device(view.clone());
    original.unsafeGetTensorImpl()->set_storage_keep_dtype(made.storage());
    original.unsafeGetTensorImpl()->set_sizes_and_strides(made.sizes(), made.strides(), 0);
}

at::Tensor HostViews::to_device(const at::Tensor& result) {
    if (!result.defined() || !result.device().is_cpu()) return result;
    for (const Known& each : known_) {
        if (!each.view.is_same(result)) continue;
        const at::Tensor original = each.original;  // fit() makes more of them known
        fit(original, result);
        return original;
    }
    for (const auto& [key, opened] : opened_) {
        if (opened.host.unsafeGetStorageImpl() != result.storage().unsafeGetStorageImpl()) continue;
        at::Tensor same = at::detail::make_tensor<c10::TensorImpl>(
            c10::Storage(opened.device), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
            result.dtype());
        same.unsafeGetTensorImpl()->set_sizes_and_strides(result.sizes(), result.strides(),
                                                          result.storage_offset());
        return same;
    }
    const at::Tensor from = result.is_non_overlapping_and_dense() ? result : result.contiguous();
    const c10::Device device(c10::DeviceType::PrivateUse1, static_cast<c10::DeviceIndex>(device_));
    at::Tensor made =
        at::empty_strided(from.sizes(), from.strides(), from.options().device(device));
    view(made, true).copy_(from);
    return made;
}

}  // namespace univi::test::fake
