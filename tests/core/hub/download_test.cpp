#include "core/hub/download.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "core/base/file.h"
#include "core/base/file_descriptor.h"
#include "core/base/paths.h"
#include "core/hub/cache_folder.h"
#include "core/hub/loadable_files.h"
#include "core/hub/retries.h"
#include "tests/support/environment.h"
#include "tests/support/errors.h"
#include "tests/support/hub_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using testing::HasSubstr;
using Fault = HubServer::Fault;

std::string large_content() {
    std::string out;
    for (int i = 0; i < 40000; ++i) out += static_cast<char>(i * 7 + i / 251);
    return out;
}

class DownloadTest : public testing::Test {
  protected:
    DownloadTest() {
        server_.add("config.json", "{\"model_type\":\"ChatUniVi\"}", false);
        server_.add("weights/model.bin", kLarge, true);
        server_.add("README.md", "words", false);
        settings_.endpoint = server_.address();
        settings_.cache = cache_.path();
        options_.repository = "owner/name";
        options_.retries = {4, 0.01};
    }
    fs::path download(const base::StopToken& stop = {}) {
        return hub::download_repository(options_, settings_, progress_, stop);
    }
    std::string refused(ErrorKind kind) {
        return error_of([&] { download(); }, kind);
    }
    fs::path folder() const { return cache_ / "models--owner--name"; }
    fs::path blob(const std::string& path) const { return folder() / "blobs" / server_.etag(path); }
    fs::path part(const std::string& path) const { return blob(path).string() + ".incomplete"; }
    long count(const std::function<bool(const HubServer::Asked&)>& matches) const {
        const auto asked = server_.asked();
        return std::ranges::count_if(asked, matches);
    }

    const std::string kLarge = large_content();
    ScratchFolder cache_;
    HubServer server_;
    hub::Settings settings_;
    hub::DownloadOptions options_;
    std::function<void(const hub::DownloadProgress&)> progress_;
    const ScopedEnvironment no_proxy_{"no_proxy", "127.0.0.1"};
};

TEST_F(DownloadTest, PutsFilesWhereOtherProgramsLookForThem) {
    const fs::path snapshot = download();
    EXPECT_EQ(snapshot, folder() / "snapshots" / HubServer::kCommit);
    EXPECT_EQ(base::read_file(folder() / "refs/main"), HubServer::kCommit);
    EXPECT_EQ(base::read_file(snapshot / "weights/model.bin"), kLarge);
    EXPECT_EQ(base::read_file(snapshot / "README.md"), "words");
    EXPECT_EQ(fs::read_symlink(snapshot / "config.json"),
              fs::path("../../blobs") / server_.etag("config.json"));
    EXPECT_EQ(fs::read_symlink(snapshot / "weights/model.bin"),
              fs::path("../../../blobs") / server_.etag("weights/model.bin"));
    EXPECT_EQ(server_.etag("README.md").size(), 40U);
    EXPECT_EQ(server_.etag("weights/model.bin").size(), 64U);
    const ScopedEnvironment cache("HF_HUB_CACHE", cache_.path().c_str());
    EXPECT_EQ(base::find_in_hugging_face_cache("owner/name"), snapshot);
}

TEST_F(DownloadTest, WhatIsThereIsNotFetchedAgain) {
    const auto first = download();
    const auto sent = server_.sent();
    const auto before = server_.asked().size();
    EXPECT_EQ(download(), first);
    EXPECT_EQ(server_.sent(), sent);
    EXPECT_EQ(server_.asked().size(), before + 1) << "the list alone";
    // A blob that another revision or program brought is linked, not fetched.
    fs::remove_all(folder() / "snapshots");
    EXPECT_EQ(download(), first);
    EXPECT_EQ(server_.sent(), sent);
    EXPECT_EQ(base::read_file(first / "weights/model.bin"), kLarge);
}

TEST_F(DownloadTest, TellsHowFarItIs) {
    std::vector<hub::DownloadProgress> seen;
    progress_ = [&](const auto& progress) { seen.push_back(progress); };
    download();
    ASSERT_FALSE(seen.empty());
    const auto total = static_cast<std::int64_t>(kLarge.size() + 26 + 5);
    EXPECT_EQ(seen.back().bytes, total);
    EXPECT_EQ(seen.back().bytes_total, total);
    EXPECT_EQ(seen.back().bytes_fetched, total);
    EXPECT_EQ(seen.back().files, 3);
    EXPECT_EQ(seen.back().files_total, 3);
}

TEST_F(DownloadTest, FetchesOnlyWhatIsWanted) {
    options_.include = {"*.json", "*.safetensors"};
    const auto snapshot = download();
    EXPECT_TRUE(fs::exists(snapshot / "config.json"));
    EXPECT_FALSE(fs::exists(snapshot / "weights"));
    options_.include = {"*.onnx"};
    EXPECT_THAT(refused(ErrorKind::Usage), HasSubstr("*.onnx"));
    options_.include.clear();
    options_.repository = server_.address() + "/owner/name/resolve/main/README.md";
    EXPECT_TRUE(fs::exists(download() / "README.md"));
    EXPECT_FALSE(fs::exists(snapshot / "weights"));
}

TEST_F(DownloadTest, ACutConnectionIsGoneOnWith) {
    server_.fail_next("weights/model.bin", {Fault::Kind::Cut, 10000});
    server_.fail_next("weights/model.bin", {Fault::Kind::Cut, 20000});
    EXPECT_EQ(base::read_file(download() / "weights/model.bin"), kLarge);
    EXPECT_LT(server_.sent(), static_cast<std::int64_t>(kLarge.size()) + 5000) << "nothing twice";
    EXPECT_EQ(count([](const auto& asked) { return asked.of_store && !asked.range.empty(); }), 2);
}

TEST_F(DownloadTest, WhatAKilledDownloadLeftIsGoneOnWith) {
    fs::create_directories(folder() / "blobs");
    std::ofstream(part("weights/model.bin"), std::ios::binary) << kLarge.substr(0, 30000);
    EXPECT_EQ(base::read_file(download() / "weights/model.bin"), kLarge);
    EXPECT_LT(server_.sent(), 11000);
    EXPECT_EQ(
        count([](const auto& asked) { return asked.of_store && asked.range == "bytes=30000-"; }),
        1);
    EXPECT_FALSE(fs::exists(part("weights/model.bin")));
}

TEST_F(DownloadTest, AServerWithoutRangesStartsAnew) {
    fs::create_directories(folder() / "blobs");
    std::ofstream(part("weights/model.bin"), std::ios::binary) << kLarge.substr(0, 30000);
    server_.fail_next("weights/model.bin", {Fault::Kind::Whole});
    EXPECT_EQ(base::read_file(download() / "weights/model.bin"), kLarge);
}

TEST_F(DownloadTest, AWrongBeginningIsFetchedAnew) {
    fs::create_directories(folder() / "blobs");
    std::ofstream(part("weights/model.bin"), std::ios::binary) << std::string(30000, 'x');
    EXPECT_EQ(base::read_file(download() / "weights/model.bin"), kLarge);
    std::ofstream(part("README.md"), std::ios::binary) << "longer than the file is";
    fs::remove(blob("README.md"));
    EXPECT_EQ(base::read_file(download() / "README.md"), "words");
}

TEST_F(DownloadTest, WrongBytesAreRemovedAndSaid) {
    for (const char* path : {"weights/model.bin", "README.md"}) {
        options_.include = {path};
        server_.fail_next(path, {Fault::Kind::WrongBytes});
        server_.fail_next(path, {Fault::Kind::WrongBytes});
        EXPECT_THAT(refused(ErrorKind::Format), HasSubstr(path));
        EXPECT_FALSE(fs::exists(blob(path)));
        EXPECT_FALSE(fs::exists(part(path)));
        EXPECT_FALSE(fs::exists(folder() / "refs/main")) << "a revision is there once it is whole";
    }
    options_.include.clear();
    download();
}

TEST_F(DownloadTest, ABusyServerIsAskedAgainWhenItSays) {
    server_.fail_next_question(429, "0");
    server_.fail_next_question(503);
    server_.fail_next("weights/model.bin", {Fault::Kind::Status, 0, 500});
    server_.fail_next("weights/model.bin", {Fault::Kind::Status, 0, 429, "0"});
    EXPECT_EQ(base::read_file(download() / "weights/model.bin"), kLarge);
    for (int i = 0; i < 4; ++i) server_.fail_next_question(503);
    const auto error = refused(ErrorKind::File);
    EXPECT_THAT(error, HasSubstr("503"));
    EXPECT_THAT(error, HasSubstr("try again later"));
}

TEST_F(DownloadTest, TheTokenGoesToTheHubAlone) {
    server_.require_token("secret");
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("HF_TOKEN"));
    settings_.token = "wrong";
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("may not read it"));
    settings_.token = "secret";
    download();
    EXPECT_GT(count([](const auto& asked) { return asked.of_store; }), 0);
    EXPECT_EQ(
        count([](const auto& asked) { return asked.of_store && !asked.authorization.empty(); }), 0);
}

TEST_F(DownloadTest, SaysWhyTheHubRefuses) {
    options_.repository = "owner/other";
    EXPECT_THAT(refused(ErrorKind::File),
                HasSubstr("owner/other cannot be downloaded: it does not exist"));
    options_.repository = "owner/gated";
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("ask for access"));
    options_.repository = "owner/name";
    options_.revision = "v2";
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("no such revision"));
    options_.revision = "../../x";
    EXPECT_THAT(refused(ErrorKind::Usage), HasSubstr("cannot be one"));
    EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(DownloadTest, AHubThatIsNotThereIsSaid) {
    settings_.endpoint = "http://127.0.0.1:1";
    options_.retries = {2, 3600};  // who asks for it does not wait for a network that is not there
    EXPECT_EQ(refused(ErrorKind::File),
              "owner/name cannot be downloaded: 127.0.0.1 cannot be reached; check this computer's "
              "network connection, or name another hub with HF_ENDPOINT.");
}

TEST_F(DownloadTest, ANameThatIsNotFoundIsSaidAtOnce) {
    const ScopedEnvironment no_proxy("no_proxy", "*");
    settings_.endpoint = "http://hub.invalid";
    options_.retries = {2, 3600};
    EXPECT_THAT(refused(ErrorKind::File),
                HasSubstr("owner/name cannot be downloaded: hub.invalid is not found, as without a "
                          "network; check this computer's network connection"));
}

TEST_F(DownloadTest, ADownloadThatIsUnderWayWaitsForItsNetwork) {
    hub::Retries retries({3, 0.001}, "a file", {});
    const hub::PassingFailure lost{"hub.invalid is not found", 0, "check the network"};
    EXPECT_NO_THROW(retries.wait_after(lost));
    EXPECT_NO_THROW(retries.wait_after(lost));
    EXPECT_EQ(error_of([&] { retries.wait_after(lost); }, ErrorKind::File),
              "a file cannot be downloaded: hub.invalid is not found; check the network.");
}

TEST_F(DownloadTest, APathThatLeadsOutIsRefused) {
    server_.list("../../evil");
    EXPECT_THAT(refused(ErrorKind::Format), HasSubstr("leads out"));
    EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(DownloadTest, AFileThatTheHubDoesNotHaveIsNamed) {
    server_.list("gone.bin");
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("gone.bin"));
}

TEST_F(DownloadTest, RevisionsAreKeptByName) {
    options_.revision = "refs/pr/1";
    download();
    EXPECT_EQ(base::read_file(folder() / "refs/refs/pr/1"), HubServer::kCommit);
    options_.revision = HubServer::kCommit;
    download();
    EXPECT_FALSE(fs::exists(folder() / "refs" / HubServer::kCommit));
}

TEST_F(DownloadTest, OfflineAsksNobody) {
    settings_.offline = true;
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("not downloaded yet"));
    settings_.offline = false;
    const auto snapshot = download();
    const auto asked = server_.asked().size();
    settings_.offline = true;
    EXPECT_EQ(download(), snapshot);
    options_.revision = HubServer::kCommit;
    EXPECT_EQ(download(), snapshot);
    options_.revision.clear();
    options_.repository = settings_.endpoint + "/owner/name/resolve/main/none.bin";
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("not downloaded yet"));
    EXPECT_EQ(server_.asked().size(), asked);
}

TEST_F(DownloadTest, AStopLeavesWhatCame) {
    base::StopSource stop;
    options_.connections = 1;
    progress_ = [&](const hub::DownloadProgress& progress) {
        if (progress.bytes_fetched > 8000) stop.request_stop();
    };
    error_of([&] { download(stop.get_token()); }, ErrorKind::Stopped);
    ASSERT_TRUE(fs::exists(part("weights/model.bin")));
    const auto sent = server_.sent();
    progress_ = {};
    EXPECT_EQ(base::read_file(download() / "weights/model.bin"), kLarge);
    EXPECT_GT(count([](const auto& asked) { return asked.of_store && !asked.range.empty(); }), 0);
    EXPECT_GT(sent, 0);
}

TEST_F(DownloadTest, TwoDownloadsFetchOnce) {
    std::atomic<int> fine = 0;
    {
        std::vector<std::jthread> both;
        for (int i = 0; i < 2; ++i)
            both.emplace_back([&] {
                hub::download_repository(options_, settings_);
                ++fine;
            });
    }
    EXPECT_EQ(fine, 2);
    EXPECT_EQ(server_.sent(), static_cast<std::int64_t>(kLarge.size() + 26 + 5));
}

TEST_F(DownloadTest, WaitsForAnotherProgramsLock) {
    const hub::CacheFolder cache(settings_.cache, "owner/name");
    cache.create();
    const std::string file =
        (cache_ / ".locks/models--owner--name" / (server_.etag("README.md") + ".lock")).string();
    base::FileDescriptor held(::open(file.c_str(), O_RDWR | O_CREAT, 0666));
    ASSERT_EQ(::flock(held.get(), LOCK_EX), 0);
    std::atomic<bool> done = false;
    options_.include = {"README.md"};
    std::jthread other([&] {
        download();
        done = true;
    });
    while (count([](const auto& asked) { return asked.method == "HEAD"; }) == 0)
        std::this_thread::yield();
    EXPECT_FALSE(done);
    held.reset();
    other.join();
    EXPECT_TRUE(done);
}

TEST_F(DownloadTest, ADiskThatIsTooSmallIsSaidBeforeTheFirstByte) {
    server_.claim_size("weights/model.bin", std::int64_t{1} << 60);
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("make room"));
    EXPECT_EQ(server_.sent(), 0);
}

TEST_F(DownloadTest, MoreBytesThanTheHubSaysAreRefused) {
    server_.claim_size("weights/model.bin", 1000);
    EXPECT_THAT(refused(ErrorKind::Format), HasSubstr("longer than the hub says"));
}

TEST_F(DownloadTest, ACacheThatCannotBeWrittenIsSaid) {
    settings_.cache = "/dev/full/cache";
    EXPECT_THAT(refused(ErrorKind::File), HasSubstr("/dev/full/cache"));
    EXPECT_EQ(server_.sent(), 0);
}

/// What will be fetched is told before a byte of it, and each file's own progress with its end.
TEST_F(DownloadTest, TheWholePlanComesFirst) {
    std::vector<hub::DownloadPlan> plans;
    std::map<std::string, std::int64_t> last;
    std::set<std::string> done;
    options_.planned = [&](const hub::DownloadPlan& plan) {
        EXPECT_EQ(server_.sent(), 0);
        plans.push_back(plan);
    };
    progress_ = [&](const hub::DownloadProgress& now) {
        EXPECT_EQ(plans.size(), 1u);
        last[now.file] = now.file_bytes;
        if (now.file_done) done.insert(now.file);
    };
    download();
    ASSERT_EQ(plans.size(), 1u);
    EXPECT_EQ(plans[0].repository, "owner/name");
    EXPECT_EQ(plans[0].files.size(), 3u);
    const auto whole = static_cast<std::int64_t>(kLarge.size());
    EXPECT_EQ(plans[0].bytes_total, plans[0].bytes_to_come);
    EXPECT_EQ(last["weights/model.bin"], whole);
    EXPECT_EQ(done.size(), 3u);
}

TEST_F(DownloadTest, OnlyWhatCanBeLoaded) {
    options_.loadable_only = true;
    server_.add("pytorch_model.bin", "twice", true);
    server_.add("model.safetensors", "once", true);
    server_.add("flax_model.msgpack", "other", true);
    const fs::path there = download();
    EXPECT_TRUE(fs::exists(there / "model.safetensors"));
    EXPECT_TRUE(fs::exists(there / "config.json"));
    EXPECT_FALSE(fs::exists(there / "pytorch_model.bin"));
    EXPECT_FALSE(fs::exists(there / "flax_model.msgpack"));
}

TEST(LoadableFiles, OneFormOfTheWeightsOfEachFolder) {
    using List = std::vector<std::string>;
    const List clip{"config.json", "pytorch_model.bin",  "model.safetensors",
                    "README.md",   "flax_model.msgpack", "tf_model.h5",
                    "vocab.json",  ".gitattributes"};
    EXPECT_EQ(hub::loadable_files(clip),
              (List{"config.json", "model.safetensors", "README.md", "vocab.json"}));
    const List shards{"pytorch_model-00001-of-00002.bin",
                      "pytorch_model.bin.index.json",
                      "tokenizer.model",
                      "optimizer.pt",
                      "training_args.bin",
                      "LICENSE"};
    EXPECT_EQ(hub::loadable_files(shards),
              (List{"pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json",
                    "tokenizer.model", "LICENSE"}));
    const List adapter{"adapter_config.json", "adapter_model.bin", "adapter_model.safetensors",
                       "non_lora_trainables.bin", "sub/pytorch_model.bin"};
    EXPECT_EQ(hub::loadable_files(adapter),
              (List{"adapter_config.json", "adapter_model.safetensors", "non_lora_trainables.bin",
                    "sub/pytorch_model.bin"}));
    // A repository of something else is taken whole.
    EXPECT_EQ(hub::loadable_files({"a.onnx", "b.png"}), (List{"a.onnx", "b.png"}));
}

TEST_F(DownloadTest, WhatIsUnfinishedCanBeThrownAway) {
    server_.fail_next("weights/model.bin", {Fault::Kind::Cut, 1000, 0, {}});
    options_.retries.most = 1;
    refused(ErrorKind::File);
    ASSERT_TRUE(fs::exists(part("weights/model.bin")));
    const auto held = static_cast<std::int64_t>(fs::file_size(part("weights/model.bin")));
    {
        const auto other = hub::CacheFolder(cache_.path(), "owner/name")
                               .lock(server_.etag("weights/model.bin"), {});
        EXPECT_EQ(hub::discard_unfinished("owner/name", settings_), 0);  // somebody fetches it
    }
    EXPECT_EQ(hub::discard_unfinished("owner/name", settings_), held);
    EXPECT_FALSE(fs::exists(part("weights/model.bin")));
    EXPECT_EQ(hub::discard_unfinished("owner/name", settings_), 0);
    EXPECT_EQ(hub::discard_unfinished("owner/never", settings_), 0);
}

}  // namespace
}  // namespace univi::test
