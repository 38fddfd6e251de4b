#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/temporary_folder.h"
#include "core/server/media_part.h"

namespace univi::server {

/// The files behind the media that clients name. What comes inside a request is written into a
/// folder of this process by its content, so that the next request of a conversation names the same
/// file and nothing is encoded again. Thread-safe.
class MediaFiles {
  public:
    struct Options {
        std::vector<std::string> allowed;  ///< folders that addresses may lead into
        std::int64_t kept_bytes = 0;       ///< of media that came inside requests, the last used
    };
    /// Throws Error{Usage} for a folder that is none.
    explicit MediaFiles(const Options& options);

    /// Returns the file of a part: existing, regular, and in an allowed folder once every link is
    /// followed. Throws ApiError; one answer for what is missing and what is not allowed, so that
    /// nobody learns what files there are.
    std::string file_of(const MediaPart& part);

  private:
    struct Kept {
        std::filesystem::path folder;  ///< holds the one file
        std::int64_t bytes = 0;
    };

    std::string keep(const std::string& bytes, MediaPart::Kind kind);
    std::string allowed_file(const std::string& path) const;
    void use(const Kept& kept);

    std::vector<std::filesystem::path> allowed_;
    std::int64_t kept_bytes_;
    base::TemporaryFolder folder_;
    std::mutex mutex_;
    std::list<Kept> kept_;  ///< the last used first
};

/// Returns the bytes of "data:image/png;base64,…". Throws ApiError.
std::string bytes_of_data_address(std::string_view address);

}  // namespace univi::server
