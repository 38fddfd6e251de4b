#include "core/base/file.h"
#include "core/base/atomic_file.h"
#include "core/base/atomic_folder.h"
#include "core/base/sha256.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstring>

#include "tests/support/errors.h"
#include "tests/support/scratch_folder.h"

namespace univi::base {
namespace {

namespace fs = std::filesystem;
using test::count_entries;
using test::error_of;
using test::read_bytes;
using test::ScratchFolder;
using test::write_bytes;
using ::testing::HasSubstr;

/// While alive, no file of this process can grow beyond `bytes`: writes fail as on a full disk.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &old_);
        const rlimit limited{bytes, old_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limited);
    }
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &old_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    rlimit old_{};
    void (*handler_)(int);
};

TEST(ReadFile, ReturnsBytesAndRefusesWhatIsNoFile) {
    const ScratchFolder folder;
    write_bytes(folder / "a", std::string("x\0y", 3));
    EXPECT_EQ(read_file(folder / "a"), std::string("x\0y", 3));
    EXPECT_EQ(read_file(folder / "a", 3).size(), 3u);
    EXPECT_THAT(error_of([&] { read_file(folder / "a", 2); }, ErrorKind::File),
                HasSubstr("limit of 2"));
    EXPECT_THAT(error_of([&] { read_file(folder / "none"); }, ErrorKind::File),
                HasSubstr("none: No such file"));
    EXPECT_THAT(error_of([&] { read_file(folder.path()); }, ErrorKind::File),
                HasSubstr("Is a directory"));
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    EXPECT_THAT(error_of([&] { read_file(folder / "pipe"); }, ErrorKind::File),
                HasSubstr("device or pipe"));
    EXPECT_FALSE(read_file("/proc/self/status").empty());  // says 0 bytes, has more
}

TEST(WriteFileAtomically, ReplacesKeepsModeAndLeavesNothingElse) {
    const ScratchFolder folder;
    write_bytes(folder / "a", "old");
    fs::permissions(folder / "a", fs::perms::owner_read | fs::perms::owner_write);
    write_file_atomically(folder / "a", "new text");
    EXPECT_EQ(read_bytes(folder / "a"), "new text");
    EXPECT_EQ(fs::status(folder / "a").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(count_entries(folder.path()), 1u);
}

TEST(WriteFileAtomically, WritesThroughASymbolicLink) {
    const ScratchFolder folder;
    write_bytes(folder / "target", "old");
    fs::create_symlink("target", folder / "link");
    write_file_atomically(folder / "link", "new");
    EXPECT_TRUE(fs::is_symlink(folder / "link"));
    EXPECT_EQ(read_bytes(folder / "target"), "new");
}

TEST(WriteFileAtomically, FullDiskKeepsTheOldFile) {
    const ScratchFolder folder;
    write_bytes(folder / "a", "old");
    {
        const FileSizeLimit limit(100000);
        EXPECT_THAT(error_of([&] { write_file_atomically(folder / "a", std::string(300000, 'x')); },
                             ErrorKind::File),
                    HasSubstr("cannot write"));
    }
    EXPECT_EQ(read_bytes(folder / "a"), "old");
    EXPECT_EQ(count_entries(folder.path()), 1u);
}

TEST(WriteFileAtomically, UnwritableFolderKeepsTheOldFile) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    const ScratchFolder folder;
    write_bytes(folder / "a", "old");
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_THAT(error_of([&] { write_file_atomically(folder / "a", "new"); }, ErrorKind::File),
                HasSubstr("Permission denied"));
    EXPECT_EQ(read_bytes(folder / "a"), "old");
}

TEST(WriteFileAtomically, RefusesMissingFoldersAndFolders) {
    const ScratchFolder folder;
    EXPECT_THAT(error_of([&] { write_file_atomically(folder / "no/a", "x"); }, ErrorKind::File),
                HasSubstr("no/a"));
    fs::create_directory(folder / "d");
    EXPECT_THAT(error_of([&] { write_file_atomically(folder / "d", "x"); }, ErrorKind::File),
                HasSubstr("Is a directory"));
    EXPECT_EQ(count_entries(folder.path()), 1u);
}

TEST(AtomicFile, UncommittedLeavesNothing) {
    const ScratchFolder folder;
    {
        AtomicFile file(folder / "a");
        file.write("abc");
        EXPECT_EQ(file.position(), 3u);
        EXPECT_FALSE(fs::exists(folder / "a"));
    }
    EXPECT_EQ(count_entries(folder.path()), 0u);
}

TEST(AtomicFolder, AppearsWholeWithItsManifest) {
    const ScratchFolder folder;
    AtomicFolder made(folder / "checkpoint-5/");
    write_bytes(made.path() / "weights", std::string(10000, 'w'));
    fs::create_directory(made.path() / "sub");
    write_bytes(made.path() / "sub" / "b", "b");
    EXPECT_FALSE(fs::exists(folder / "checkpoint-5"));
    made.commit();
    EXPECT_EQ(count_entries(folder.path()), 1u);
    EXPECT_EQ(verify_manifest(folder / "checkpoint-5"), "");
    EXPECT_THAT(read_bytes(folder / "checkpoint-5/manifest.json"), HasSubstr("sub/b"));
}

TEST(AtomicFolder, ReplacesAnExistingFolder) {
    const ScratchFolder folder;
    fs::create_directory(folder / "c");
    write_bytes(folder / "c/old", "old");
    AtomicFolder made(folder / "c");
    write_bytes(made.path() / "new", "new");
    EXPECT_EQ(read_bytes(folder / "c/old"), "old");
    made.commit();
    EXPECT_FALSE(fs::exists(folder / "c/old"));
    EXPECT_EQ(read_bytes(folder / "c/new"), "new");
    EXPECT_EQ(count_entries(folder.path()), 1u);
}

TEST(AtomicFolder, UncommittedLeavesNothingAndKeepsTheOld) {
    const ScratchFolder folder;
    fs::create_directory(folder / "c");
    write_bytes(folder / "c/old", "old");
    {
        AtomicFolder made(folder / "c");
        write_bytes(made.path() / "new", "new");
    }
    EXPECT_EQ(read_bytes(folder / "c/old"), "old");
    EXPECT_EQ(count_entries(folder.path()), 1u);
}

TEST(AtomicFolder, FailedCommitKeepsTheOld) {
    const ScratchFolder folder;
    write_bytes(folder / "c", "a file stands there");
    AtomicFolder made(folder / "c");
    EXPECT_THAT(error_of([&] { made.commit(); }, ErrorKind::File), HasSubstr("cannot replace"));
    EXPECT_EQ(read_bytes(folder / "c"), "a file stands there");
}

class Manifest : public ::testing::Test {
  protected:
    void SetUp() override {
        AtomicFolder made(folder_ / "c");
        write_bytes(made.path() / "a", "aaaa");
        write_bytes(made.path() / "b", "bbbb");
        made.commit();
    }
    std::string verify() const { return verify_manifest(folder_ / "c"); }
    ScratchFolder folder_;
};

TEST_F(Manifest, TellsATornFile) {
    write_bytes(folder_ / "c/b", "bb");
    EXPECT_THAT(verify(), HasSubstr("b has 4 bytes, it has 2"));
}
TEST_F(Manifest, TellsAChangedFile) {
    write_bytes(folder_ / "c/b", "bbXb");
    EXPECT_THAT(verify(), HasSubstr("SHA-256 for b"));
}
TEST_F(Manifest, TellsAMissingFile) {
    fs::remove(folder_ / "c/a");
    EXPECT_THAT(verify(), HasSubstr("lists a, which is missing"));
}
TEST_F(Manifest, TellsATornManifest) {
    const std::string text = read_bytes(folder_ / "c/manifest.json");
    write_bytes(folder_ / "c/manifest.json", text.substr(0, text.size() / 2));
    EXPECT_THAT(verify(), HasSubstr("manifest.json, line"));
    fs::remove(folder_ / "c/manifest.json");
    EXPECT_THAT(verify(), HasSubstr("No such file"));
    write_bytes(folder_ / "c/manifest.json", R"({"files":[{"name":1}]})");
    EXPECT_THAT(verify(), HasSubstr("does not list"));
}
TEST_F(Manifest, NeverLooksOutsideTheFolder) {
    write_bytes(folder_ / "c/manifest.json",
                R"({"files":[{"name":"../x","bytes":1,"sha256":""}]})");
    EXPECT_THAT(verify(), HasSubstr("leads out"));
}

TEST(Sha256, MatchesPublishedVectors) {
    EXPECT_EQ(sha256_hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const std::string abc = "abc";
    EXPECT_EQ(sha256_hex(std::as_bytes(std::span(abc))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const ScratchFolder folder;
    write_bytes(folder / "abc", abc);
    EXPECT_EQ(sha256_file_hex(folder / "abc"), sha256_hex(std::as_bytes(std::span(abc))));
}

TEST(MappedFile, MapsWholeFilesAndOutlivesTheirNames) {
    const ScratchFolder folder;
    write_bytes(folder / "a", "hello");
    write_bytes(folder / "empty", "");
    const auto mapped = MappedFile::open(folder / "a");
    fs::remove(folder / "a");
    ASSERT_EQ(mapped->bytes().size(), 5u);
    EXPECT_EQ(std::memcmp(mapped->bytes().data(), "hello", 5), 0);
    EXPECT_TRUE(MappedFile::open(folder / "empty")->bytes().empty());
    EXPECT_THAT(error_of([&] { MappedFile::open(folder / "a"); }, ErrorKind::File),
                HasSubstr("No such file"));
}

}  // namespace
}  // namespace univi::base
