// Media that were encoded before are taken from the disk after a start: the real programs, and
// both of them at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "core/protocol/engine_protocol.h"
#include "tests/integration/programs.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using namespace protocol;

constexpr std::int64_t kEnough = 1'000'000'000;
const std::string kClip = UNIVI_SOURCE_DIR "/resources/samples/drive.mp4";

/// univi-engine with the demo model, from its start to its end.
class RunningEngine {
  public:
    RunningEngine(const fs::path& cache, std::int64_t token_limit)
        : process_({{program("univi-engine"), "--threads", "2"},
                    {},
                    {{"XDG_CACHE_HOME", cache.string()}}}) {
        send(TokenLimitRequest{token_limit});
        send(LoadRequest{});
    }
    ~RunningEngine() {
        process_.close_stdin();
        EXPECT_EQ(process_.wait(), 0);
    }

    void send(decltype(Request::body) body) {
        process_.write(to_line(Request{++last_id_, std::move(body)}) + "\n");
    }
    struct Answer {
        DoneEvent done;
        base::Json groups;
        int progress = 0;  ///< events of an encoding
    };
    Answer ask(const std::string& conversation) {
        AskRequest request;
        request.conversation = conversation;
        request.media = {kClip};
        request.question = "What happens?";
        request.options.temperature = 0;
        request.options.max_new_tokens = 4;
        request.options.max_frames = 6;
        send(request);
        Answer out;
        for (;;) {
            const auto line = process_.read_line(120s);
            if (!line) throw std::runtime_error("no event: " + process_.stderr_text());
            const Event event = parse_event(*line);
            out.progress += std::holds_alternative<MediaProgressEvent>(event.body);
            if (const auto* groups = std::get_if<GroupsEvent>(&event.body))
                out.groups = to_json(groups->groups);
            if (const auto* error = std::get_if<ErrorEvent>(&event.body))
                throw std::runtime_error(error->message);
            if (const auto* done = std::get_if<DoneEvent>(&event.body)) {
                out.done = *done;
                return out;
            }
        }
    }

  private:
    Process process_;
    std::int64_t last_id_ = 0;
};

TEST(KeptMedia, AfterAStartNothingIsEncodedAgain) {
    const ScratchFolder cache;
    const auto first = RunningEngine(cache.path(), kEnough).ask("one");
    EXPECT_GT(first.progress, 0);
    const auto second = RunningEngine(cache.path(), kEnough).ask("two");
    EXPECT_EQ(second.progress, 0);
    EXPECT_EQ(second.groups, first.groups);
    EXPECT_EQ(second.done.ids, first.done.ids);
    EXPECT_EQ(count_entries(cache / "univi-studio/visual-tokens"), 1U);
    EXPECT_EQ(count_entries(cache / "univi-studio/prompt-openings"), 1U);
}

TEST(KeptMedia, WithoutALimitNothingIsKept) {
    const ScratchFolder cache;
    EXPECT_GT(RunningEngine(cache.path(), 0).ask("one").progress, 0);
    EXPECT_FALSE(fs::exists(cache / "univi-studio/visual-tokens"));
    EXPECT_GT(RunningEngine(cache.path(), 0).ask("one").progress, 0);
}

TEST(KeptMedia, TheLimitHoldsFromTheNextRequestOn) {
    const ScratchFolder cache;
    RunningEngine engine(cache.path(), 0);
    engine.ask("one");
    engine.send(TokenLimitRequest{kEnough});
    EXPECT_GT(engine.ask("two").progress, 0);
    EXPECT_EQ(engine.ask("three").progress, 0);
    engine.send(TokenLimitRequest{1});
    EXPECT_GT(engine.ask("four").progress, 0);
    EXPECT_EQ(count_entries(cache / "univi-studio/visual-tokens"), 0U);
}

/// What Clear in Settings does while a conversation is open.
TEST(KeptMedia, WhatWasClearedIsMadeAgainWhenItIsAskedAbout) {
    const ScratchFolder cache;
    RunningEngine engine(cache.path(), kEnough);
    const auto first = engine.ask("one");
    EXPECT_EQ(engine.ask("one").progress, 0);
    fs::remove_all(cache / "univi-studio");
    const auto again = engine.ask("one");
    EXPECT_GT(again.progress, 0);
    EXPECT_EQ(again.groups, first.groups);
    EXPECT_TRUE(fs::exists(std::string(again.groups.at("frames").at(0).at("picture"))));
    EXPECT_EQ(count_entries(cache / "univi-studio/visual-tokens"), 1U);
}

TEST(KeptMedia, TheCommandLineKeepsOnlyWhenItIsTold) {
    const ScratchFolder cache;
    const std::map<std::string, std::string> home{{"XDG_CACHE_HOME", cache.path().string()}};
    const auto chat = [&](std::vector<std::string> more) {
        std::vector<std::string> command{program("univi-cli"),
                                         "chat",
                                         "--threads",
                                         "1",
                                         "--video",
                                         kClip,
                                         "--max-frames",
                                         "6",
                                         "--max-new-tokens",
                                         "4",
                                         "--prompt",
                                         "What happens?",
                                         "--trace",
                                         (cache / "trace.json").string()};
        command.insert(command.end(), more.begin(), more.end());
        const auto result = run_process({command, {}, home});
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return result.out;
    };
    const auto encoded = [&] {
        return read_bytes(cache / "trace.json").find("vision tower") != std::string::npos;
    };
    const std::string reply = chat({});
    EXPECT_FALSE(fs::exists(cache / "univi-studio/visual-tokens"));
    EXPECT_EQ(chat({"--keep-tokens"}), reply);
    EXPECT_TRUE(encoded());
    EXPECT_EQ(chat({"--keep-tokens"}), reply);
    EXPECT_FALSE(encoded());
    chat({});
    EXPECT_TRUE(encoded());
}

TEST(KeptMedia, TwoProcessesMayKeepTheSameAtOnce) {
    const ScratchFolder cache;
    std::vector<std::unique_ptr<Process>> running;
    for (int i = 0; i < 2; ++i)
        running.push_back(std::make_unique<Process>(ProcessOptions{
            {program("univi-cli"), "chat", "--threads", "1", "--keep-tokens", "--video", kClip,
             "--max-frames", "6", "--max-new-tokens", "4", "--prompt", "What happens?"},
            {},
            {{"XDG_CACHE_HOME", cache.path().string()}}}));
    std::vector<std::string> replies;
    for (const auto& each : running) {
        EXPECT_EQ(each->wait(120s), 0) << each->stderr_text();
        replies.push_back(each->rest_of_stdout());
    }
    EXPECT_EQ(replies[0], replies[1]);
    EXPECT_EQ(count_entries(cache / "univi-studio/visual-tokens"), 1U);
}

}  // namespace
}  // namespace univi::test
