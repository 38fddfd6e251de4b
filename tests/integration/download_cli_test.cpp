#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "core/base/file.h"
#include "core/protocol/download_protocol.h"
#include "tests/integration/programs.h"
#include "tests/support/hub_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class DownloadCli : public testing::Test {
  protected:
    DownloadCli() {
        server_.add("config.json", "{}", false);
        server_.add("model.bin", std::string(1 << 20, 'w'), true);
    }
    ProcessOptions command(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {program("univi-cli"), "download"});
        return {std::move(arguments),
                {},
                {{"HF_HOME", home_.path().string()},
                 {"HF_HUB_CACHE", ""},
                 {"HUGGINGFACE_HUB_CACHE", ""},
                 {"HF_ENDPOINT", server_.address()},
                 {"HF_TOKEN", ""},
                 {"HF_HUB_OFFLINE", ""},
                 {"no_proxy", "127.0.0.1"}}};
    }
    fs::path snapshot() const {
        return home_ / "hub/models--owner--name/snapshots" / HubServer::kCommit;
    }
    /// Where the unfinished model.bin is kept.
    fs::path part() const {
        return home_ / "hub/models--owner--name/blobs" /
               (server_.etag("model.bin") + ".incomplete");
    }
    std::int64_t part_size() const {
        std::error_code error;
        const auto size = fs::file_size(part(), error);
        return error ? 0 : static_cast<std::int64_t>(size);
    }
    /// What the server sent may still be on its way; only what lies on the disk is kept.
    void wait_for_part(std::int64_t bytes) const {
        while (part_size() < bytes) std::this_thread::yield();
    }

    ScratchFolder home_;
    HubServer server_;
};

TEST_F(DownloadCli, PrintsTheFolder) {
    const auto result = run_process(command({"owner/name"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, snapshot().string() + "\n");
    EXPECT_EQ(base::read_file(snapshot() / "model.bin").size(), std::size_t{1} << 20);
    EXPECT_EQ(result.err, "");
    const auto offline = run_process(command({"owner/name", "--offline"}));
    EXPECT_EQ(offline.out, result.out);
}

/// What was downloaded is loaded by its name.
TEST_F(DownloadCli, AModelIsLoadedByItsName) {
    for (const auto& entry : fs::recursive_directory_iterator(golden_model()))
        if (entry.is_regular_file())
            server_.add(entry.path().lexically_relative(golden_model()).string(),
                        base::read_file(entry.path()), entry.file_size() > 100000);
    ASSERT_EQ(run_process(command({"owner/name"})).exit_code, 0);
    ProcessOptions info = command({});
    info.command = {program("univi-cli"), "info", "--model", "owner/name", "--json"};
    const auto result = run_process(info);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const auto here = base::parse_json(result.out, "info");
    EXPECT_EQ(here.at("folder"), snapshot().string());
    EXPECT_EQ(here.at("missing"), base::Json::array());
}

TEST_F(DownloadCli, GoesOnAfterAKill) {
    // The connection stays open and gives no more: the program waits, and is killed there.
    server_.fail_next("model.bin", {HubServer::Fault::Kind::Stall, 600000, 0, {}});
    {
        Process first(command({"owner/name"}));
        wait_for_part(500000);
        first.signal(SIGKILL);
        EXPECT_EQ(first.wait(), -SIGKILL);
    }
    const auto held = part_size();
    const auto before = server_.sent();
    const auto result = run_process(command({"owner/name"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(base::read_file(snapshot() / "model.bin"), std::string(1 << 20, 'w'));
    EXPECT_LE(server_.sent() - before, (1 << 20) - held + 2);
}

TEST_F(DownloadCli, SaysWhatIsWrongInOneSentence) {
    const auto refused = [&](const std::vector<std::string>& arguments, int code) {
        const auto result = run_process(command(arguments));
        EXPECT_EQ(result.exit_code, code) << result.err;
        EXPECT_EQ(result.out, "");
        EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
        return result.err;
    };
    EXPECT_THAT(refused({"owner/other"}, 1), HasSubstr("does not exist"));
    EXPECT_THAT(refused({"not a name"}, 2), HasSubstr("owner/name"));
    EXPECT_THAT(refused({"owner/name", "--include", "*.onnx"}, 2), HasSubstr("*.onnx"));
    EXPECT_THAT(refused({"owner/name", "--offline"}, 1), HasSubstr("not downloaded yet"));
    EXPECT_THAT(refused({"owner/name", "--revision", "v2"}, 1), HasSubstr("no such revision"));
}

/// What the window reads: the plan, each file to its end, the folder; and nothing else.
TEST_F(DownloadCli, TellsAProgramInLines) {
    namespace lines = protocol::download;
    const auto result = run_process(command({"owner/name", "--json"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    std::vector<lines::Event> events;
    std::istringstream out(result.out);
    for (std::string line; std::getline(out, line);) events.push_back(*lines::parse_event(line));
    ASSERT_GE(events.size(), 4u);
    const auto& plan = std::get<lines::PlanEvent>(events.front());
    EXPECT_EQ(plan.files.size(), 2u);
    EXPECT_EQ(plan.bytes_total, (1 << 20) + 2);
    EXPECT_EQ(std::get<lines::DoneEvent>(events.back()).folder, snapshot().string());
    const auto& last = std::get<lines::ProgressEvent>(events[events.size() - 2]);
    EXPECT_EQ(last.bytes, plan.bytes_total);
    EXPECT_EQ(last.files, 2);
}

/// The window was killed: its pipe ends, and so does the download, which goes on another time.
TEST_F(DownloadCli, PausesWhenItsInputEnds) {
    server_.fail_next("model.bin", {HubServer::Fault::Kind::Stall, 600000, 0, {}});
    Process child(command({"owner/name", "--json", "--stop-at-end-of-input"}));
    while (server_.sent() < 600000) std::this_thread::yield();
    child.close_stdin();
    EXPECT_EQ(child.wait(), 1);
    EXPECT_EQ(run_process(command({"owner/name"})).exit_code, 0);
}

TEST_F(DownloadCli, ThrowsAwayWhatIsUnfinished) {
    server_.fail_next("model.bin", {HubServer::Fault::Kind::Stall, 600000, 0, {}});
    Process child(command({"owner/name"}));
    wait_for_part(500000);
    child.signal(SIGTERM);
    child.wait();
    const auto result = run_process(command({"owner/name", "--discard"}));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("KB"));
    EXPECT_FALSE(fs::exists(part()));
}

}  // namespace
}  // namespace univi::test
