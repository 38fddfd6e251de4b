#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

namespace univi::base {

/// How much of people's pictures and videos is kept on disk when nobody says otherwise, in bytes.
inline constexpr std::int64_t kMediaCacheLimit = 2'000'000'000;

/// Returns the folder of the cache that holds visual tokens (core/session/medium_store.h). It is
/// not made.
std::filesystem::path visual_token_folder();
/// Returns the folder of the cache that holds what prompts begin with
/// (core/session/opening_store.h). It is not made.
std::filesystem::path prompt_opening_folder();
/// Returns the folder of the cache that holds frames as people see them. It is not made.
std::filesystem::path shown_picture_folder();
/// Returns the folder of the cache that holds the window's small pictures. It is not made.
std::filesystem::path thumbnail_folder();

/// Files that can be made again, in folders that several processes share. Looks only at regular
/// files of the folders themselves whose names begin with 32 hexadecimal digits, as the cache names
/// them: what a person puts beside them stays. Nothing here throws; a file that is gone meanwhile
/// is no failure. Thread-safe.
class CachedFiles {
  public:
    explicit CachedFiles(std::vector<std::filesystem::path> folders)
        : folders_(std::move(folders)) {}

    /// What is there, in bytes.
    std::uint64_t size() const;
    /// What a trim took away and what it left, in bytes.
    struct Trimmed {
        std::uint64_t removed = 0, left = 0;
    };
    /// Removes what was not used for longest until at most `limit` bytes are left; 0: everything.
    Trimmed trim(std::uint64_t limit) const;
    /// Notes that a file is used now.
    static void touch(const std::filesystem::path& file);

  private:
    std::vector<std::filesystem::path> folders_;
};

}  // namespace univi::base
