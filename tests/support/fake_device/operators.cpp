// The fake device's operators: those that every device brings itself, and one for all others, which
// runs the CPU's over the device's memory.
#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/DeviceGuard.h>
#include <torch/library.h>

#include <set>

#include "tests/support/fake_device/generator.h"
#include "tests/support/fake_device/host_views.h"
#include "tests/support/fake_device/memory.h"
#include "tests/support/fake_device/streams.h"

namespace univi::test::fake {
namespace {

using c10::IValue;
using torch::jit::Stack;

constexpr c10::DispatchKeySet kKeys(c10::DispatchKey::PrivateUse1);

c10::Device target(std::optional<c10::Device> device) {
    const int index = device && device->has_index() ? device->index() : current_device();
    TORCH_CHECK(index < device_count(), "fake error: there is no device fake:", index);
    return {c10::DeviceType::PrivateUse1, static_cast<c10::DeviceIndex>(index)};
}

at::Tensor empty(at::IntArrayRef size, std::optional<at::ScalarType> type,
                 std::optional<at::Layout>, std::optional<c10::Device> device, std::optional<bool>,
                 std::optional<at::MemoryFormat> format) {
    const c10::DeviceGuard guard(target(device));
    return at::detail::empty_generic(size, c10::GetAllocator(c10::DeviceType::PrivateUse1), kKeys,
                                     c10::dtype_or_default(type), format);
}

at::Tensor empty_strided(at::IntArrayRef size, at::IntArrayRef stride,
                         std::optional<at::ScalarType> type, std::optional<at::Layout>,
                         std::optional<c10::Device> device, std::optional<bool>) {
    const c10::DeviceGuard guard(target(device));
    return at::detail::empty_strided_generic(size, stride,
                                             c10::GetAllocator(c10::DeviceType::PrivateUse1), kKeys,
                                             c10::dtype_or_default(type));
}

/// Counts a copy at the device it goes to or, to the host, comes from.
void count_copy(const at::Tensor& from, const at::Tensor& to, bool non_blocking) {
    const auto bytes = static_cast<std::int64_t>(from.nbytes());
    DeviceMemory& memory = DeviceMemory::instance();
    const auto shape = c10::str(" ", from.sizes(), " ", from.scalar_type());
    if (!is_fake(from)) {
        memory.count(to.device().index(), [&](Counters& c) {
            ++c.host_to_device;
            c.host_to_device_bytes += bytes;
        });
        if (!non_blocking) note_wait(to.device().index(), "copy to the device" + shape);
    } else if (!is_fake(to)) {
        memory.count(from.device().index(), [&](Counters& c) {
            ++c.device_to_host;
            c.device_to_host_bytes += bytes;
        });
        if (!non_blocking) note_wait(from.device().index(), "copy to the host" + shape);
    } else if (from.device() != to.device()) {
        memory.count(to.device().index(), [&](Counters& c) {
            ++c.between_devices;
            c.between_devices_bytes += bytes;
        });
    }
}

void copy_values(const at::Tensor& from, const at::Tensor& to, bool non_blocking) {
    count_copy(from, to, non_blocking);
    const int device = (is_fake(to) ? to : from).device().index();
    HostViews views(device, "copy");
    views.view(to, true).copy_(views.view(from, false));
    if (!non_blocking && is_fake(from) != is_fake(to))
        StreamOrder::instance().host_waits(key_of(current_stream(device)));
}

at::Tensor copy_from(const at::Tensor& self, const at::Tensor& to, bool non_blocking) {
    copy_values(self, to, non_blocking);
    return to;
}

const at::Tensor& resize(const at::Tensor& self, at::IntArrayRef size,
                         std::optional<at::MemoryFormat>) {
    if (self.sizes() == size) return self;
    c10::TensorImpl* impl = self.unsafeGetTensorImpl();
    const std::size_t bytes = at::detail::computeStorageNbytesContiguous(
        size, self.dtype().itemsize(), static_cast<std::size_t>(self.storage_offset()));
    if (bytes > self.storage().nbytes()) {
        const c10::DeviceGuard guard(self.device());
        c10::StorageImpl* storage = self.storage().unsafeGetStorageImpl();
        c10::DataPtr grown = storage->allocator()->allocate(bytes);
        if (storage->nbytes() > 0)
            storage->allocator()->copy_data(grown.get(), storage->data(), storage->nbytes());
        storage->set_data_ptr_noswap(std::move(grown));
        storage->set_nbytes(bytes);
    }
    impl->set_sizes_contiguous(size);
    return self;
}

at::Tensor copy_from_and_resize(const at::Tensor& self, const at::Tensor& to) {
    to.resize_(self.sizes());
    copy_values(self, to, false);
    return to;
}

at::Scalar read_value(const at::Tensor& self) {
    const int device = self.device().index();
    DeviceMemory::instance().count(device, [&](Counters& c) {
        ++c.device_to_host;
        c.device_to_host_bytes += static_cast<std::int64_t>(self.nbytes());
    });
    note_wait(device, "item");
    HostViews views(device, "item");
    return at::_local_scalar_dense(views.view(self, false));
}

at::Tensor& set_storage(at::Tensor& self, at::Storage source, std::int64_t offset,
                        at::IntArrayRef size, at::IntArrayRef stride) {
    c10::TensorImpl* impl = self.unsafeGetTensorImpl();
    impl->set_storage_keep_dtype(std::move(source));
    if (stride.empty() && !size.empty()) {
        impl->set_storage_offset(offset);
        impl->set_sizes_contiguous(size);
    } else {
        impl->set_sizes_and_strides(size, stride, offset);
    }
    return self;
}

at::Tensor& set_whole_storage(at::Tensor& self, at::Storage source) {
    const auto count = static_cast<std::int64_t>(source.nbytes() / self.dtype().itemsize());
    return set_storage(self, std::move(source), 0, {count}, {});
}

at::Tensor& set_tensor(at::Tensor& self, const at::Tensor& source) {
    return set_storage(self, source.storage(), source.storage_offset(), source.sizes(),
                       source.strides());
}

at::Tensor convolve(const at::Tensor& input, const at::Tensor& weight,
                    const std::optional<at::Tensor>& bias, at::IntArrayRef stride,
                    at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
                    at::IntArrayRef output_padding, std::int64_t groups) {
    HostViews views(input.device().index(), "convolution");
    std::optional<at::Tensor> offset;
    if (bias && bias->defined()) offset = views.view(*bias, false);
    return views.to_device(at::convolution(views.view(input, false), views.view(weight, false),
                                           offset, stride, padding, dilation, transposed,
                                           output_padding, groups));
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolve_backward(
    const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& weight,
    at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
    at::IntArrayRef output_padding, std::int64_t groups, std::array<bool, 3> mask) {
    HostViews views(input.device().index(), "convolution_backward");
    auto [of_input, of_weight, of_bias] = at::convolution_backward(
        views.view(gradient, false), views.view(input, false), views.view(weight, false),
        at::OptionalIntArrayRef(at::IntArrayRef{weight.size(0)}), stride, padding, dilation,
        transposed, output_padding, groups, mask);
    return {views.to_device(of_input), views.to_device(of_weight), views.to_device(of_bias)};
}

/// Operators for whose result's size the host has to wait.
bool waits_for_its_size(const std::string& name, const Stack& arguments) {
    static const std::set<std::string> kNames{
        "aten::nonzero",  "aten::masked_select",    "aten::_unique2", "aten::unique_consecutive",
        "aten::bincount", "aten::unique_dim",       "aten::equal",    "aten::is_nonzero",
        "aten::histc",    "aten::repeat_interleave"};
    if (name == "aten::repeat_interleave") return arguments.back().isNone();
    return kNames.contains(name);
}

/// Every tensor among an operator's arguments, with whether it is written.
template <typename Visit>
void visit_tensors(const c10::FunctionSchema& schema, at::ArrayRef<IValue> arguments,
                   Visit&& visit) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const c10::AliasInfo* alias = schema.arguments()[i].alias_info();
        const bool is_written = alias && alias->isWrite();
        if (arguments[i].isTensor())
            visit(arguments[i].toTensor(), is_written);
        else if (arguments[i].isTensorList())
            for (const at::Tensor& each : arguments[i].toTensorVector()) visit(each, is_written);
        else if (arguments[i].isOptionalTensorList())
            for (const std::optional<at::Tensor>& each : arguments[i].toOptionalTensorVector())
                if (each) visit(*each, is_written);
    }
}

/// The device of the operator. Throws when tensors of different devices meet, as CUDA does: only
/// single values, and indices, may be on the CPU.
int common_device(const c10::FunctionSchema& schema, at::ArrayRef<IValue> arguments) {
    std::optional<c10::Device> device;
    std::optional<c10::Device> other;
    const bool takes_indices =
        schema.name().starts_with("aten::index") && schema.name() != "aten::index_select";
    visit_tensors(schema, arguments, [&](const at::Tensor& tensor, bool) {
        if (!tensor.defined()) return;
        if (!is_fake(tensor)) {
            if (tensor.dim() > 0 && !takes_indices) other = tensor.device();
        } else if (!device) {
            device = tensor.device();
        } else if (*device != tensor.device()) {
            other = tensor.device();
        }
    });
    if (!device) {
        for (const IValue& each : arguments)
            if (each.isDevice()) device = each.toDevice();
    }
    const c10::Device found = target(device);
    TORCH_CHECK(!other,
                "Expected all tensors to be on the same device, but found at least two devices, ",
                found.str(), " and ", other->str(), "! (", schema.name(), ")");
    return found.index();
}

IValue on_host(const IValue& argument, bool is_written, int device, HostViews& views) {
    if (argument.isTensor()) return views.view(argument.toTensor(), is_written);
    if (argument.isTensorList()) {
        c10::List<at::Tensor> list;
        for (const at::Tensor& each : argument.toTensorVector())
            list.push_back(views.view(each, is_written));
        return list;
    }
    if (argument.isOptionalTensorList()) {
        c10::List<std::optional<at::Tensor>> list;
        for (const std::optional<at::Tensor>& each : argument.toOptionalTensorVector())
            list.push_back(each ? std::optional(views.view(*each, is_written)) : std::nullopt);
        return list;
    }
    if (argument.isDevice()) return c10::Device(c10::DeviceType::CPU);
    if (argument.isGenerator()) return on_cpu(argument.toGenerator());
    return argument;
}

IValue on_device(const IValue& result, HostViews& views) {
    if (result.isTensor()) return views.to_device(result.toTensor());
    if (result.isTensorList()) {
        c10::List<at::Tensor> list;
        for (const at::Tensor& each : result.toTensorVector())
            list.push_back(views.to_device(each));
        return list;
    }
    return result;
}

/// A random operator without a generator draws from the device's own.
bool wants_generator(const c10::Argument& argument, const IValue& value) {
    const auto optional = argument.type()->cast<c10::OptionalType>();
    return value.isNone() && optional &&
           optional->getElementType()->kind() == c10::TypeKind::GeneratorType;
}

void run_on_cpu(const c10::OperatorHandle& op, c10::DispatchKeySet, Stack* stack) {
    const c10::FunctionSchema& schema = op.schema();
    const std::size_t count = schema.arguments().size();
    const std::size_t begin = stack->size() - count;
    const std::vector<IValue> arguments(stack->begin() + static_cast<std::ptrdiff_t>(begin),
                                        stack->end());
    const int device = common_device(schema, arguments);
    if (waits_for_its_size(schema.name(), *stack)) note_wait(device, schema.name());
    HostViews views(device, schema.name());
    for (std::size_t i = 0; i < count; ++i) {
        const c10::AliasInfo* alias = schema.arguments()[i].alias_info();
        IValue& place = (*stack)[begin + i];
        place = wants_generator(schema.arguments()[i], place)
                    ? IValue(on_cpu(default_generator(device)))
                    : on_host(place, alias && alias->isWrite(), device, views);
    }
    op.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
    const std::size_t results = schema.returns().size();
    for (std::size_t i = stack->size() - results; i < stack->size(); ++i)
        (*stack)[i] = on_device((*stack)[i], views);
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) {
    m.fallback(torch::CppFunction::makeFromBoxedFunction<&run_on_cpu>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
    m.impl("empty.memory_format", &empty);
    m.impl("empty_strided", &empty_strided);
    m.impl("_copy_from", &copy_from);
    m.impl("_copy_from_and_resize", &copy_from_and_resize);
    m.impl("_local_scalar_dense", &read_value);
    m.impl("resize_", &resize);
    m.impl("as_strided", &at::native::as_strided_tensorimpl);
    m.impl("view", &at::native::view);
    m.impl("_reshape_alias", &at::native::_reshape_alias);
    m.impl("unfold", &at::native::unfold);
    m.impl("set_.source_Storage", &set_whole_storage);
    m.impl("set_.source_Storage_storage_offset", &set_storage);
    m.impl("set_.source_Tensor", &set_tensor);
    m.impl("convolution_overrideable", &convolve);
    m.impl("convolution_backward_overrideable", &convolve_backward);
}

}  // namespace
}  // namespace univi::test::fake
