#include "core/base/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "core/base/error.h"
#include "core/base/file.h"

namespace univi::base {

std::string sha256_hex(std::span<const std::byte> bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) {
        throw Error(ErrorKind::Internal,
                    "OpenSSL cannot compute a SHA-256 checksum on this machine");
    }
    constexpr char kDigits[] = "0123456789abcdef";
    std::string hex;
    for (unsigned int i = 0; i < length; ++i) {
        hex += kDigits[digest[i] >> 4];
        hex += kDigits[digest[i] & 15];
    }
    return hex;
}

std::string sha256_file_hex(const std::filesystem::path& path) {
    return sha256_hex(MappedFile::open(path)->bytes());
}

}  // namespace univi::base
