#include "core/base/exception_text.h"

#include <new>
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

}  // namespace univi::base
