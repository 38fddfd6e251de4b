#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace univi::training {

/// Writes scalars into a TensorBoard event file (TFRecord framing, Event and Summary messages in protobuf wire format).
/// One file a process start; flushed with every call.
class TensorBoardWriter {
  public:
    /// Creates `folder` and events.out.tfevents.<time>.<host>.<pid>.0 in it. Throws Error{File}.
    explicit TensorBoardWriter(const std::filesystem::path& folder);
    ~TensorBoardWriter();
    TensorBoardWriter(const TensorBoardWriter&) = delete;
    TensorBoardWriter& operator=(const TensorBoardWriter&) = delete;
    void write(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars);
    const std::filesystem::path& path() const { return path_; }

  private:
    void write_record(const std::string& message);
    std::filesystem::path path_;
    int file_ = -1;
};

}  // namespace univi::training
