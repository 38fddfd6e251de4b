#include "core/session/medium_digest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/base/file_descriptor.h"
#include "core/base/sha256.h"

namespace univi::session {

namespace {

/// Where the blocks begin that are read of a file: all of them one after the other, or so many
/// evenly spread, the last one at the end.
std::vector<std::uint64_t> block_places(std::uint64_t size) {
    const std::uint64_t blocks = (size + kDigestBlock - 1) / kDigestBlock;
    const std::uint64_t taken = std::min(blocks, kDigestBlocks);
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = 0; i < taken; ++i)
        out.push_back(blocks <= kDigestBlocks ? i * kDigestBlock
                                              : (size - kDigestBlock) / (taken - 1) * i);
    if (blocks > kDigestBlocks) out.back() = size - kDigestBlock;
    return out;
}

/// False at the end of the file and on errors; a file that shrinks meanwhile is one.
bool read_at(int file, std::span<std::byte> bytes, std::uint64_t place) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::pread(file, bytes.data() + done, bytes.size() - done,
                                    static_cast<off_t>(place + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        done += static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace

std::string medium_digest(const std::filesystem::path& file, const base::StopToken& stop) {
    // A pipe would wait for its writer.
    const base::FileDescriptor open(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status = {};
    if (!open || ::fstat(open.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    const auto size = static_cast<std::uint64_t>(status.st_size);
    std::string text = std::to_string(size);
    if (size > kDigestBlock * kDigestBlocks)
        text += ' ' + std::to_string(status.st_mtim.tv_sec) + '.' +
                std::to_string(status.st_mtim.tv_nsec);
    std::vector<std::byte> block;
    for (const std::uint64_t place : block_places(size)) {
        base::throw_if_stopped(stop, "reading a picture or video");
        block.resize(static_cast<std::size_t>(std::min(kDigestBlock, size - place)));
        if (!read_at(open.get(), block, place)) return {};
        text += ' ' + base::sha256_hex(block);
    }
    return base::text_sha256_hex(text);
}

}  // namespace univi::session
