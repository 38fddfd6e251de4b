#include "core/base/utc_time.h"

#include <ctime>

namespace univi::base {

std::string utc_time(const char* format) {
    const std::time_t now = std::time(nullptr);
    std::tm parts = {};
    ::gmtime_r(&now, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, format, &parts)};
}

}  // namespace univi::base
