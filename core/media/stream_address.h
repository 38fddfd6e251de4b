#pragma once

#include <string>
#include <string_view>

namespace univi::media {

/// Returns true for what streams are read from: http://, https://, rtsp:// and rtsps:// addresses.
bool is_stream_address(std::string_view text);

/// Returns the address for sentences: without a password and without a query, which may hold a key,
/// and at most 200 characters of it.
std::string shown_address(const std::string& address);

}  // namespace univi::media
