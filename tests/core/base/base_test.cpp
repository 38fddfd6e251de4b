#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>
#include <set>

#include <csignal>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_source.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/printable.h"
#include "core/base/stop_token.h"
#include "tests/support/environment.h"
#include "tests/support/scratch_folder.h"

namespace univi::base {
namespace {

namespace fs = std::filesystem;
using test::ScopedEnvironment;
using test::ScratchFolder;
using test::write_bytes;
using ::testing::HasSubstr;

TEST(Error, EveryKindHasANameAndAnExitCode) {
    std::set<std::string_view> names;
    for (const ErrorKind kind :
         {ErrorKind::Usage, ErrorKind::File, ErrorKind::Format, ErrorKind::Model, ErrorKind::Media,
          ErrorKind::Memory, ErrorKind::Device, ErrorKind::Context, ErrorKind::Stopped,
          ErrorKind::Internal}) {
        EXPECT_TRUE(names.insert(to_string(kind)).second) << to_string(kind);
        EXPECT_EQ(exit_code(kind), kind == ErrorKind::Usage ? 2 : 1);
    }
}

std::string json_error(const std::string& text, int max_depth = 64) {
    try {
        parse_json(text, "test.json", max_depth);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Format);
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
        return error.what();
    }
    return "";
}

TEST(Json, ParsesAndNamesThePlaceOfAMistake) {
    EXPECT_EQ(parse_json(R"({"a": [1, "[[["]})", "x", 2)["a"][1], "[[[");
    EXPECT_THAT(json_error("{\n  \"a\": 1,\n  \"b\" 2}"), HasSubstr("test.json, line 3, column 7"));
    EXPECT_THAT(json_error(""), HasSubstr("not valid JSON"));
    EXPECT_THAT(json_error("{\"a\": \"\xff\"}"), HasSubstr("not valid JSON"));
    EXPECT_THAT(json_error("1e999"), HasSubstr("not valid JSON"));
    EXPECT_LT(json_error("\"" + std::string(1 << 20, 'x')).size(), 500u);
}

TEST(Json, BoundsDepth) {
    EXPECT_EQ(json_error(std::string(64, '[') + std::string(64, ']')), "");
    EXPECT_THAT(json_error(std::string(65, '[') + std::string(65, ']')),
                HasSubstr("column 65: JSON is nested deeper"));
    EXPECT_THAT(json_error(std::string(10'000'000, '[')), HasSubstr("nested deeper than 64"));
    EXPECT_EQ(json_error("\"" + std::string(100, '[') + "\""), "");
}

TEST(Json, AByteOrderMarkIsReadOver) {
    EXPECT_EQ(parse_json("\xef\xbb\xbf{\"a\": 1}", "x")["a"], 1);
    EXPECT_EQ(strip_byte_order_mark("\xef\xbb\xbf[1]", "x"), "[1]");
    EXPECT_EQ(strip_byte_order_mark("[1]", "x"), "[1]");
    EXPECT_EQ(strip_byte_order_mark("", "x"), "");
    EXPECT_THAT(json_error("\xef\xbb\xbf{\n1}"), HasSubstr("line 2, column 1"));
    const ScratchFolder folder;
    write_file_atomically(folder.path() / "m.json", "\xef\xbb\xbf[2]\n");
    EXPECT_EQ(read_json_file(folder.path() / "m.json")[0], 2);
    EXPECT_EQ(read_json_text(folder.path() / "m.json"), "[2]\n");
}

TEST(Json, WideEncodingsAreNamed) {
    using namespace std::string_literals;
    for (const auto& [text, name] : std::initializer_list<std::pair<std::string, const char*>>{
             {"\xff\xfe[\0"s, "UTF-16"},
             {"\xfe\xff\0["s, "UTF-16"},
             {"{\0\"\0"s, "UTF-16"},
             {"\0{\0\""s, "UTF-16"},
             {"\xff\xfe\0\0[\0\0\0"s, "UTF-32"},
             {"\0\0\0["s, "UTF-32"},
             {"[\0\0\0"s, "UTF-32"}})
        EXPECT_THAT(json_error(text),
                    HasSubstr("test.json is "s + name + " text: save it as UTF-8"));
    EXPECT_THAT(json_error("\0\0\0\0"s), HasSubstr("not valid JSON"));
}

TEST(Json, AKeyThatStandsTwiceIsNamed) {
    const auto refusal = [](const std::string& text) -> std::string {
        try {
            check_unique_keys(text, "x.json");
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Format);
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(refusal(R"({"a": {"b": 1}, "b": [{"b": 1}, {"b": 2}]})"), "");
    EXPECT_EQ(refusal("no json"), "");
    EXPECT_THAT(refusal(R"({"a": 1, "a": 2})"), HasSubstr("x.json has the key \"a\" twice"));
    EXPECT_THAT(refusal("\xef\xbb\xbf{\"z\": {\"s\": 1, \"s\": 2}}"), HasSubstr("\"z.s\" twice"));
}

TEST(Printable, KeepsUtf8AndOneLine) {
    EXPECT_TRUE(is_utf8("naïve ✓ 😀"));
    EXPECT_FALSE(is_utf8("\xc0\xaf"));      // overlong
    EXPECT_FALSE(is_utf8("\xed\xa0\x80"));  // surrogate
    EXPECT_FALSE(is_utf8("\xf5\x80\x80\x80"));
    EXPECT_FALSE(is_utf8("\xe2\x82"));
    EXPECT_EQ(in_quotes("a\n\xff é"), "\"a?? é\"");
    EXPECT_EQ(in_quotes("aaaa", 2), "\"aa…\"");
}

TEST(Paths, FollowTheEnvironment) {
    const ScratchFolder folder;
    const ScopedEnvironment cache("XDG_CACHE_HOME", folder.path().c_str());
    const ScopedEnvironment data("XDG_DATA_HOME", nullptr);
    const ScopedEnvironment home("HOME", folder.path().c_str());
    EXPECT_EQ(cache_folder(), folder / "univi-studio");
    EXPECT_TRUE(fs::is_directory(folder / "univi-studio"));
    EXPECT_EQ(data_folder(), folder / ".local/share/univi-studio");
    const ScopedEnvironment resources("UNIVI_RESOURCES", folder.path().c_str());
    EXPECT_EQ(resources_folder(), folder.path());
    EXPECT_FALSE(demo_model_folder().has_value());
    fs::create_directory(folder / "demo");
    write_bytes(folder / "demo/config.json", "{}");
    EXPECT_EQ(demo_model_folder(), folder / "demo");
    const ScopedEnvironment wrong("UNIVI_RESOURCES", (folder / "none").c_str());
    EXPECT_THROW(resources_folder(), Error);
}

TEST(Paths, FindResourcesAboveTheBuildFolder) {
    const ScopedEnvironment resources("UNIVI_RESOURCES", nullptr);
    EXPECT_TRUE(
        fs::is_regular_file(executable_folder() / fs::read_symlink("/proc/self/exe").filename()));
    if (!fs::is_directory(fs::path(UNIVI_SOURCE_DIR) / "resources"))
        GTEST_SKIP() << "the source tree has no resources yet";
    if (executable_folder().string().find(UNIVI_SOURCE_DIR) != 0)
        GTEST_SKIP() << "built outside the source tree";
    EXPECT_EQ(resources_folder(), fs::path(UNIVI_SOURCE_DIR) / "resources");
}

TEST(HuggingFaceCache, FollowsRefsMain) {
    const ScratchFolder folder;
    const ScopedEnvironment hub("HF_HUB_CACHE", folder.path().c_str());
    const fs::path repository = folder / "models--openai--clip";
    fs::create_directories(repository / "snapshots/abc123");
    fs::create_directories(repository / "snapshots/other");
    fs::create_directories(repository / "refs");
    EXPECT_FALSE(find_in_hugging_face_cache("openai/clip").has_value());  // two snapshots, no ref
    write_bytes(repository / "refs/main", "abc123\n");
    EXPECT_EQ(find_in_hugging_face_cache("openai/clip"), repository / "snapshots/abc123");
    write_bytes(repository / "refs/main", "../../..");
    EXPECT_FALSE(find_in_hugging_face_cache("openai/clip").has_value());
    for (const char* bad : {"", "/", "a/b/c", "../x", "openai/..", "openai/", "/etc", "no/such"}) {
        EXPECT_FALSE(find_in_hugging_face_cache(bad).has_value()) << bad;
    }
}

TEST(HuggingFaceCache, PlaceFollowsTheEnvironment) {
    const ScopedEnvironment hub("HF_HUB_CACHE", nullptr);
    const ScopedEnvironment old_hub("HUGGINGFACE_HUB_CACHE", nullptr);
    const ScopedEnvironment home("HOME", "/home/someone");
    {
        const ScopedEnvironment hf("HF_HOME", "/data/hf");
        EXPECT_EQ(hugging_face_cache(), "/data/hf/hub");
    }
    const ScopedEnvironment hf("HF_HOME", nullptr);
    EXPECT_EQ(hugging_face_cache(), "/home/someone/.cache/huggingface/hub");
    const ScopedEnvironment old_name("HUGGINGFACE_HUB_CACHE", "/data/old");
    EXPECT_EQ(hugging_face_cache(), "/data/old");
    const ScopedEnvironment new_name("HF_HUB_CACHE", "/data/new");
    EXPECT_EQ(hugging_face_cache(), "/data/new");
}

TEST(HuggingFaceCache, ListsRepositoriesWithASnapshot) {
    const ScratchFolder folder;
    const ScopedEnvironment hub("HF_HUB_CACHE", (folder / "hub").c_str());
    EXPECT_TRUE(hugging_face_repositories().empty());
    for (const char* name : {"models--org--b-model/snapshots/1", "models--a/snapshots/2",
                             "models--org--none", "datasets--org--d/snapshots/1", ".locks",
                             "models--org--broken/snapshots/1", "models--org--broken/refs"})
        fs::create_directories(folder / "hub" / name);
    write_bytes(folder / "hub/models--org--broken/refs/main", std::string(5000, 'x'));
    const auto found = hugging_face_repositories();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].name, "a");
    EXPECT_EQ(found[1].name, "org/b-model");
    EXPECT_EQ(found[1].snapshot, folder / "hub/models--org--b-model/snapshots/1");
    for (const CachedRepository& each : found) {
        EXPECT_EQ(repository_of_snapshot(each.snapshot), each.name);
        EXPECT_EQ(repository_of_snapshot(each.snapshot / ""), each.name);
    }
    EXPECT_FALSE(repository_of_snapshot("/models/demo").has_value());
    EXPECT_FALSE(repository_of_snapshot("/models/snapshots/1").has_value());
    EXPECT_FALSE(repository_of_snapshot("").has_value());
}

TEST(Log, WritesToTheFileFromTheLevelOn) {
    const ScratchFolder folder;
    const ScopedEnvironment level("UNIVI_LOG", nullptr);
    log_to_file((folder / "log.txt").string());
    set_log_level(LogLevel::Info);
    log(LogLevel::Debug, "not this");
    log_info("this {} one");
    set_log_level(LogLevel::Warning);
    log_info("nor this");
    const std::string text = test::read_bytes(folder / "log.txt");
    EXPECT_THAT(text, HasSubstr("this {} one"));
    EXPECT_EQ(text.find("not this"), text.npos);
    EXPECT_EQ(text.find("nor this"), text.npos);
    EXPECT_THROW(log_to_file("/proc/no/such/log.txt"), Error);
}

TEST(StopToken, ThrowsOnceAsked) {
    StopSource source;
    EXPECT_NO_THROW(throw_if_stopped(source.get_token(), "testing"));
    source.request_stop();
    try {
        throw_if_stopped(source.get_token(), "testing");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Stopped);
        EXPECT_STREQ(error.what(), "stopped while testing");
    }
}

/// Runs `stop_on_signals` in a process of its own: exit code 7 when the stop arrived.
int status_of_child(bool second_signal) {
    const pid_t child = ::fork();
    if (child == 0) {
        StopSource& source = stop_on_signals();
        ::raise(SIGINT);
        while (!source.stop_requested()) std::this_thread::yield();
        if (second_signal) ::raise(SIGTERM);
        ::_exit(7);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

TEST(StopOnSignals, FirstSignalAsksSecondEnds) {
    const int asked = status_of_child(false);
    EXPECT_TRUE(WIFEXITED(asked) && WEXITSTATUS(asked) == 7);
    const int ended = status_of_child(true);
    EXPECT_TRUE(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGTERM);
}

}  // namespace
}  // namespace univi::base
