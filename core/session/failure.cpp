#include "core/session/failure.h"

#include <string>

#include "core/base/exception_text.h"

namespace univi::session {

namespace {

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
    } catch (const std::exception& error) {
        if (base::is_out_of_memory(error)) return memory_error(doing);
        return {base::ErrorKind::Internal, "Something unexpected happened while " +
                                               std::string(doing) + ": " + base::first_line(error)};
    } catch (...) {
        return {base::ErrorKind::Internal,
                "Something unexpected happened while " + std::string(doing) + "."};
    }
}

}  // namespace univi::session
