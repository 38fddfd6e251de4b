#include "core/session/medium_digest.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base/error.h"
#include "tests/support/scratch_folder.h"

namespace univi::session {
namespace {

namespace fs = std::filesystem;
using univi::test::ScratchFolder;

std::string digest(const fs::path& file) {
    return medium_digest(file, {});
}

TEST(MediumDigest, NamesContentWhateverTheFileIsCalled) {
    const ScratchFolder folder;
    const std::string a = digest(folder.write("a", "one"));
    EXPECT_EQ(a.size(), 64U);
    EXPECT_EQ(digest(folder.write("b", "one")), a);
    EXPECT_NE(digest(folder.write("a", "two")), a);
    EXPECT_NE(digest(folder.write("a", "one ")), a);
    EXPECT_NE(digest(folder.write("a", "")), a);
}

TEST(MediumDigest, SeesEveryByteOfSeveralBlocks) {
    const ScratchFolder folder;
    std::string bytes(2 * kDigestBlock + 5, 'x');
    const std::string before = digest(folder.write("a", bytes));
    for (const std::size_t place : {std::size_t{0}, std::size_t{kDigestBlock}, bytes.size() - 1}) {
        std::string changed = bytes;
        changed[place] ^= 1;
        EXPECT_NE(digest(folder.write("a", changed)), before) << place;
    }
}

/// A sparse file: nothing of it is on the disk.
TEST(MediumDigest, OfALargeFileSamplesAndTheTimeDecide) {
    const ScratchFolder folder;
    const fs::path file = folder.write("a", "x");
    fs::resize_file(file, kDigestBlock * (kDigestBlocks + 10) + 3);
    const auto time = fs::last_write_time(file);
    const std::string before = digest(file);
    fs::last_write_time(file, time + std::chrono::seconds(1));
    EXPECT_NE(digest(file), before);
    std::fstream(file, std::ios::in | std::ios::out).seekp(-1, std::ios::end).put('y');
    fs::last_write_time(file, time);
    EXPECT_NE(digest(file), before) << "the last byte is looked at";
}

TEST(MediumDigest, WhatIsNoFileHasNone) {
    const ScratchFolder folder;
    EXPECT_EQ(digest(folder / "nix"), "");
    EXPECT_EQ(digest(folder.path()), "");
    ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(digest(folder / "pipe"), "");
}

TEST(MediumDigest, AStopEndsIt) {
    const ScratchFolder folder;
    base::StopSource stop;
    stop.request_stop();
    EXPECT_THROW(medium_digest(folder.write("a", "x"), stop.get_token()), base::Error);
}

}  // namespace
}  // namespace univi::session
