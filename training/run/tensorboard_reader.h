#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace univi::training {

/// Follows one TensorBoard event file of any writer. Both checksums of a record are checked. Of its
/// events only scalars are taken: simple_value, and rank-0 float or double tensors as TensorFlow 2
/// writes them. A record that is not whole yet waits; a broken one ends the reading of this file
/// and is named by problem().
class TensorBoardReader {
  public:
    explicit TensorBoardReader(std::filesystem::path path) : path_(std::move(path)) {}
    /// `wall_time`: seconds since the epoch.
    using Scalar = std::function<void(std::string_view tag, std::int64_t step, double value,
                                      double wall_time)>;
    /// The writer was started again (SessionLog START, in files of version brain.Event:2): what
    /// files before this one say of `step` and later ones is void, as TensorBoard itself has it.
    using Restart = std::function<void(std::int64_t step)>;
    /// Reads what was added, at most `budget` bytes; true when there is more to read at once.
    bool read(const Scalar& scalar, const Restart& restart = {},
              std::size_t budget = std::size_t{16} << 20);
    const std::filesystem::path& path() const { return path_; }
    /// What is wrong with the file, in one sentence; empty for a sound one.
    const std::string& problem() const { return problem_; }

  private:
    void take(std::string_view message, const Scalar& scalar, const Restart& restart);
    std::filesystem::path path_;
    std::string problem_, rest_;
    std::uint64_t offset_ = 0;
    int version_ = 0;  ///< of the file, as its first event says
};

}  // namespace univi::training
