#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/file_descriptor.h"

namespace univi::base {

/// A folder for one process's temporary files, mode 0700. The process holds a lock on it for as
/// long as it lives, whatever ends it, so that a later start can tell a folder that was left behind
/// from one in use.
class TemporaryFolder {
  public:
    /// Makes `<parent>/univi-temporary-<purpose>-XXXXXX`; an empty parent is the system's folder
    /// for temporary files ($TMPDIR). Removes what killed processes left there. Throws Error{File}.
    explicit TemporaryFolder(const std::string& purpose, std::filesystem::path parent = {});
    /// Removes the folder with all that is in it.
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    std::optional<FileDescriptor> lock_;
};

/// Removes the TemporaryFolders in `parent` that belong to this user and whose process is
/// gone. Never throws.
void remove_stale_temporary_folders(const std::filesystem::path& parent = {});

/// Removes from `folder` the half-written files of write_file_atomically() and its like that belong
/// to this user and whose process is gone. Never throws.
void remove_stale_temporary_files(const std::filesystem::path& folder);

/// Does both in every folder that the programs write by themselves: the system's for temporary
/// files and those of cache, data and settings. For the start of a program. Never throws.
void remove_stale_temporaries();

}  // namespace univi::base
