#include "core/base/media_cache.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/environment.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using base::CachedFiles;

/// A file as the cache names it, last used `age` ago.
fs::path cached(const fs::path& folder, char digit, std::size_t bytes, std::chrono::hours age) {
    const fs::path file = folder / (std::string(32, digit) + ".safetensors");
    write_bytes(file, std::string(bytes, 'x'));
    fs::last_write_time(file, fs::file_time_type::clock::now() - age);
    return file;
}

TEST(CachedFiles, WhatWasNotUsedForLongestGoesFirst) {
    using std::chrono::hours;
    const ScratchFolder tokens, pictures;
    const fs::path a = cached(tokens.path(), 'a', 100, hours(5)),
                   b = cached(pictures.path(), 'b', 100, hours(4)),
                   c = cached(tokens.path(), 'c', 100, hours(3));
    const CachedFiles files({tokens.path(), pictures.path()});
    EXPECT_EQ(files.size(), 300U);
    CachedFiles::touch(a);
    const auto trimmed = files.trim(200);
    EXPECT_EQ(trimmed.removed, 100U);
    EXPECT_EQ(trimmed.left, 200U);
    EXPECT_FALSE(fs::exists(b));
    EXPECT_EQ(files.trim(150).left, 100U);
    EXPECT_TRUE(fs::exists(a)) << "it was used last";
    EXPECT_FALSE(fs::exists(c));
}

TEST(CachedFiles, WhatAPersonPutsThereStays) {
    const ScratchFolder folder;
    cached(folder.path(), '0', 10, std::chrono::hours(1));
    const fs::path notes = folder.write("notes.txt", "mine"),
                   almost = folder.write(std::string(32, 'g') + ".jpg", "mine");
    fs::create_directory(folder / std::string(40, 'd'));
    fs::create_symlink(notes, folder / std::string(40, 'e'));
    const auto trimmed = CachedFiles({folder.path()}).trim(0);
    EXPECT_EQ(trimmed.removed, 10U);
    EXPECT_EQ(trimmed.left, 0U);
    EXPECT_TRUE(fs::exists(notes) && fs::exists(almost));
    EXPECT_EQ(count_entries(folder.path()), 4U);
}

TEST(CachedFiles, AFolderThatIsNotThereIsEmpty) {
    const ScratchFolder folder;
    const CachedFiles files({folder / "nix", folder.write("file", "x")});
    EXPECT_EQ(files.size(), 0U);
    EXPECT_EQ(files.trim(0).left, 0U);
    CachedFiles::touch(folder / "nix");
    EXPECT_FALSE(fs::exists(folder / "nix"));
}

TEST(CachedFiles, TheProgramsFoldersLieInTheCache) {
    const ScratchFolder home;
    const ScopedEnvironment cache("XDG_CACHE_HOME", home.path().c_str());
    EXPECT_EQ(base::visual_token_folder(), home / "univi-studio/visual-tokens");
    EXPECT_EQ(base::prompt_opening_folder(), home / "univi-studio/prompt-openings");
    EXPECT_EQ(base::shown_picture_folder(), home / "univi-studio/pictures");
    EXPECT_EQ(base::thumbnail_folder(), home / "univi-studio/thumbnails");
}

}  // namespace
}  // namespace univi::test
