#include "core/base/sampling_options.h"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "core/base/error.h"

namespace univi::base {
namespace {

std::string error_of(const std::function<void(SamplingOptions&)>& change) {
    SamplingOptions options;
    change(options);
    try {
        options.check();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Usage);
        return error.what();
    }
    return {};
}

TEST(SamplingOptions, EveryValueHasItsRange) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(error_of([](auto&) {}), "");
    EXPECT_EQ(error_of([](auto& o) { o.temperature = 0, o.top_p = 1, o.top_k = 0; }), "");
    for (const double wrong : {-0.1, kNan})
        EXPECT_THAT(error_of([=](auto& o) { o.temperature = wrong; }),
                    testing::HasSubstr("temperature"));
    for (const double wrong : {0.0, 1.1, kNan})
        EXPECT_THAT(error_of([=](auto& o) { o.top_p = wrong; }), testing::HasSubstr("top-p"));
    EXPECT_THAT(error_of([](auto& o) { o.top_k = -1; }), testing::HasSubstr("top-k"));
    for (const double wrong : {0.0, kNan})
        EXPECT_THAT(error_of([=](auto& o) { o.repetition_penalty = wrong; }),
                    testing::HasSubstr("repetition penalty"));
    EXPECT_THAT(error_of([](auto& o) { o.max_new_tokens = 0; }),
                testing::HasSubstr("max-new-tokens"));
}

}  // namespace
}  // namespace univi::base
