// One query over a cache, run on the CPU, against kernels::attend_one.
#include "core/model/cuda/attention_kernels.cuh"

#include "core/kernels/attention.h"
#include "tests/core/cuda/device_values.h"

namespace univi::model::cuda::test {
namespace {

struct Shape {
    int heads, kv_heads, dim, capacity, length;
    std::size_t query() const { return std::size_t(heads * dim); }
    std::size_t held() const { return std::size_t(kv_heads * capacity * dim); }
};

struct Attention {
    Floats out, shares;
};

/// What lies behind the last position is NaN: nobody may look at it.
template <class T>
Floats cache_of(const Shape& s, unsigned seed) {
    Floats values = random_values<T>(s.held(), seed);
    for (int head = 0; head < s.kv_heads; ++head)
        for (int i = s.length * s.dim; i < s.capacity * s.dim; ++i)
            values[std::size_t(head * s.capacity * s.dim + i)] = NAN;
    return values;
}

template <class T>
Attention on_cpu(const Shape& s, const Floats& query, const Floats& keys, const Floats& values) {
    const std::vector<T> narrow_keys = narrowed<T>(keys), narrow_values = narrowed<T>(values);
    Attention r{Floats(s.query()), Floats(std::size_t(s.capacity))};
    Floats weights(std::size_t(s.heads * s.length));
    kernels::attend_one({FloatType<T>::kFormat, narrow_keys.data(), narrow_values.data(), s.length,
                         s.dim, s.capacity, s.kv_heads},
                        query.data(), s.heads, weights.data(), r.out.data());
    for (int head = 0; head < s.heads; ++head)
        for (int i = 0; i < s.length; ++i)
            r.shares[std::size_t(i)] +=
                weights[std::size_t(head * s.length + i)] / static_cast<float>(s.heads);
    return r;
}

template <class T>
Attention by_kernels(const Shape& s, const Floats& query, const Floats& keys,
                     const Floats& values) {
    const auto parts = std::size_t(attention_parts(s.capacity) * s.heads);
    DeviceBuffer<T> query_there(narrowed<T>(query), "query"), keys_there(narrowed<T>(keys), "keys"),
        values_there(narrowed<T>(values), "values"), out(s.query(), "out");
    DeviceBuffer<int> position(std::vector<int>{s.length - 1}, "position");
    DeviceBuffer<float> sums(parts * std::size_t(s.dim), "sums"), extents(parts * 2, "extents"),
        scores(std::size_t(s.heads * s.capacity), "scores"),
        shares(Floats(std::size_t(s.capacity)), "shares");
    const AttendMemory memory{sums.data(), extents.data(), scores.data()};
    launch_attend_one<T>({query_there.data(), keys_there.data(), values_there.data(),
                          position.data(), s.heads, s.kv_heads, s.dim, s.capacity},
                         memory, out.data(), nullptr);
    launch_attention_shares(memory, position.data(), shares.data(), s.heads, s.capacity, nullptr);
    return {widened(out.values()), shares.values()};
}

template <class T>
class AttentionKernels : public testing::Test {};
TYPED_TEST_SUITE(AttentionKernels, FloatTypes);

TYPED_TEST(AttentionKernels, EqualTheCpuAtEveryLength) {
    for (const Shape& s : {Shape{1, 1, 4, 1, 1}, Shape{4, 2, 8, 40, 17}, Shape{2, 1, 128, 130, 128},
                           Shape{3, 3, 80, 300, 129}, Shape{2, 2, 64, 260, 260},
                           Shape{1, 1, 136, 16, 15}, Shape{1, 1, 256, 9, 9}}) {
        SCOPED_TRACE(testing::Message() << s.heads << " heads over " << s.kv_heads << " of "
                                        << s.dim << ", " << s.length << " of " << s.capacity);
        ASSERT_TRUE(attends_dim(s.dim));
        const Floats query = random_values<TypeParam>(s.query(), 1, 2),
                     keys = cache_of<TypeParam>(s, 2), values = cache_of<TypeParam>(s, 3);
        const Attention kernels = by_kernels<TypeParam>(s, query, keys, values),
                        cpu = on_cpu<TypeParam>(s, query, keys, values);
        expect_near<TypeParam>(kernels.out, cpu.out, 1, 1e-5F);
        expect_near<float>(kernels.shares, cpu.shares, 0, 1e-5F);
    }
}

TYPED_TEST(AttentionKernels, LargeScoresDoNotOverflow) {
    const Shape s{1, 1, 8, 200, 200};
    const Floats query(8, 30.0F), values = cache_of<TypeParam>(s, 3);
    Floats keys = cache_of<TypeParam>(s, 2);
    for (std::size_t i = 0; i < 8; ++i) keys[150 * 8 + i] = 60, keys[3 * 8 + i] = -60;
    expect_near<TypeParam>(by_kernels<TypeParam>(s, query, keys, values).out,
                           on_cpu<TypeParam>(s, query, keys, values).out, 1, 1e-5F);
}

TYPED_TEST(AttentionKernels, NanReachesTheHeadsThatSeeIt) {
    const Shape s{4, 2, 8, 150, 140};
    const Floats query = random_values<TypeParam>(s.query(), 1), values = cache_of<TypeParam>(s, 3);
    Floats keys = cache_of<TypeParam>(s, 2);
    keys[std::size_t((s.capacity + 133) * s.dim + 2)] = NAN;  // of the second key/value head
    const Floats out = by_kernels<TypeParam>(s, query, keys, values).out;
    for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(std::isnan(out[i]), i >= 16) << i;
}

}  // namespace
}  // namespace univi::model::cuda::test
