#include "core/protocol/train_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace univi::protocol {
namespace {

using base::Json;

TEST(TrainProtocol, StepRoundTrips) {
    const TrainStep step{3, 5, 0.6, 8.25, 2e-3, 1.5, 4.5, 812.0, 0.25, 0.5, 1'234'567'890'123};
    const Json json = Json::parse(train_line(to_json(step)));
    EXPECT_EQ(json.at("event"), "step");
    EXPECT_EQ(json.at("step"), 3);
    EXPECT_EQ(json.at("loss"), 8.25);
    EXPECT_EQ(json.at("learning_rate"), 2e-3);
    const TrainStep back = train_step_from_json(json);
    EXPECT_EQ(back.step, step.step);
    EXPECT_EQ(back.total_steps, step.total_steps);
    EXPECT_EQ(back.epoch, step.epoch);
    EXPECT_EQ(back.loss, step.loss);
    EXPECT_EQ(back.learning_rate, step.learning_rate);
    EXPECT_EQ(back.grad_norm, step.grad_norm);
    EXPECT_EQ(back.samples_per_s, step.samples_per_s);
    EXPECT_EQ(back.tokens_per_s, step.tokens_per_s);
    EXPECT_EQ(back.step_s, step.step_s);
    EXPECT_EQ(back.eta_s, step.eta_s);
    EXPECT_EQ(back.memory_bytes, step.memory_bytes);
}

TEST(TrainProtocol, NotANumberSurvivesAsNull) {
    TrainStep step;
    step.loss = std::numeric_limits<double>::quiet_NaN();
    const std::string line = train_line(to_json(step));
    EXPECT_THAT(line, testing::HasSubstr("\"loss\":null"));
    EXPECT_TRUE(std::isnan(train_step_from_json(Json::parse(line)).loss));
}

TEST(TrainProtocol, WrongStepsNameTheField) {
    for (const char* text : {R"({"event":"step","loss":"low"})", R"({"loss":[1]})"}) {
        try {
            train_step_from_json(Json::parse(text));
            ADD_FAILURE() << text;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.kind(), base::ErrorKind::Format);
            EXPECT_THAT(error.what(), testing::HasSubstr("step.loss must be a number"));
        }
    }
    EXPECT_THROW(train_step_from_json(Json::parse(R"({"event":"done"})")), base::Error);
    EXPECT_THROW(train_step_from_json(Json::parse("[]")), base::Error);
}

TEST(TrainProtocol, OtherEventsCarryTheirFields) {
    EXPECT_EQ(train_event("checkpoint", {{"path", "/out/checkpoint-4"}, {"step", 4}}),
              Json::parse(R"({"event":"checkpoint","path":"/out/checkpoint-4","step":4})"));
    EXPECT_EQ(train_event("stopped", Json::object()), Json::parse(R"({"event":"stopped"})"));
    EXPECT_EQ(train_event("stopped", Json()), Json::parse(R"({"event":"stopped"})"));
    EXPECT_EQ(train_event("done", {{"event", "step"}, {"step", 5}}),
              Json::parse(R"({"event":"done","step":5})"));
    EXPECT_THROW(train_event("done", Json::array({1})), base::Error);
    EXPECT_EQ(train_line(train_event("warning", {{"message", "bad \xff byte"}})),
              "{\"event\":\"warning\",\"message\":\"bad \xEF\xBF\xBD byte\"}");
}

}  // namespace
}  // namespace univi::protocol
