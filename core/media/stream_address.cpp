#include "core/media/stream_address.h"

#include <algorithm>
#include <cctype>

namespace univi::media {

bool is_stream_address(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://", "rtsp://", "rtsps://"}) {
        const bool is_this =
            text.size() > scheme.size() &&
            std::equal(scheme.begin(), scheme.end(), text.begin(), [](char wanted, char given) {
                return wanted == std::tolower(static_cast<unsigned char>(given));
            });
        if (is_this) return true;
    }
    return false;
}

std::string shown_address(const std::string& address) {
    std::string shown = address.substr(0, address.find_first_of("?#"));
    const std::size_t scheme = shown.find("://");
    const std::size_t host = scheme == std::string::npos ? 0 : scheme + 3;
    const std::size_t at = shown.substr(0, shown.find('/', host)).rfind('@');
    if (at != std::string::npos && at > host) shown.erase(host, at + 1 - host);
    return shown.substr(0, 200);
}

}  // namespace univi::media
