#include "core/session/failure.h"

#include <new>
#include <string>

namespace univi::session {

namespace {

/// c10::Error prints its stack after the first line.
std::string first_line(std::string text) {
    const auto end = text.find('\n');
    return end == std::string::npos ? text : text.substr(0, end);
}

bool is_out_of_memory(const std::string& text) {
    for (const char* sign :
         {"out of memory", "can't allocate memory", "not enough memory", "Cannot allocate memory"})
        if (text.find(sign) != std::string::npos) return true;
    return false;
}

base::Error memory_error(std::string_view doing) {
    return {base::ErrorKind::Memory,
            "The memory was exhausted while " + std::string(doing) +
                ": close other programs, use fewer frames, or choose a smaller model or type."};
}

}  // namespace

base::Error describe_failure(const std::exception_ptr& failure, std::string_view doing) {
    try {
        std::rethrow_exception(failure);
    } catch (const base::Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return memory_error(doing);
    } catch (const std::exception& error) {
        if (is_out_of_memory(error.what())) return memory_error(doing);
        return {base::ErrorKind::Internal, "Something unexpected happened while " +
                                               std::string(doing) + ": " +
                                               first_line(error.what())};
    } catch (...) {
        return {base::ErrorKind::Internal,
                "Something unexpected happened while " + std::string(doing) + "."};
    }
}

}  // namespace univi::session
