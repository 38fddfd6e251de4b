#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/file_descriptor.h"

namespace univi::training {

/// Writes scalars into a TensorBoard event file (TFRecord framing, Event and Summary messages in
/// protobuf wire format). One file a process start, named so that it sorts behind those that are
/// there; flushed with every call.
class TensorBoardWriter {
  public:
    /// Creates `folder` and events.out.tfevents.<time>.<host>.<pid>.0 in it. `from_step`: of a run
    /// that goes on in a folder with earlier files, its first step. The file then begins with
    /// TensorBoard's own sign of a restart (SessionLog START), at which its readers forget what
    /// earlier files say of that step and later ones. Throws Error{File}.
    explicit TensorBoardWriter(const std::filesystem::path& folder,
                               std::optional<std::int64_t> from_step = std::nullopt);
    void write(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars);
    const std::filesystem::path& path() const { return path_; }

  private:
    void write_record(const std::string& message);
    std::filesystem::path path_;
    base::FileDescriptor file_;
};

/// Rewrites the event files below `folder` without the records of `from_step` and later ones: for
/// readers that do not know the sign of a restart. Nobody may be reading them. A broken record ends
/// its file. Throws Error{File}.
void cut_event_files(const std::filesystem::path& folder, std::int64_t from_step);

}  // namespace univi::training
