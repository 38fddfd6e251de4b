#include "core/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/paths.h"
#include "tests/support/environment.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using base::TemporaryFolder;

/// A child that makes a folder in `parent`, tells that it is there, and waits to be killed.
pid_t child_with_folder(const fs::path& parent) {
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const TemporaryFolder folder("child", parent);
        write_bytes(folder.path() / "file", "x");
        [[maybe_unused]] const auto written = write(ready[1], "r", 1);
        for (;;) pause();
    }
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return child;
}

void end(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}

TEST(TemporaryFolder, GoesWithItsObject) {
    const ScratchFolder parent;
    fs::path path;
    {
        const TemporaryFolder folder("test", parent.path());
        path = folder.path();
        write_bytes(path / "file", "x");
        EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, OfAKilledProcessIsRemovedByTheNext) {
    const ScratchFolder parent;
    const pid_t child = child_with_folder(parent.path());
    ASSERT_EQ(count_entries(parent.path()), 1u);
    {
        const TemporaryFolder other("other", parent.path());
        EXPECT_EQ(count_entries(parent.path()), 2u) << "the child lives and keeps its own";
    }
    end(child);
    EXPECT_EQ(count_entries(parent.path()), 1u) << "nobody was there to remove it";
    base::remove_stale_temporary_folders(parent.path());
    EXPECT_EQ(count_entries(parent.path()), 0u);
}

TEST(TemporaryFolder, OthersAreLeftAlone) {
    const ScratchFolder parent;
    fs::create_directory(parent / "univi-somebody's");
    write_bytes(parent / "univi-temporary-file", "a file of that name");
    fs::create_directory(parent / "target");
    fs::create_directory_symlink(parent / "target", parent / "univi-temporary-link");
    base::remove_stale_temporary_folders(parent.path());
    EXPECT_EQ(count_entries(parent.path()), 4u);
    base::remove_stale_temporary_folders(parent / "none");
}

TEST(TemporaryFolder, SaysWhereNoneCanBeMade) {
    const ScratchFolder parent;
    write_bytes(parent / "file", "x");
    EXPECT_THROW(TemporaryFolder("test", parent / "file"), base::Error);
}

/// Half-written files of a process that was killed go; those of one that lives stay, and so does
/// everything that only looks like one.
TEST(TemporaryFiles, OfAKilledProcessAreRemoved) {
    const ScratchFolder folder;
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        base::AtomicFile file(folder / "picture.jpg");
        file.write(std::string_view("half"));
        [[maybe_unused]] const auto written = write(ready[1], "r", 1);
        for (;;) pause();
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    const std::string old = std::string(32, 'a') + "-4x4." + std::to_string(child) + ".part.jpg";
    write_bytes(folder / old, "half");
    write_bytes(folder / ".notes.tmp", "a person's");
    write_bytes(folder / "a.part.jpg", "a person's");
    ASSERT_EQ(count_entries(folder.path()), 4u);
    base::remove_stale_temporary_files(folder.path());
    EXPECT_EQ(count_entries(folder.path()), 4u) << "the child lives";
    end(child);
    base::remove_stale_temporary_files(folder.path());
    EXPECT_EQ(count_entries(folder.path()), 2u);
    EXPECT_TRUE(fs::exists(folder / ".notes.tmp") && fs::exists(folder / "a.part.jpg"));
    base::remove_stale_temporary_files(folder / "none");
    close(ready[0]);
    close(ready[1]);
}

TEST(TemporaryFiles, TheProgramsFoldersAreTidied) {
    const ScratchFolder home;
    const ScopedEnvironment cache("XDG_CACHE_HOME", home.path().c_str());
    const ScopedEnvironment data("XDG_DATA_HOME", home.path().c_str());
    const ScopedEnvironment config("XDG_CONFIG_HOME", home.path().c_str());
    for (const char* name : {"recorded", "pictures"}) {
        fs::create_directories(base::data_folder() / name);
        end(child_with_folder(base::data_folder() / name));
        ASSERT_EQ(count_entries(base::data_folder() / name), 1u);
    }
    base::remove_stale_temporaries();
    for (const char* name : {"recorded", "pictures"})
        EXPECT_EQ(count_entries(base::data_folder() / name), 0u) << name;
}

TEST(Paths, AreNamedEvenWhereTheyCannotBeMade) {
    const ScratchFolder parent;
    write_bytes(parent / "wall", "x");
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"}) {
        const ScopedEnvironment wall(name, (parent / "wall").c_str());
        const fs::path folder = std::string(name) == "XDG_CONFIG_HOME"  ? base::config_folder()
                                : std::string(name) == "XDG_CACHE_HOME" ? base::cache_folder()
                                                                        : base::data_folder();
        EXPECT_EQ(folder, parent / "wall/univi-studio");
    }
    const ScopedEnvironment no_home("HOME", nullptr);
    const ScopedEnvironment no_data("XDG_DATA_HOME", nullptr);
    EXPECT_NO_THROW(base::data_folder());
}

}  // namespace
}  // namespace univi::test
