// Norm, SwiGLU and rotary embedding, run on the CPU, against the CPU's own kernels.
#include "core/model/cuda/layer_kernels.cuh"

#include "core/kernels/vector_ops.h"
#include "tests/core/cuda/device_values.h"

namespace univi::model::cuda::test {
namespace {

template <class T>
class LayerKernels : public testing::Test {
  protected:
    static Floats rounded(Floats values) {
        for (float& value : values) value = to_float(from_float<T>(value));
        return values;
    }
};
TYPED_TEST_SUITE(LayerKernels, FloatTypes);

TYPED_TEST(LayerKernels, NormEqualsTheCpuWithAndWithoutAnAddition) {
    using T = TypeParam;
    constexpr float kEps = 1e-5F;
    for (const int size : {1, 31, 256, 300, 1030})
        for (const bool adds : {false, true}) {
            SCOPED_TRACE(testing::Message() << size << (adds ? " with an addition" : ""));
            constexpr int kRows = 2;
            const auto count = std::size_t(size) * kRows;
            Floats x = random_values<T>(count, 1, 3), added = random_values<T>(count, 2),
                   weight = random_values<T>(std::size_t(size), 3), expected(count);
            DeviceBuffer<T> x_there(narrowed<T>(x), "x"), added_there(narrowed<T>(added), "added"),
                weight_there(narrowed<T>(weight), "weight"), out(count, "out");
            launch_add_rms_norm<T>(x_there.data(), adds ? added_there.data() : nullptr,
                                   weight_there.data(), out.data(), kRows, size, kEps, nullptr);
            if (adds) {
                for (std::size_t i = 0; i < count; ++i) x[i] += added[i];
                x = this->rounded(x);
            }
            for (int row = 0; row < kRows; ++row)
                kernels::rms_norm(x.data() + row * size, weight.data(), kEps, size,
                                  expected.data() + row * size);
            EXPECT_EQ(widened(x_there.values()), x);
            expect_near<T>(widened(out.values()), expected, 3, 1e-6F);
        }
}

TYPED_TEST(LayerKernels, NormOfNanIsNanInItsRowAlone) {
    using T = TypeParam;
    Floats x = random_values<T>(80, 1);
    x[3] = std::numeric_limits<float>::quiet_NaN();
    DeviceBuffer<T> x_there(narrowed<T>(x)), weight(narrowed<T>(Floats(40, 1))), out(80);
    launch_add_rms_norm<T>(x_there.data(), nullptr, weight.data(), out.data(), 2, 40, 1e-5F,
                           nullptr);
    const Floats values = widened(out.values());
    for (std::size_t i = 0; i < 80; ++i) EXPECT_EQ(std::isnan(values[i]), i < 40) << i;
}

TYPED_TEST(LayerKernels, SwigluEqualsTheCpu) {
    using T = TypeParam;
    Floats gate = random_values<T>(700, 1, 4);
    const Floats up = random_values<T>(700, 2);
    gate[0] = -200, gate[1] = 200, gate[2] = 0, gate[3] = -88.5F;
    DeviceBuffer<T> gate_there(narrowed<T>(gate)), up_there(narrowed<T>(up)), out(gate.size());
    launch_swiglu<T>(gate_there.data(), up_there.data(), out.data(), 700, nullptr);
    Floats expected = this->rounded(gate);
    kernels::swiglu(expected.data(), up.data(), 700);
    expect_near<T>(widened(out.values()), expected, 4, 1e-6F);
}

/// A cache of NaN, so that what must stay untouched is seen.
template <class T>
struct Cache {
    explicit Cache(std::size_t size)
        : keys(narrowed<T>(Floats(size, NAN)), "keys"),
          values(narrowed<T>(Floats(size, NAN)), "values") {}
    DeviceBuffer<T> keys, values;
};

TYPED_TEST(LayerKernels, RotaryTurnsTheQueryAndFillsTheCache) {
    using T = TypeParam;
    for (const auto& [heads, kv_heads, dim] :
         {std::tuple{4, 2, 8}, {3, 3, 130}, {8, 1, 64}, {1, 1, 2}}) {
        SCOPED_TRACE(dim);
        constexpr int kCapacity = 5, kPosition = 3;
        const auto of = [&, size = dim](int count) { return std::size_t(count * size); };
        Floats query = random_values<T>(of(heads), 1), keys = random_values<T>(of(kv_heads), 2);
        const Floats values = random_values<T>(of(kv_heads), 3),
                     cosines = random_values<float>(of(kCapacity), 4),
                     sines = random_values<float>(of(kCapacity), 5);
        DeviceBuffer<T> query_there(narrowed<T>(query)), keys_there(narrowed<T>(keys)),
            values_there(narrowed<T>(values)), out(query.size());
        DeviceBuffer<float> cosines_there(cosines), sines_there(sines);
        DeviceBuffer<int> position(std::vector<int>{kPosition});
        Cache<T> cache(of(kv_heads * kCapacity));
        launch_rotary_to_cache<T>(
            {query_there.data(), keys_there.data(), values_there.data(), heads, kv_heads, dim},
            cosines_there.data(), sines_there.data(), position.data(), out.data(),
            {cache.keys.data(), cache.values.data(), kCapacity}, nullptr);
        const float *cosine = &cosines[of(kPosition)], *sine = &sines[of(kPosition)];
        kernels::rotate_heads(query.data(), cosine, sine, heads, dim);
        kernels::rotate_heads(keys.data(), cosine, sine, kv_heads, dim);
        expect_near<T>(widened(out.values()), query, 1, 1e-6F);
        Floats all_keys(of(kv_heads * kCapacity), NAN), all_values = all_keys;
        for (int head = 0; head < kv_heads; ++head) {
            const auto at = std::ptrdiff_t(of(head * kCapacity + kPosition)),
                       from = std::ptrdiff_t(of(head));
            std::copy_n(keys.begin() + from, dim, all_keys.begin() + at);
            std::copy_n(values.begin() + from, dim, all_values.begin() + at);
        }
        expect_near<T>(widened(cache.keys.values()), all_keys, 1, 1e-6F);
        expect_near<T>(widened(cache.values.values()), all_values, 0, 0);
    }
}

TYPED_TEST(LayerKernels, APositionBehindTheCacheWritesNothing) {
    using T = TypeParam;
    DeviceBuffer<T> query(narrowed<T>(Floats(8, 1))), keys(narrowed<T>(Floats(8, 1))),
        values(narrowed<T>(Floats(8, 1))), out(narrowed<T>(Floats(8, 7)));
    DeviceBuffer<float> cosines(Floats(16, 1)), sines(Floats(16, 0));
    Cache<T> cache(16);
    for (const int beyond : {2, 1000, -1}) {
        DeviceBuffer<int> position(std::vector<int>{beyond});
        launch_rotary_to_cache<T>({query.data(), keys.data(), values.data(), 1, 1, 8},
                                  cosines.data(), sines.data(), position.data(), out.data(),
                                  {cache.keys.data(), cache.values.data(), 2}, nullptr);
    }
    EXPECT_EQ(widened(out.values()), Floats(8, 7));
    for (const float value : widened(cache.keys.values())) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace univi::model::cuda::test
