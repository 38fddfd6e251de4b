#include "core/server/access.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "core/base/sha256.h"
#include "core/server/api_error.h"

namespace univi::server {

namespace {

std::string digest(std::string_view text) {
    return base::text_sha256_hex(text);
}

/// "localhost:8080" -> "localhost", "[::1]:8080" -> "[::1]".
std::string_view without_port(std::string_view host) {
    const auto colon = host.rfind(':');
    const auto bracket = host.rfind(']');
    const bool has_port = colon != host.npos && (bracket == host.npos || colon > bracket) &&
                          (bracket != host.npos || host.find(':') == colon);
    return has_port ? host.substr(0, colon) : host;
}

/// "http://localhost:3000" -> "localhost:3000"; empty for what is no web address.
std::string_view host_of_origin(std::string_view origin) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (origin.starts_with(scheme)) return origin.substr(scheme.size());
    return {};
}

}  // namespace

bool is_loopback(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "localhost" || host == "::1") return true;
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos;
}

Access::Access(std::string key, std::vector<std::string> origins)
    : key_(std::move(key)), origins_(std::move(origins)) {}

void Access::check_key(const std::string& authorization) const {
    if (key_.empty()) return;
    // Digests have one length, so that the comparison tells nothing of the key's.
    const std::string given = digest(authorization), wanted = digest("Bearer " + key_);
    if (CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0) return;
    throw ApiError{401,
                   authorization.empty()
                       ? "This server asks for its key: send it as Authorization: Bearer KEY."
                       : "The key is not this server's.",
                   "invalid_api_key"};
}

void Access::check_origin(const std::string& origin) const {
    if (origin.empty() || is_loopback(without_port(host_of_origin(origin)))) return;
    const bool fine = std::ranges::any_of(
        origins_, [&](const std::string& one) { return one == "*" || one == origin; });
    if (!fine)
        throw ApiError{403,
                       "Pages of " + origin +
                           " may not ask this server: start it with --allow-origin to let them.",
                       "origin_not_allowed"};
}

void Access::check_host(const std::string& host) const {
    if (!key_.empty() || is_loopback(without_port(host))) return;
    throw ApiError{403, "This server answers to the names of this machine only, such as localhost.",
                   "host_not_allowed"};
}

}  // namespace univi::server
