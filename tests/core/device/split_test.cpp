// One model on several devices: the plan made before loading, against what the devices counted, and
// the same answers wherever the layers lie.
#include <gmock/gmock.h>

#include <numeric>

#include "core/base/error.h"
#include "core/session/engine.h"
#include "tests/support/fake_device/fake_device.h"

namespace univi::session {
namespace {

namespace fake = univi::test::fake;
using testing::HasSubstr;

constexpr std::int64_t kPlenty = std::int64_t{1} << 40;
const std::string kStreet = UNIVI_SOURCE_DIR "/resources/samples/street.jpg";

EngineOptions demo_on(const std::string& device, const std::string& max_memory = {},
                      const std::string& dtype = "fp32") {
    EngineOptions options;
    options.model = UNIVI_SOURCE_DIR "/resources/demo";
    options.device = device;
    options.max_memory = max_memory;
    options.dtype = dtype;
    options.threads = 2;
    options.with_attention = true;
    return options;
}

std::vector<std::int32_t> answer(Engine& engine) {
    Question question;
    question.media = {kStreet};
    question.text = "What is in this picture?";
    question.options.temperature = 0;
    question.options.max_new_tokens = 20;
    return engine.start_conversation()->ask(question, {}).ids;
}

std::string refusal(const EngineOptions& options) {
    try {
        Engine::load(options);
    } catch (const base::Error& error) {
        return error.what();
    }
    return "it was loaded";
}

class Split : public testing::Test {
  protected:
    void SetUp() override {
        for (const int device : {0, 1}) {
            fake::set_memory(device, kPlenty);
            before_[device] = fake::counters(device).live_bytes;
            fake::reset_peak(device);
        }
    }
    void TearDown() override {
        for (const int device : {0, 1}) fake::set_memory(device, kPlenty);
    }
    std::int64_t live(int device) const {
        return fake::counters(device).live_bytes - before_[device];
    }
    std::int64_t peak(int device) const {
        return fake::counters(device).peak_bytes - before_[device];
    }
    static protocol::DevicePlace whole(const std::string& dtype = "fp32") {
        return Engine::load(demo_on("fake:0", {}, dtype))->info().places.at(0);
    }
    static const std::vector<std::int32_t>& of_the_cpu() {
        static const auto ids = answer(*Engine::load(demo_on("cpu")));
        return ids;
    }
    std::int64_t before_[2] = {};
};

class PlanIn : public Split, public testing::WithParamInterface<std::string> {};

TEST_P(PlanIn, IsWhatTheAllocatorCounts) {
    const auto engine = Engine::load(demo_on("fake:0", {}, GetParam()));
    ASSERT_EQ(engine->info().places.size(), 1U);
    const protocol::DevicePlace& place = engine->info().places[0];
    EXPECT_EQ(live(0), place.weights);
    answer(*engine);
    EXPECT_LE(peak(0), place.weights + place.cache + place.workspace);
    EXPECT_GT(peak(0), place.weights + place.cache / 4) << "the cache of a short answer";
    EXPECT_EQ(live(1), 0);
}
INSTANTIATE_TEST_SUITE_P(Precisions, PlanIn, testing::Values("fp32", "bf16", "int8", "int4"));

TEST_F(Split, LayersThatFitOnNoDeviceAloneLieOnTwo) {
    const protocol::DevicePlace all = whole();
    const std::int64_t each = all.workspace + (all.weights + all.cache) * 7 / 10;
    for (const int device : {0, 1}) fake::set_memory(device, before_[device] + each);
    const std::int64_t loaded_nothing = fake::counters(0).allocations;
    EXPECT_THAT(refusal(demo_on("fake:1")), HasSubstr("keys and values"));
    EXPECT_THAT(refusal(demo_on("fake:0")), HasSubstr("the devices have free: fake:0 "));
    EXPECT_EQ(fake::counters(0).allocations, loaded_nothing) << "it is refused before loading";
    const auto engine = Engine::load(demo_on("fake:0,1"));
    const auto& places = engine->info().places;
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(engine->info().device, "fake:0,fake:1");
    EXPECT_TRUE(places[0].front && places[1].head && !places[0].head && !places[1].front);
    EXPECT_EQ(places[0].layers + places[1].layers, engine->info().layers);
    EXPECT_EQ(places[1].first_layer, places[0].layers);
    for (const int device : {0, 1})
        EXPECT_EQ(live(device), places[static_cast<std::size_t>(device)].weights);
    EXPECT_EQ(answer(*engine), of_the_cpu());
    for (const int device : {0, 1}) EXPECT_LE(peak(device), each);
}

TEST_F(Split, QuestionsThatAreAskedTogetherPassAllDevices) {
    const protocol::DevicePlace all = whole();
    const std::int64_t each = all.workspace + (all.weights + all.cache) * 7 / 10;
    for (const int device : {0, 1}) fake::set_memory(device, before_[device] + each);
    const auto logits_of = [](const std::string& device) {
        Question first, second;
        first.text = "What is in this picture?";
        second.text = "Is there a boat?";
        return Engine::load(demo_on(device))
            ->start_conversation()
            ->next_logits_together({first, second});
    };
    const auto there = logits_of("fake:0,1"), here = logits_of("cpu");
    ASSERT_EQ(there.size(), 2U);
    for (std::size_t i = 0; i < here.size(); ++i)
        for (std::size_t k = 0; k < here[i].size(); ++k)
            ASSERT_NEAR(there[i][k], here[i][k], 1e-3) << i << " " << k;
}

TEST_F(Split, TheCpuHoldsTheLastLayers) {
    const protocol::DevicePlace all = whole();
    const std::int64_t most = (all.workspace + (all.weights + all.cache) / 2) / 1000000;
    const auto engine =
        Engine::load(demo_on("fake:0", "0:" + std::to_string(most) + "MB,cpu:16GiB"));
    const auto& places = engine->info().places;
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[1].device, "cpu");
    EXPECT_GT(places[1].layers, 0);
    EXPECT_GT(places[0].layers, 0);
    EXPECT_EQ(answer(*engine), of_the_cpu());
}

TEST_F(Split, AutoTakesEveryDeviceAndThenTheCpu) {
    const protocol::DevicePlace all = whole();
    EXPECT_EQ(Engine::load(demo_on("auto"))->info().device, "fake:0") << "it fits there";
    const std::int64_t each = all.workspace + (all.weights + all.cache) * 4 / 10;
    for (const int device : {0, 1}) fake::set_memory(device, before_[device] + each);
    const auto engine = Engine::load(demo_on("auto"));
    EXPECT_EQ(engine->info().device, "fake:0,fake:1,cpu");
    EXPECT_EQ(answer(*engine), of_the_cpu());
}

TEST_F(Split, ATokenIsReadOnceWhereverTheLayersLie) {
    const protocol::DevicePlace all = whole();
    const std::int64_t each = all.workspace + (all.weights + all.cache) * 7 / 10;
    for (const int device : {0, 1}) fake::set_memory(device, before_[device] + each);
    const auto engine = Engine::load(demo_on("fake:0,1"));
    const auto waits = [] {
        return fake::counters(0).synchronisations + fake::counters(1).synchronisations;
    };
    std::vector<std::int64_t> of_token;
    std::int64_t last = 0;
    Observer observer;
    observer.on_token = [&](const protocol::TokenEvent&) {
        of_token.push_back(waits() - last);
        last = waits();
    };
    Question question;
    question.text = "What is in this picture?";
    question.options.temperature = 0;
    question.options.max_new_tokens = 8;
    engine->start_conversation()->ask(question, observer);
    for (std::size_t i = 1; i < of_token.size(); ++i) EXPECT_LE(of_token[i], 1) << "token " << i;
}

TEST_F(Split, BadWishesAreRefusedInOneSentence) {
    EXPECT_THAT(refusal(demo_on("fake:0,0")), HasSubstr("names fake:0 twice"));
    EXPECT_THAT(refusal(demo_on("fake:0,9")), HasSubstr("The device fake:9 cannot be used"));
    EXPECT_THAT(refusal(demo_on("fake:0,disk")), HasSubstr("The device disk is unknown"));
    EXPECT_THAT(refusal(demo_on("fake:0", "0:much")), HasSubstr("not \"0:much\""));
    EXPECT_THAT(refusal(demo_on("fake:0", "1:2GiB")),
                HasSubstr("--max-memory names the device 1, which --device fake:0 does not"));
    EXPECT_THAT(refusal(demo_on("fake:0", "0:1MB")), HasSubstr("choose a smaller type"));
}

}  // namespace
}  // namespace univi::session
