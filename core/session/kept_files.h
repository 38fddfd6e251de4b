#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace univi::session {

/// The folder where an engine keeps what it can compute again: a file an entry, named by a SHA-256.
/// What was not used for longest goes when there is more than the limit; the program's own folders
/// count together. Several processes may share a folder. Thread-safe but for set_limit().
class KeptFiles {
  public:
    struct Options {
        std::filesystem::path folder{};    ///< empty: nothing is kept
        std::int64_t limit = 0;            ///< bytes; 0: nothing is read or written
        std::filesystem::path pictures{};  ///< frames that are shown
    };
    explicit KeptFiles(Options options) : options_(std::move(options)) {}

    bool is_open() const { return !options_.folder.empty() && options_.limit > 0; }
    /// True where an entry of so many bytes may lie beside others.
    bool has_room_for(std::uint64_t bytes) const {
        return is_open() && bytes <= static_cast<std::uint64_t>(options_.limit);
    }
    std::filesystem::path file_of(const std::string& key) const;
    /// Makes the folder, for its owner alone: what it holds was made of private things.
    void make_folder() const;
    void trim() const;
    /// From now on. What is above a lower limit goes at once; 0 removes nothing.
    void set_limit(std::int64_t bytes);
    const std::filesystem::path& pictures() const { return options_.pictures; }

  private:
    Options options_;
};

}  // namespace univi::session
