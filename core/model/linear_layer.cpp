#include "core/model/linear_layer.h"

#include <ATen/CPUGeneratorImpl.h>

#include "core/base/random.h"
#include "core/model/linear.h"

namespace univi::model {
namespace {

at::Tensor drop(const at::Tensor& x, const AdapterDropout& dropout) {
    if (dropout.rate <= 0) return x;
    at::Generator generator;
    if (x.is_cpu()) {
        generator = at::detail::createCPUGenerator(dropout.key);
    } else {
        generator = at::globalContext().defaultGenerator(x.device()).clone();
        generator.set_current_seed(dropout.key);
    }
    const double kept = 1 - dropout.rate;
    const at::Tensor mask = at::empty_like(x, x.options().requires_grad(false));
    return x * mask.bernoulli_(kept, generator).div_(kept);
}

}  // namespace

std::uint64_t mix_keys(std::initializer_list<std::uint64_t> numbers) {
    std::uint64_t key = 0;
    for (const std::uint64_t number : numbers)
        key = base::mix_bits(key + number + base::kRandomStep);
    return key;
}

AdapterDropout AdapterDropout::of(std::uint64_t part) const {
    return rate > 0 ? AdapterDropout{rate, mix_keys({key, part})} : AdapterDropout{};
}

c10::Device LinearLayer::device() const {
    return quantized ? quantized->device() : weight.device();
}

at::Tensor LinearLayer::operator()(const at::Tensor& x, const AdapterDropout& dropout) const {
    const at::Tensor y = quantized ? quantized_linear(x, quantized) : apply_linear(x, weight);
    if (!lora_a.defined()) return y;
    return y + apply_linear(apply_linear(drop(x, dropout.of(place)), lora_a), lora_b) * lora_scale;
}

}  // namespace univi::model
