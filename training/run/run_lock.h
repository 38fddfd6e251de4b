#pragma once

#include <filesystem>

#include "core/base/file_descriptor.h"

namespace univi::training {

/// The file `pid` of a run's folder: it holds the number of the process that works there and is
/// locked by it. The file goes when the lock does.
class RunLock {
  public:
    /// Takes the lock. Throws Error{Usage} when another process works in `run_folder`, Error{File}
    /// when the file cannot be written.
    explicit RunLock(const std::filesystem::path& run_folder);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

  private:
    std::filesystem::path path_;
    base::FileDescriptor file_;
};

}  // namespace univi::training
