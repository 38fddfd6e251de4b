#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/paths.h"
#include "core/protocol/task_protocol.h"
#include "tests/integration/programs.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
namespace task = protocol::task;
using testing::HasSubstr;

class VerifyCli : public testing::Test {
  protected:
    static ProcessResult run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), program("univi-cli"));
        return run_process({std::move(arguments), {}, {}});
    }
    static std::vector<task::Event> events(const std::string& text) {
        std::vector<task::Event> out;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) out.push_back(*task::parse_event(line));
        return out;
    }
    fs::path copy_of_demo() const {
        fs::copy(*base::demo_model_folder(), scratch_ / "demo", fs::copy_options::recursive);
        return scratch_ / "demo";
    }
    static void flip_byte(const fs::path& file) {
        fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        const auto middle = static_cast<std::streamoff>(fs::file_size(file) / 2);
        stream.seekg(middle);
        const auto byte = static_cast<char>(stream.get() ^ 1);
        stream.seekp(middle);
        stream.put(byte);
    }
    ScratchFolder scratch_;
};

TEST_F(VerifyCli, AWholeModelIsWhole) {
    const auto result = run({"verify"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr(": whole"));
    const auto told = events(run({"verify", "--json"}).out);
    ASSERT_GE(told.size(), 2u);
    const auto& end = std::get<task::VerifiedEvent>(told.back());
    EXPECT_GT(end.files, 5);
    EXPECT_TRUE(end.wrong.empty());
    EXPECT_GE(std::get<task::ProgressEvent>(told[told.size() - 2]).fraction, 0.99);
}

TEST_F(VerifyCli, AWrongByteIsNamed) {
    const fs::path copy = copy_of_demo();
    flip_byte(copy / "model.safetensors");
    const auto result = run({"verify", "--model", copy.string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("model.safetensors of "));
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
    EXPECT_EQ(result.out, "");
}

/// A snapshot of the hub's cache: the blob's name is the checksum.
TEST_F(VerifyCli, ASnapshotIsComparedWithItsBlobs) {
    const fs::path copy = copy_of_demo();
    fs::create_directories(scratch_ / "blobs");
    const std::string name(64, '0');  // no content has this
    fs::rename(copy / "generation_config.json", scratch_ / "blobs" / name);
    fs::create_symlink(fs::path("..") / "blobs" / name, copy / "generation_config.json");
    const auto result = run({"verify", "--model", copy.string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("generation_config.json of "));
    fs::remove(scratch_ / "blobs" / name);
    EXPECT_THAT(run({"verify", "--model", copy.string()}).err, HasSubstr("leads nowhere"));
}

TEST_F(VerifyCli, FilesThatDoNotFitTogetherAreRefused) {
    const fs::path copy = copy_of_demo();
    fs::remove(copy / "manifest.json");
    fs::remove(copy / "tokenizer.model");
    const auto result = run({"verify", "--model", copy.string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("tokenizer"));
}

TEST_F(VerifyCli, WritingTellsInLines) {
    const std::string out = (scratch_ / "int8").string();
    const auto result = run({"quantize", "--dtype", "int8", "--out", out, "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto told = events(result.out);
    EXPECT_EQ(std::get<task::WrittenEvent>(told.back()).folder, out);
    EXPECT_TRUE(std::holds_alternative<task::ProgressEvent>(told.front()));
    // Without a manifest nothing is known of its files but that they fit together.
    EXPECT_THAT(run({"verify", "--model", out}).out, HasSubstr("no checksum is known"));
}

}  // namespace
}  // namespace univi::test
