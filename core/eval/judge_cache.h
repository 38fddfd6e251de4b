#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/eval/judge.h"

namespace univi::eval {

/// Replies of judges on disk, so that no question is paid for twice: JSON lines {"key","reply"},
/// appended and synced one by one, the key being the SHA-256 over judge and request. A cut last
/// line of a killed run is dropped. Thread-safe; several processes may share the file.
class JudgeCache {
  public:
    /// Throws Error{File|Format}.
    explicit JudgeCache(std::filesystem::path path);
    /// Returns $XDG_CACHE_HOME/univi-studio/judge-replies.jsonl.
    static std::filesystem::path default_path();
    static std::string key(const std::string& judge, const JudgeRequest& request);

    std::optional<std::string> find(const std::string& key) const;
    void add(const std::string& key, const std::string& reply);

  private:
    std::filesystem::path path_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> replies_;
};

}  // namespace univi::eval
