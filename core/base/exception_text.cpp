#include "core/base/exception_text.h"

#include <new>
#include <regex>
#include <string_view>

namespace univi::base {

std::string first_line(const std::exception& error) {
    const std::string_view text = error.what();
    return std::string(text.substr(0, text.find('\n')));
}

bool is_out_of_memory(const std::exception& error) {
    if (dynamic_cast<const std::bad_alloc*>(&error)) return true;
    const std::string_view text = error.what();
    for (const std::string_view sign :
         {"out of memory", "can't allocate memory", "not enough memory", "Cannot allocate memory"})
        if (text.find(sign) != text.npos) return true;
    return false;
}

std::optional<DeviceShortage> device_shortage(const std::exception& error) {
    static const std::regex words(
        R"(out of memory\. Tried to allocate ([0-9.]+ \w+)\. (.+?) has a total capacity)");
    const std::string text = first_line(error);
    std::smatch found;
    if (!std::regex_search(text, found, words)) return std::nullopt;
    return DeviceShortage{found[2], found[1]};
}

}  // namespace univi::base
