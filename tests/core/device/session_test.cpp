// The whole engine on a device that is not the CPU: the same answers about pictures and videos, and
// what they cost in copies.
#include <gmock/gmock.h>

#include "core/session/engine.h"
#include "tests/support/fake_device/fake_device.h"

namespace univi::session {
namespace {

namespace fake = univi::test::fake;

const std::string kSamples = UNIVI_SOURCE_DIR "/resources/samples/";

EngineOptions options_on(const std::string& device, const std::string& dtype) {
    EngineOptions options;
    options.model = UNIVI_SOURCE_DIR "/resources/demo";
    options.device = device;
    options.dtype = dtype;
    options.threads = 2;
    return options;
}

Question about(const std::string& file, const std::string& text) {
    Question question;
    question.media = {kSamples + file};
    question.text = text;
    question.options.temperature = 0;
    question.options.max_new_tokens = 24;
    return question;
}

struct Answer {
    std::vector<std::int32_t> picture, video;
    protocol::TokenGroups groups;
};

Answer answers(const EngineOptions& options) {
    const auto engine = Engine::load(options);
    Answer answer;
    Observer observer;
    observer.on_groups = [&](int, const protocol::TokenGroups& groups) { answer.groups = groups; };
    answer.picture = engine->start_conversation()
                         ->ask(about("street.jpg", "What is in this picture?"), observer)
                         .ids;
    answer.video = engine->start_conversation()
                       ->ask(about("one_after_another.mp4", "What happens first?"), observer)
                       .ids;
    return answer;
}

class EngineOnFake : public testing::TestWithParam<std::string> {};

TEST_P(EngineOnFake, SaysAndGroupsWhatTheCpuDoes) {
    const Answer there = answers(options_on("fake:1", GetParam())),
                 here = answers(options_on("cpu", GetParam()));
    EXPECT_EQ(there.picture, here.picture);
    EXPECT_EQ(there.video, here.video);
    EXPECT_GT(here.video.size(), 3U);
    ASSERT_EQ(there.groups.events.size(), here.groups.events.size());
    if (GetParam() != "fp32") return;  // roundings of the tower may move a token
    for (std::size_t e = 0; e < here.groups.events.size(); ++e)
        EXPECT_EQ(there.groups.events[e].stages[2].patch_to_group,
                  here.groups.events[e].stages[2].patch_to_group);
}

INSTANTIATE_TEST_SUITE_P(Precisions, EngineOnFake, testing::Values("fp32", "bf16", "int8", "int4"));

TEST(EngineBudget, FeaturesStayOnTheDevice) {
    const auto engine = Engine::load(options_on("fake:0", "fp32"));
    const auto talk = engine->start_conversation();
    fake::Counters before = fake::counters(0);
    fake::take_waits();
    talk->encode({kSamples + "street.jpg"}, {});
    fake::Counters used = fake::counters(0) - before;
    EXPECT_EQ(used.host_to_device, 1) << "the pixels";
    EXPECT_EQ(used.device_to_host, 1)
        << "the tables of the groups, together: " << testing::PrintToString(fake::take_waits());
    before = fake::counters(0);
    const auto groups = talk->encode({kSamples + "one_after_another.mp4"}, {});
    used = fake::counters(0) - before;
    const auto frames = static_cast<std::int64_t>(groups.frames.size());
    EXPECT_EQ(used.host_to_device, (frames + 3) / 4) << "the pixels of four frames at a time";
    EXPECT_EQ(used.device_to_host, (frames + 3) / 4 + 2)
        << "tables of four frames at a time, of the frames' events, of what these became: "
        << testing::PrintToString(fake::take_waits());
    EXPECT_EQ(used.synchronisations, used.device_to_host) << "the pixels are not waited for";
    const std::int64_t features = frames * groups.grid * groups.grid * 256 * 4;
    EXPECT_LT(used.device_to_host_bytes, features / 8) << "features were copied to the host";
}

TEST(EngineBudget, AReplyWaitsOnceAToken) {
    const auto engine = Engine::load(options_on("fake:0", "fp32"));
    const auto talk = engine->start_conversation();
    talk->encode({kSamples + "street.jpg"}, {});
    std::vector<std::int64_t> waits;
    fake::Counters before = fake::counters(0);
    Observer observer;
    observer.on_token = [&](const protocol::TokenEvent&) {
        waits.push_back((fake::counters(0) - before).synchronisations);
        before = fake::counters(0);
    };
    talk->ask(about("street.jpg", "What is in this picture?"), observer);
    ASSERT_GT(waits.size(), 4U);
    EXPECT_LE(waits[0], 4) << "the prompt's two texts, and its first token";
    for (std::size_t i = 1; i < waits.size(); ++i) EXPECT_LE(waits[i], 1) << "token " << i;
}

}  // namespace
}  // namespace univi::session
