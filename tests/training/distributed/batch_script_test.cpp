// The order of a batch's collectives, without any tensor.
#include "training/distributed/batch_script.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace univi::training {
namespace {

using Kind = BatchOperation::Kind;

/// One buffer outside the layers (index 0) and one a layer, with these sizes.
std::vector<FlatLayout> layouts_of(std::int64_t outside, const std::vector<std::int64_t>& layers) {
    std::vector<FlatLayout> layouts(layers.size() + 1);
    layouts[0].num_elements = outside;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        layouts[i + 1].num_elements = layers[i];
        layouts[i + 1].layer = static_cast<int>(i);
    }
    return layouts;
}

/// "G0 G1 …": gather, release (R) and reduce (S, for sum) of each buffer.
std::string text(const std::vector<BatchOperation>& operations, std::size_t begin = 0,
                 std::size_t end = std::string::npos) {
    std::string out;
    for (std::size_t i = begin; i < std::min(end, operations.size()); ++i) {
        const Kind kind = operations[i].kind;
        out += out.empty() ? "" : " ";
        out += kind == Kind::Gather ? 'G' : kind == Kind::Release ? 'R' : 'S';
        out += std::to_string(operations[i].buffer);
    }
    return out;
}

TEST(BatchScript, ReductionsRunFromTheLastBufferToTheFirst) {
    BatchScript script = BatchScript::of_reductions(3);
    EXPECT_EQ(text(script.operations()), "S2 S1 S0");
    EXPECT_TRUE(script.is_done());  // until a batch starts
    script.start();
    EXPECT_EQ(script.next().buffer, 2u);
    EXPECT_TRUE(BatchScript::of_reductions(0).operations().empty());
}

TEST(BatchScript, LayersComeOneAheadAndGoAfterUse) {
    const BatchScript script = BatchScript::of_layers(layouts_of(10, {4, 4, 4}), 0);
    // Only the last layer stays between forward and backward: it is needed again at once.
    EXPECT_EQ(text(script.operations()), "G0 G1 G2 R1 G3 R2 G2 S3 R3 G1 S2 R2 S1 R1 S0 R0");
    const auto& first = script.layer(0);
    EXPECT_EQ(text(script.operations(), 0, first.before_forward), "G0 G1 G2");
    EXPECT_EQ(text(script.operations(), first.before_forward, first.after_forward), "R1");
    const auto& last = script.layer(2);
    EXPECT_EQ(last.before_forward, last.after_forward);
    EXPECT_EQ(text(script.operations(), last.after_forward, last.before_backward), "G2");
    EXPECT_EQ(text(script.operations(), last.before_backward, last.after_backward), "S3 R3");
    EXPECT_EQ(text(script.operations(), first.after_backward), "S0 R0");
}

TEST(BatchScript, LastLayersStayAsFarAsTheLimitAllows) {
    const auto layouts = layouts_of(10, {4, 4, 4});
    for (const auto& [limit, released] :
         {std::pair{17, "R1 R2"}, {18, "R1"}, {21, "R1"}, {22, ""}, {1000, ""}}) {
        const BatchScript script = BatchScript::of_layers(layouts, limit);
        std::string in_forward;
        for (std::size_t i = 0; i < script.layer(2).after_forward; ++i)
            if (const BatchOperation& each = script.operations()[i]; each.kind == Kind::Release)
                in_forward += (in_forward.empty() ? "" : " ") + text({each});
        EXPECT_EQ(in_forward, released) << limit;
    }
}

TEST(BatchScript, ModelsWithoutLayersAndWithOne) {
    EXPECT_EQ(text(BatchScript::of_layers(layouts_of(10, {}), 0).operations()), "G0 S0 R0");
    EXPECT_EQ(text(BatchScript::of_layers(layouts_of(10, {4}), 0).operations()),
              "G0 G1 S1 R1 S0 R0");
    EXPECT_TRUE(BatchScript::of_layers({}, 0).operations().empty());
}

TEST(BatchScript, WhatThrowsIsDoneAgain) {
    BatchScript script = BatchScript::of_layers(layouts_of(1, {1, 1}), 0);
    script.start();
    std::vector<BatchOperation> done;
    bool is_full = true;
    const auto perform = [&](const BatchOperation& operation) {
        if (done.size() == 2 && is_full) throw std::runtime_error("no memory");
        done.push_back(operation);
    };
    EXPECT_THROW(script.run_until(script.layer(0).after_forward, perform), std::runtime_error);
    EXPECT_EQ(script.position(), 2u);
    is_full = false;
    script.run_until(script.operations().size(), perform);
    EXPECT_EQ(done, script.operations());
    script.run_until(3, perform);  // going back does nothing
    EXPECT_EQ(done.size(), script.operations().size());
}

}  // namespace
}  // namespace univi::training
