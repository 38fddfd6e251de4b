#include "core/model/weight_source.h"

#include <c10/core/TensorOptions.h>

#include <cstdint>

#include "core/base/error.h"
#include "core/model/quantized_names.h"

namespace univi::model {
namespace {

c10::ScalarType scalar_type(DType dtype) {
    switch (dtype) {
        case DType::F64:
            return c10::kDouble;
        case DType::F32:
            return c10::kFloat;
        case DType::F16:
            return c10::kHalf;
        case DType::BF16:
            return c10::kBFloat16;
        case DType::I64:
            return c10::kLong;
        case DType::I32:
            return c10::kInt;
        case DType::I16:
            return c10::kShort;
        case DType::I8:
            return c10::kChar;
        case DType::U8:
            return c10::kByte;
        case DType::Bool:
            return c10::kBool;
    }
    throw base::Error(base::ErrorKind::Internal, "a tensor has an unknown element type");
}

DType dtype_of(c10::ScalarType type) {
    switch (type) {
        case c10::kDouble:
            return DType::F64;
        case c10::kFloat:
            return DType::F32;
        case c10::kHalf:
            return DType::F16;
        case c10::kBFloat16:
            return DType::BF16;
        case c10::kLong:
            return DType::I64;
        case c10::kInt:
            return DType::I32;
        case c10::kShort:
            return DType::I16;
        case c10::kChar:
            return DType::I8;
        case c10::kByte:
            return DType::U8;
        case c10::kBool:
            return DType::Bool;
        default:
            break;
    }
    throw base::Error(
        base::ErrorKind::Internal,
        std::string("tensors of type ") + c10::toString(type) + " cannot be written to a file");
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i ? "," : "") + std::to_string(shape[i]);
    return text + "]";
}

bool is_float(DType dtype) {
    return dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16 ||
           dtype == DType::F64;
}

/// Stored in the checkpoint, computed from the configuration here.
bool is_buffer(const std::string& name) {
    return name.ends_with("rotary_emb.inv_freq") || name.ends_with("embeddings.position_ids");
}

std::string first_names(const std::vector<std::string>& names, std::size_t limit) {
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), limit); ++i)
        text += (i ? ", " : "") + names[i];
    if (names.size() > limit) text += ", …";
    return text;
}

}  // namespace

at::Tensor to_tensor(const TensorView& view) {
    const auto options = at::TensorOptions().dtype(scalar_type(view.dtype));
    if (view.num_elements() == 0) return at::empty(view.shape, options);
    // ATen never writes through a weight that does not require grad; the map is read-only, so a
    // mistake faults at once.
    void* data = const_cast<std::byte*>(view.data);
    at::Tensor tensor = at::from_blob(
        data, view.shape, view.stride, [owner = view.owner](void*) {}, options);
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % byte_size(view.dtype) == 0;
    return aligned ? tensor : tensor.clone();
}

TensorView to_view(const at::Tensor& tensor) {
    auto owner = std::make_shared<at::Tensor>(tensor.detach().to(c10::kCPU).contiguous());
    TensorView view;
    view.dtype = dtype_of(owner->scalar_type());
    view.shape = owner->sizes().vec();
    view.stride = owner->strides().vec();
    view.data = static_cast<const std::byte*>(owner->const_data_ptr());
    view.bytes = owner->nbytes();
    view.owner = owner;
    return view;
}

WeightSource::WeightSource(TensorTable table, std::string origin)
    : table_(std::move(table)), origin_(std::move(origin)) {}

bool WeightSource::has(const std::string& name) const {
    return table_.contains(name);
}

void WeightSource::override_tensor(const std::string& name, TensorView view) {
    table_.insert_or_assign(name, std::move(view));
}

void WeightSource::set_observer(std::function<void(const std::string&)> observer) {
    observer_ = std::move(observer);
}

at::Tensor WeightSource::take(const std::string& name, const std::vector<std::int64_t>& shape,
                              const PlacementOptions& placement) {
    if (observer_) observer_(name);
    used_.insert(name);
    const auto found = table_.find(name);
    const auto options =
        at::TensorOptions().device(placement.device).dtype(placement.compute_dtype);
    if (found == table_.end()) {
        missing_.push_back(name);
        return at::empty(shape, options);
    }
    const TensorView& view = found->second;
    if (view.shape != shape || !is_float(view.dtype)) {
        wrong_shape_.push_back(name + " (" + std::string(to_string(view.dtype)) +
                               shape_text(view.shape) + ", expected " + shape_text(shape) + ")");
        return at::empty(shape, options);
    }
    const at::Tensor mapped = to_tensor(view);
    if (placement.device.is_cpu() && !placement.materialize) return mapped.contiguous();
    // A copy even when type and device already fit: trained weights must not write into
    // the mapped file.
    return mapped.to(options, /*non_blocking=*/false, /*copy=*/true).contiguous();
}

std::shared_ptr<const QuantizedWeight> WeightSource::take_quantized(
    const std::string& name, const std::vector<std::int64_t>& shape,
    const PlacementOptions& placement) {
    for (const StoredKind& each : kStoredKinds) {
        const auto codes = table_.find(name + each.suffix);
        const auto scales = table_.find(name + kScalesSuffix);
        if (codes == table_.end() || scales == table_.end()) continue;
        if (observer_) observer_(name);
        used_.insert({codes->first, scales->first});
        const auto place = [&](const TensorView& view) {
            return to_tensor(view).to(placement.device).contiguous();
        };
        try {
            return std::make_shared<const QuantizedWeight>(
                each.kind, shape.at(0), shape.at(1),
                QuantizedWeight::Parts{place(codes->second), place(scales->second)});
        } catch (const base::Error& error) {
            throw base::Error(error.kind(), origin_ + " does not fit its config.json: of " + name +
                                                " " + error.what() + ".");
        }
    }
    return nullptr;
}

std::vector<std::string> WeightSource::unused() const {
    std::vector<std::string> names;
    for (const auto& [name, view] : table_)
        if (!used_.contains(name) && !is_buffer(name)) names.push_back(name);
    return names;
}

void WeightSource::check_complete() const {
    if (missing_.empty() && wrong_shape_.empty()) return;
    std::string text = origin_ + " does not hold the weights its configuration asks for: ";
    if (!missing_.empty())
        text += std::to_string(missing_.size()) + " missing (" + first_names(missing_, 8) + ")";
    if (!wrong_shape_.empty())
        text += std::string(missing_.empty() ? "" : ", ") + std::to_string(wrong_shape_.size()) +
                " of the wrong shape (" + first_names(wrong_shape_, 8) + ")";
    throw base::Error(base::ErrorKind::Model,
                      text + "; download it again or check its config.json.");
}

}  // namespace univi::model
