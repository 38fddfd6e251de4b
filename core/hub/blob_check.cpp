#include "core/hub/blob_check.h"

#include <fcntl.h>
#include <openssl/evp.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_descriptor.h"

namespace univi::hub {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

/// Digest of `prefix` and then the file, in hex.
std::string digest(const std::filesystem::path& file, const EVP_MD* algorithm,
                   const std::string& prefix, const base::StopToken& stop,
                   const std::function<void(std::int64_t bytes)>& progress) {
    const base::FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor) base::throw_file_error("cannot read", file, errno);
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free);
    EVP_DigestInit_ex(context.get(), algorithm, nullptr);
    EVP_DigestUpdate(context.get(), prefix.data(), prefix.size());
    std::vector<char> piece(kPiece);
    std::int64_t bytes_read = 0;
    for (;;) {
        base::throw_if_stopped(stop, "checking what was downloaded");
        const ssize_t count = ::read(descriptor.get(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) base::throw_file_error("cannot read", file, errno);
        if (count == 0) break;
        EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(count));
        bytes_read += count;
        if (progress) progress(bytes_read);
    }
    std::vector<unsigned char> bytes(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    EVP_DigestFinal_ex(context.get(), bytes.data(), &size);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        hex += kDigits[bytes[i] >> 4];
        hex += kDigits[bytes[i] & 15];
    }
    return hex;
}

}  // namespace

bool names_content(const std::string& etag) {
    return (etag.size() == 64 || etag.size() == 40) &&
           etag.find_first_not_of("0123456789abcdef") == etag.npos;
}

bool has_content(const std::filesystem::path& file, const std::string& etag,
                 const base::StopToken& stop,
                 const std::function<void(std::int64_t bytes)>& progress) {
    if (!names_content(etag)) return true;
    if (etag.size() == 64) return digest(file, EVP_sha256(), {}, stop, progress) == etag;
    const std::string header = "blob " + std::to_string(std::filesystem::file_size(file));
    return digest(file, EVP_sha1(), header + '\0', stop, progress) == etag;
}

}  // namespace univi::hub
