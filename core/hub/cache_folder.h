#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/base/file_descriptor.h"
#include "core/base/stop_token.h"
#include "core/hub/repository.h"

namespace univi::hub {

/// A repository's folder in the hub's cache, in the layout that every program of the hub shares:
/// blobs/<etag>, refs/<revision>, snapshots/<commit>/<path> as links into blobs. Safe to use by
/// several programs at a time.
class CacheFolder {
  public:
    CacheFolder(const std::filesystem::path& cache, const std::string& repository);

    /// Makes blobs and what is above it. Throws Error{File}.
    void create() const;
    /// Returns the commit of a revision, as the last download left it: a commit stands for itself.
    std::optional<std::string> commit_of(const std::string& revision) const;
    std::filesystem::path blob(const std::string& etag) const;
    std::filesystem::path incomplete(const std::string& etag) const;
    std::filesystem::path snapshot(const std::string& commit) const;
    /// True when the file of the snapshot is there, whole.
    bool has(const std::string& commit, const std::string& path) const;
    /// Puts a blob into a snapshot, by a relative link.
    void link(const std::string& commit, const std::string& path, const std::string& etag) const;
    /// Makes a revision mean a commit.
    void write_ref(const std::string& revision, const std::string& commit) const;
    /// Waits until no other program downloads this blob. The lock ends with its owner.
    base::FileDescriptor lock(const std::string& etag, const base::StopToken& stop) const;

    /// Removes every unfinished file that nobody is fetching, and what is empty after it. Returns
    /// the bytes of them. Throws Error{File}.
    std::int64_t remove_unfinished() const;

  private:
    /// The lock if it is free; empty when another program has it.
    base::FileDescriptor try_lock(const std::string& etag) const;
    std::filesystem::path folder_, locks_;
};

}  // namespace univi::hub
