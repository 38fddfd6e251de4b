#pragma once

#include <filesystem>
#include <string>

namespace univi::base {

/// A folder that appears under its final name only when it is whole: fill `path()`, then
/// `commit()`. Not committed: removed by the destructor. `commit` fsyncs every file, writes
/// `manifest.json` (names, sizes, SHA-256) last, renames over the final name (an existing folder
/// there is moved aside first and removed after) and fsyncs.
class AtomicFolder {
  public:
    explicit AtomicFolder(std::filesystem::path final_path);
    ~AtomicFolder();
    AtomicFolder(const AtomicFolder&) = delete;
    AtomicFolder& operator=(const AtomicFolder&) = delete;
    const std::filesystem::path& path() const { return temporary_; }
    void commit();

  private:
    std::filesystem::path final_, temporary_;
};

/// Checks a folder written by AtomicFolder against its manifest. Returns an empty string when
/// whole, else one sentence.
std::string verify_manifest(const std::filesystem::path& folder);

}  // namespace univi::base
