// What the programs leave behind when a signal ends them, and what they do in a home that
// cannot be written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/protocol/engine_protocol.h"
#include "tests/integration/programs.h"
#include "tests/support/http_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class EndingTest : public testing::Test {
  protected:
    EndingTest() {
        for (const char* name : {"tmp", "home", "run"}) fs::create_directories(folder_ / name);
        fs::permissions(folder_ / "run", fs::perms::owner_all);
    }

    std::map<std::string, std::string> environment() const {
        return {{"TMPDIR", (folder_ / "tmp").string()},
                {"HOME", (folder_ / "home").string()},
                {"XDG_DATA_HOME", (folder_ / "home/data").string()},
                {"XDG_CACHE_HOME", (folder_ / "home/cache").string()},
                {"XDG_CONFIG_HOME", (folder_ / "home/config").string()},
                {"XDG_RUNTIME_DIR", (folder_ / "run").string()},
                {"QT_QPA_PLATFORM", "offscreen"}};
    }
    /// A home that nobody can write, root neither: a file stands where it should be.
    std::map<std::string, std::string> unwritable() const {
        std::ofstream(folder_ / "wall") << "x";
        auto changed = environment();
        for (const char* name : {"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"})
            changed[name] = (folder_ / "wall/below").string();
        return changed;
    }
    /// Names in the folder for temporary files and in the cache that only a running process needs.
    std::vector<std::string> left() const {
        std::vector<std::string> names;
        for (const fs::path& place : {folder_ / "tmp", folder_ / "home/cache/univi-studio"}) {
            std::error_code error;
            for (const auto& entry : fs::directory_iterator(place, error))
                if (const auto name = entry.path().filename().string();
                    place == folder_ / "tmp" || name.starts_with("univi-temporary-"))
                    names.push_back(name);
        }
        return names;
    }
    /// Waits until the window is up: it has made its folder of icons and its conversations.
    void wait_for_window() const {
        const auto conversations = folder_ / "home/data/univi-studio/conversations.sqlite";
        for (int i = 0; i < 600 && (left().empty() || !fs::exists(conversations)); ++i)
            std::this_thread::sleep_for(100ms);
        EXPECT_FALSE(left().empty());
    }

    ScratchFolder folder_;
};

TEST_F(EndingTest, TheWindowCleansUpOnASignal) {
    if (!fs::exists(program("univi"))) GTEST_SKIP() << "built without the window";
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        Process window({{program("univi")}, {}, environment()});
        wait_for_window();
        window.signal(signal);
        EXPECT_EQ(window.wait(60s), 0) << "signal " << signal << window.stderr_text();
        EXPECT_THAT(left(), testing::IsEmpty()) << "signal " << signal;
    }
}

TEST_F(EndingTest, TheNextWindowRemovesWhatAKilledOneLeft) {
    if (!fs::exists(program("univi"))) GTEST_SKIP() << "built without the window";
    {
        Process killed({{program("univi")}, {}, environment()});
        wait_for_window();
        killed.signal(SIGKILL);
        killed.wait(60s);
    }
    const auto before = left();
    ASSERT_FALSE(before.empty());
    Process window({{program("univi")}, {}, environment()});
    for (int i = 0; i < 600 && testing::Value(left(), testing::Contains(before.front())); ++i)
        std::this_thread::sleep_for(100ms);
    EXPECT_THAT(left(), testing::Not(testing::Contains(before.front())));
    window.signal(SIGTERM);
    EXPECT_EQ(window.wait(60s), 0);
    EXPECT_THAT(left(), testing::IsEmpty());
}

TEST_F(EndingTest, TheEngineWithoutACacheKeepsPicturesUntilItEnds) {
    Process engine({{program("univi-engine")}, {}, unwritable()});
    ASSERT_TRUE(engine.read_line(60s));
    EXPECT_EQ(left().size(), 1u) << "a folder of its own in place of the cache";
    engine.signal(SIGTERM);
    EXPECT_EQ(engine.wait(60s), 0);
    EXPECT_THAT(left(), testing::IsEmpty());
}

TEST_F(EndingTest, ARecordingInterruptedLeavesNothing) {
    const HttpServer server("no video at all");
    Process cli({{program("univi-cli"), "chat", "--model", golden_model(), "--video",
                  server.address("/silent"), "--prompt", "What is this?"},
                 {},
                 environment()});
    for (int i = 0; i < 600 && left().empty(); ++i) std::this_thread::sleep_for(100ms);
    ASSERT_FALSE(left().empty()) << cli.stderr_text();
    cli.signal(SIGHUP);
    EXPECT_EQ(cli.wait(60s), 1);
    EXPECT_THAT(left(), testing::IsEmpty());
}

TEST_F(EndingTest, AHomeThatCannotBeWrittenStillAnswers) {
    if (!fs::exists(program("univi"))) GTEST_SKIP() << "built without the window";
    const auto result =
        run_process({{program("univi"), "--model", golden_model(), "--ask", "What is this?",
                      golden_input("HappyFish.jpg"), "--exit-when-done"},
                     {},
                     unwritable()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_FALSE(trimmed(result.out).empty());
    EXPECT_THAT(result.err, HasSubstr("conversations.sqlite"));
    EXPECT_THAT(left(), testing::IsEmpty());
}

}  // namespace
}  // namespace univi::test
