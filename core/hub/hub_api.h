#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/hub/http_client.h"
#include "core/hub/repository.h"
#include "core/hub/settings.h"

namespace univi::hub {

/// What a revision of a repository holds.
struct RepositoryFiles {
    std::string commit;              ///< 40 hexadecimal digits
    std::vector<std::string> files;  ///< each stays inside a folder it is put in
};

/// A file of a repository: its content by name and size.
struct RemoteFile {
    std::string path;
    std::string address;    ///< that gives its bytes
    std::string etag;       ///< SHA-256 of a large file (LFS), git's SHA-1 of another
    std::int64_t size = 0;  ///< -1: not said
};

/// Asks a hub what it has. One thread.
class HubApi {
  public:
    /// `settings` must outlive it.
    HubApi(const Settings& settings, base::StopToken stop) : settings_(settings), http_(stop) {}

    /// Throws PassingFailure, and Error{File} with what to do.
    RepositoryFiles list(const Repository& repository);
    RemoteFile describe(const Repository& repository, const std::string& commit,
                        const std::string& path);
    HttpClient& http() { return http_; }

  private:
    const Settings& settings_;
    HttpClient http_;
};

/// Throws Error{File} for an answer that is none of 200 to 299. `what` names what was asked for.
void throw_unless_fine(const HttpResponse& response, const std::string& what,
                       const Settings& settings);

}  // namespace univi::hub
