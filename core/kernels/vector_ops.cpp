#include "core/kernels/vector_ops.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/kernel_table.h"

namespace univi::kernels {

void rms_norm(const float* x, const float* weight, double eps, std::int64_t size, float* out) {
    kernel_table().loops.rms_norm(x, weight, eps, size, out);
}

void softmax(float* values, std::int64_t size) {
    kernel_table().loops.softmax(values, size);
}

double log_sum_of_exponentials(const float* values, std::int64_t size) {
    const float largest = *std::max_element(values, values + size);
    const float sum = kernel_table().loops.sum_of_exponentials(values, largest, size);
    return static_cast<double>(largest) + std::log(static_cast<double>(sum));
}

void swiglu(float* gate, const float* up, std::int64_t size) {
    kernel_table().loops.swiglu(gate, up, size);
}

std::uint32_t sum_words(const std::uint32_t* words, std::int64_t size) {
    return kernel_table().loops.sum_words(words, size);
}

void rotate_heads(float* x, const float* cosines, const float* sines, std::int64_t heads,
                  std::int64_t dim) {
    const std::int64_t half = dim / 2;
    for (std::int64_t head = 0; head < heads; ++head) {
        float *low = x + head * dim, *high = low + half;
        for (std::int64_t i = 0; i < half; ++i) {
            const float a = low[i], b = high[i];
            low[i] = a * cosines[i] - b * sines[i];
            high[i] = b * cosines[half + i] + a * sines[half + i];
        }
    }
}

}  // namespace univi::kernels
