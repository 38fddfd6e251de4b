#include "core/hub/blob_download.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>

#include "core/base/byte_text.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/hub/blob_check.h"

namespace univi::hub {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

std::string shown(const RemoteFile& file) {
    return base::shown_path(file.path);
}

/// The unfinished file of a blob, written at its end.
class PartFile {
  public:
    explicit PartFile(fs::path path)
        : path_(std::move(path)),
          descriptor_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
        if (!descriptor_) base::throw_file_error("cannot write", path_, errno);
        size_ = ::lseek(descriptor_.get(), 0, SEEK_END);
        if (size_ < 0) base::throw_file_error("cannot write", path_, errno);
    }
    std::int64_t size() const { return size_; }
    void cut() {
        if (::ftruncate(descriptor_.get(), 0) != 0 || ::lseek(descriptor_.get(), 0, SEEK_SET) < 0)
            base::throw_file_error("cannot write", path_, errno);
        size_ = 0;
    }
    void append(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::write(descriptor_.get(), bytes.data(), bytes.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) base::throw_file_error("cannot write", path_, errno);
            bytes.remove_prefix(static_cast<std::size_t>(count));
            size_ += count;
        }
    }

  private:
    fs::path path_;
    base::FileDescriptor descriptor_;
    std::int64_t size_ = 0;
};

/// The first byte of "bytes 100-199/200"; -1 when it says something else.
std::int64_t first_byte(const std::string& range) {
    constexpr std::string_view kStart = "bytes ";
    std::int64_t first = -1;
    if (range.starts_with(kStart))
        std::from_chars(range.data() + kStart.size(), range.data() + range.size(), first);
    return first;
}

/// Where the answer's body belongs: behind what is there, or, where the server gives all of it, in
/// place of it.
void begin_at(const HttpResponse& response, PartFile& part) {
    if (response.status != 206) return part.cut();
    if (first_byte(response.header("content-range")) == part.size()) return;
    part.cut();
    throw PassingFailure{"the server goes on at another place than it was asked to"};
}

}  // namespace

void BlobDownload::fetch_rest(const RemoteFile& file, const Progress& progress) {
    PartFile part(cache_.incomplete(file.etag));
    if (file.size >= 0 && part.size() > file.size) part.cut();
    progress(part.size());
    if (part.size() == file.size) return;
    bool begun = false;
    const HttpResponse response = http_.fetch(
        {file.address, false, part.size(), settings_.token},
        [&](const HttpResponse& answer, std::string_view piece) {
            base::throw_if_stopped(stop_, "downloading");
            if (!begun) begin_at(answer, part);
            begun = true;
            if (file.size >= 0 && part.size() + static_cast<std::int64_t>(piece.size()) > file.size)
                throw Error(
                    ErrorKind::Format,
                    shown(file) + " is longer than the hub says: it is not what was asked for.");
            part.append(piece);
            progress(part.size());
        });
    if (response.status == 416) {
        part.cut();
        throw PassingFailure{"the server has less of " + shown(file) + " than is here"};
    }
    throw_unless_fine(response, shown(file), settings_);
    if (!begun) part.cut();  // an answer without a byte
    if (file.size >= 0 && part.size() != file.size)
        throw PassingFailure{"the connection ended after " +
                             base::share_text(static_cast<std::uint64_t>(part.size()),
                                              static_cast<std::uint64_t>(file.size))};
}

void BlobDownload::fill(const RemoteFile& file, const Progress& progress) {
    Retries retries(rules_, shown(file), stop_);
    std::int64_t reached = -1;
    const auto counting = [&](std::int64_t bytes) {
        if (reached >= 0 && bytes > reached) retries.forget();  // a cut connection that gave some
        reached = std::max(reached, bytes);
        progress(bytes);
    };
    for (;;) try {
            return fetch_rest(file, counting);
        } catch (const PassingFailure& failure) {
            retries.wait_after(failure);
        }
}

void BlobDownload::fetch(const RemoteFile& file, const Progress& progress) {
    const base::FileDescriptor lock = cache_.lock(file.etag, stop_);
    const fs::path blob = cache_.blob(file.etag), part = cache_.incomplete(file.etag);
    std::error_code error;
    for (int attempt = 0; !fs::is_regular_file(blob, error); ++attempt) {
        fill(file, progress);
        if (!has_content(part, file.etag, stop_)) {
            fs::remove(part, error);
            if (attempt == 0) continue;  // what an earlier program left may have been wrong
            throw Error(ErrorKind::Format,
                        shown(file) +
                            " arrived with other bytes than the hub names, and was removed: try "
                            "again later.");
        }
        base::sync_path(part);
        fs::rename(part, blob, error);
        if (error) base::throw_file_error("cannot write", blob, error.value());
    }
    progress(static_cast<std::int64_t>(fs::file_size(blob, error)));
}

}  // namespace univi::hub
