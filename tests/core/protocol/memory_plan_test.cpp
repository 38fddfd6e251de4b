#include "core/protocol/memory_plan.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/errors.h"

namespace univi::protocol {
namespace {

MemoryPlan plan_of_two_rows() {
    MemoryPlan plan;
    plan.parameters = 7'000'000'000;
    plan.trained_parameters = 4'000'000;
    plan.tower_parameters = 300'000'000;
    plan.adapter_rank = 8;
    plan.quantized_parameters = 6'500'000'000;
    plan.quantized_bytes = 3'900'000'000;
    plan.ranks = 2;
    plan.gpu = true;
    plan.value_bytes = 2;
    plan.checkpointing = true;
    plan.device_memory = 80'000'000'000;
    plan.device = "the GPU";
    plan.batch = {16, 512, 300, "stage2"};
    plan.rows.resize(2);
    plan.rows[0] = {0, false, {1, 2, 3, 4, 5, 6, 7, 8, 30, 0}, false, true, 4};
    plan.rows[1] = {2, true, {11, 12, 13, 14, 15, 16, 17, 18, 19, 20}, true, false, 16};
    return plan;
}

TEST(MemoryPlan, ComesBackAsItWasWritten) {
    const base::Json written = to_json(plan_of_two_rows());
    EXPECT_EQ(written["rows"][1]["optimizer"], 14);
    EXPECT_EQ(written["rows"][1]["peak"], 19);
    EXPECT_EQ(written["rows"][0]["chosen"], true);
    EXPECT_EQ(written["gradient_checkpointing"], true);
    EXPECT_EQ(to_json(memory_plan_from_json(written)), written);
}

TEST(MemoryPlan, KnowsWhatIsAskedForAndWhatFits) {
    MemoryPlan plan = plan_of_two_rows();
    EXPECT_EQ(plan.chosen(), &plan.rows[0]);
    EXPECT_EQ(plan.smallest_that_fits(), &plan.rows[1]);
    plan.rows[0].is_chosen = plan.rows[1].fits = false;
    EXPECT_EQ(plan.chosen(), nullptr);
    EXPECT_EQ(plan.smallest_that_fits(), nullptr);
}

TEST(MemoryPlan, NamesWhatIsMissing) {
    base::Json json = to_json(plan_of_two_rows());
    json["rows"][1].erase("buffers");
    EXPECT_NE(test::error_of([&] { memory_plan_from_json(json); }).find("buffers"),
              std::string::npos);
}

}  // namespace
}  // namespace univi::protocol
