#include "core/protocol/train_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/base/disk_full.h"
#include "core/base/temporary_folder.h"
#include "core/protocol/step_line.h"
#include "core/protocol/train_failure.h"

namespace univi::protocol::train {
namespace {

using base::Json;
using testing::HasSubstr;

/// One event of each kind with every field set to something of its own.
std::vector<Event> events() {
    StepEvent step{3, 5, 0.6, 8.25, 2e-3, 1.5, 4.5, 812.0, 0.25, 0.5, 1'234'567'890'123, 0.125};
    StartEvent start;
    start.facts.total_steps = 9;
    start.facts.samples = 100;
    start.facts.batches_per_epoch = 25;
    start.facts.warmup_steps = 0;
    start.facts.trained_parameters = 7'000'000'000;
    start.facts.threads = 2;
    start.facts.ranks = 4;
    start.facts.device = "cuda:0";
    start.facts.dtype = "bf16";
    start.facts.backend = "nccl";
    start.facts.parallel = {{"zero_optimization", {{"stage", 2}}}};
    start.run = "/runs/a";
    start.resumed_from = "checkpoint-2";
    start.started_from = "/runs/b/checkpoint-7";
    start.engine = "deepspeed";
    start.position = {2, 1, 13};
    start.changed = {{"ranks", {2, 4}}, {"batch_size", {8, 16}}};
    return {
        start,
        step,
        WarningEvent{"No checkpoint.", Fault::DiskFull},
        ErrorEvent{"internal", "No number.", Fault::NotANumber, {"a.json:3", "a.json:9"}},
        CheckpointEvent{"checkpoint-3", 3},
        EvaluationEvent{3, 2.5, 0.5},
        OverflowEvent{4, 65536, 32768},
        ProgressEvent{"checking_data", 3, 8},
        StoppedEvent{5},
        DoneEvent{6, 1.5},
        Branch{1, 2, 9, BranchCause::Needed, "checkpoint-2", {"checkpoint-9"}, {"c.json"}, "t"}};
}

/// The sentence of the Error{Format} with which `line` is refused.
std::string refusal(const std::string& line) {
    try {
        parse_event(line);
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Format);
        return error.what();
    }
    ADD_FAILURE() << line;
    return "";
}

TEST(TrainProtocol, EveryEventComesBackAsItWas) {
    const std::vector<Event> all = events();
    ASSERT_EQ(all.size(), std::variant_size_v<Event>);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string line = to_line(all[i]);
        ASSERT_EQ(all[i].index(), i) << line;  // one of each
        EXPECT_EQ(line.find('\n'), std::string::npos);
        const std::optional<Event> back = parse_event(line);
        ASSERT_TRUE(back) << line;
        EXPECT_EQ(back->index(), i) << line;
        EXPECT_EQ(to_line(*back), line);
    }
}

TEST(TrainProtocol, NamesOfEventsAndFieldsAreTheRunFoldersContract) {
    const std::vector<Event> all = events();
    EXPECT_EQ(to_line(all[1]),
              R"({"data_s":0.125,"epoch":0.6,"eta_s":0.5,"event":"step","grad_norm":1.5,)"
              R"("learning_rate":0.002,"loss":8.25,"memory_bytes":1234567890123,)"
              R"("samples_per_s":4.5,"step":3,"step_s":0.25,"tokens_per_s":812.0,)"
              R"("total_steps":5})");
    EXPECT_EQ(to_line(all[3]), R"({"event":"error","fault":"not_a_number","items":["a.json:3",)"
                               R"("a.json:9"],"kind":"internal","message":"No number."})");
    EXPECT_EQ(to_line(CheckpointEvent{"checkpoint-4", 4}),
              R"({"event":"checkpoint","path":"checkpoint-4","step":4})");
    EXPECT_EQ(to_line(WarningEvent{"bad \xff byte"}),
              "{\"event\":\"warning\",\"message\":\"bad \xEF\xBF\xBD byte\"}");
    EXPECT_EQ(to_line(OverflowEvent{4, 2, 1}),
              R"({"event":"overflow","loss_scale":2.0,"next":1.0,"step":4})");
    EXPECT_EQ(to_line(EvaluationEvent{4, 2, 1}),
              R"({"epoch":1.0,"event":"evaluation","loss":2.0,"step":4})");
    EXPECT_EQ(to_line(DoneEvent{4, std::nan("")}), R"({"event":"done","seconds":null,"step":4})");
    EXPECT_EQ(to_line(StoppedEvent{4}), R"({"event":"stopped","step":4})");
    const Json start = to_json(all[0]);
    EXPECT_EQ(start["run"], "/runs/a");
    EXPECT_EQ(start["samples"], 100);
    EXPECT_EQ(start["warmup_steps"], 0);
    EXPECT_EQ(start["changed"]["ranks"], Json({{"before", 2}, {"now", 4}}));
    EXPECT_EQ(start["position"], Json({{"step", 2}, {"epoch", 1}, {"sample", 13}}));
    EXPECT_EQ(to_json(StartEvent{})["resumed_from"], nullptr);
    const Json branch = to_json(all[10]);
    EXPECT_EQ(branch["folder"], "branches/1");
    EXPECT_EQ(branch["version"], 1);
    EXPECT_EQ(branch["cause"], "needed");
}

/// As univi-train wrote them before an error had a fault and a step its wait for samples.
TEST(TrainProtocol, EventsOfOlderProgramsAreRead) {
    const auto read = [](const char* line) { return *parse_event(line); };
    const auto error = [&](const char* line) { return std::get<ErrorEvent>(read(line)); };
    EXPECT_EQ(error(R"({"event":"error","kind":"memory","message":"m"})").known_fault(),
              Fault::OutOfMemory);
    EXPECT_EQ(error(R"({"event":"error","kind":"nothing_to_learn","message":"m"})").known_fault(),
              Fault::NothingToLearn);
    // A sentence is not searched for what it may mean.
    EXPECT_EQ(
        error(R"({"event":"error","kind":"internal","message":"The loss is no longer a number"})")
            .known_fault(),
        Fault::Other);
    EXPECT_TRUE(
        std::isnan(std::get<StepEvent>(read(R"({"event":"step","step":3,"loss":null})")).loss));
    EXPECT_EQ(std::get<StartEvent>(read(R"({"event":"start","resumed_from":null,"total_steps":7})"))
                  .facts.total_steps,
              7);
    EXPECT_TRUE(std::isnan(
        std::get<DoneEvent>(read(R"({"event":"done","step":7,"seconds":null})")).seconds));
}

TEST(TrainProtocol, WhatANewerProgramAddsIsSkipped) {
    for (const Event& event : events()) {
        Json json = to_json(event);
        json["later_addition"] = {1, {{"deep", true}}};
        const auto back = event_from_json(json);
        ASSERT_TRUE(back);
        EXPECT_EQ(to_line(*back), to_line(event));
    }
    EXPECT_FALSE(parse_event(R"({"event":"sing","loud":true})"));
    const auto error =
        parse_event(R"({"event":"error","kind":"x","message":"m","fault":"struck_by_lightning"})");
    EXPECT_EQ(std::get<ErrorEvent>(*error).known_fault(), Fault::Other);
}

TEST(TrainProtocol, MissingAndWrongFieldsAreNamed) {
    for (const Event& event : events()) {
        const Json json = to_json(event);
        for (const auto& [name, value] : json.items()) {
            if (name == "event" || value.is_null()) continue;
            Json wrong = json;
            wrong[name] = value.is_object() ? Json(3) : Json::object();
            const std::string field = json["event"].get<std::string>() + "." + name;
            if (name == "parallel") continue;
            EXPECT_THAT(refusal(wrong.dump()), HasSubstr(field));
        }
    }
    EXPECT_THAT(refusal(R"({"event":"step"})"), HasSubstr("step.step is missing"));
    EXPECT_THAT(refusal(R"({"event":"error","kind":"x"})"), HasSubstr("error.message is missing"));
    EXPECT_THAT(refusal(R"({"event":"warning"})"), HasSubstr("warning.message is missing"));
    EXPECT_THAT(refusal(R"({"event":"checkpoint","step":1})"), HasSubstr("checkpoint.path"));
    EXPECT_THAT(refusal(R"({"event":"evaluation","step":1})"), HasSubstr("evaluation.loss"));
    EXPECT_THAT(refusal(R"({"event":"overflow","step":1})"), HasSubstr("overflow.next"));
    EXPECT_THAT(refusal(R"({"event":"progress","done":1})"), HasSubstr("progress.total"));
    EXPECT_THAT(refusal(R"({"step":1})"), HasSubstr("event.event is missing"));
    EXPECT_THAT(refusal("[]"), HasSubstr("must be a JSON object"));
}

TEST(TrainProtocol, TheFastReaderSeesTheSameStep) {
    StepLineReader reader;
    const Event step = events()[1];
    ASSERT_TRUE(reader.read(to_line(step)));
    EXPECT_EQ(to_line(reader.step()), to_line(step));
    // Position and time left have no curve.
    std::vector<std::string> names;
    for (const auto& [name, value] : reader.figures()) names.push_back(name);
    EXPECT_THAT(names,
                testing::UnorderedElementsAre("loss", "learning_rate", "grad_norm", "samples_per_s",
                                              "tokens_per_s", "step_s", "memory_bytes", "data_s"));
    ASSERT_TRUE(reader.read(R"({"event":"step","step":4,"loss":null,"tokens_seen":7})"));
    EXPECT_TRUE(std::isnan(reader.step().loss));
    ASSERT_EQ(reader.figures().size(), 2U);
    EXPECT_STREQ(reader.figures()[1].first, "tokens_seen");
    EXPECT_EQ(reader.step().total_steps, 0);  // nothing is left of the line before
    for (const Event& other : events()) EXPECT_EQ(reader.read(to_line(other)), other.index() == 1);
}

TEST(Fault, ComesFromWhoeverThrows) {
    const auto of = [](const base::Error& error) { return *error_event(error).fault; };
    using base::Error, base::ErrorKind;
    EXPECT_EQ(of(FaultError(ErrorKind::Internal, Fault::NotANumber, "x")), Fault::NotANumber);
    EXPECT_EQ(of(base::DiskFull("x")), Fault::DiskFull);
    EXPECT_EQ(of(Error(ErrorKind::Memory, "x")), Fault::OutOfMemory);
    EXPECT_EQ(of(Error(ErrorKind::Device, "x")), Fault::GpuGone);
    EXPECT_EQ(of(Error(ErrorKind::Media, "x")), Fault::BadSample);
    EXPECT_EQ(of(Error(ErrorKind::Usage, "x")), Fault::Usage);
    EXPECT_EQ(of(Error(ErrorKind::File, "is the disk full?")), Fault::Other);
    const FaultError samples(ErrorKind::Media, Fault::BadSample, "x", {"a.json:3"});
    EXPECT_THAT(error_event(samples).items, testing::ElementsAre("a.json:3"));
    const FaultError nothing(ErrorKind::Format, Fault::NothingToLearn, "x");
    EXPECT_EQ(error_event(nothing).kind, "nothing_to_learn");
    const ErrorEvent foreign = error_event(std::runtime_error("first\nsecond"));
    EXPECT_EQ(foreign.kind, "internal");
    EXPECT_EQ(foreign.message, "first");
}

TEST(Fault, AFailedStartIsKeptWhereTheStarterAsked) {
    const base::TemporaryFolder folder("failure");
    const auto file = folder.path() / "failure.json";
    keep_failure({"usage", "No such flag.", Fault::Usage, {}});  // nobody asked
    ::setenv(kFailureVariable, file.c_str(), 1);
    EXPECT_FALSE(read_failure(file));
    keep_failure({"usage", "No such flag.", Fault::Usage, {}});
    ::unsetenv(kFailureVariable);
    const auto kept = read_failure(file);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->message, "No such flag.");
    EXPECT_EQ(kept->known_fault(), Fault::Usage);
    EXPECT_FALSE(read_failure(folder.path()));
}

}  // namespace
}  // namespace univi::protocol::train
