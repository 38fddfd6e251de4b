#include "core/session/failure.h"

#include <c10/util/Exception.h>

#include <string>

#include "core/base/exception_text.h"

namespace univi::session {

namespace {

/// A GPU's error that LibTorch does not name the GPU in.
bool is_device_failure(const std::exception& error) {
    return dynamic_cast<const c10::AcceleratorError*>(&error) != nullptr ||
           std::string_view(error.what()).find("CUDA error") != std::string_view::npos;
}

base::Error device_error(const std::exception& error, std::string_view doing) {
    return {base::ErrorKind::Device,
            "The GPU failed while " + std::string(doing) + " (" + base::first_line(error) +
                "): load the model again, and look at the system's log (dmesg) when it happens "
                "once more."};
}

base::Error memory_error(const std::exception& error, std::string_view doing) {
    if (const auto shortage = base::device_shortage(error))
        return {base::ErrorKind::Memory,
                shortage->device + " has no memory for another " + shortage->wanted + " while " +
                    std::string(doing) +
                    ": end other programs that use it, use fewer frames, share the model over "
                    "several devices, or choose a smaller type (--dtype int4)."};
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
        if (base::is_out_of_memory(error)) return memory_error(error, doing);
        if (is_device_failure(error)) return device_error(error, doing);
        return {base::ErrorKind::Internal, "Something unexpected happened while " +
                                               std::string(doing) + ": " + base::first_line(error)};
    } catch (...) {
        return {base::ErrorKind::Internal,
                "Something unexpected happened while " + std::string(doing) + "."};
    }
}

}  // namespace univi::session
