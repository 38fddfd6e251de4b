#include "core/protocol/train_failure.h"

#include <cstdlib>

#include "core/base/atomic_file.h"
#include "core/base/file.h"

namespace univi::protocol::train {

void keep_failure(const ErrorEvent& error) {
    const char* file = std::getenv(kFailureVariable);
    if (!file || !*file) return;
    try {
        base::write_file_atomically(file, to_line(error) + "\n");
    } catch (const std::exception&) {  // the log has it
    }
}

std::optional<ErrorEvent> read_failure(const std::filesystem::path& file) {
    constexpr std::size_t kMostBytes = std::size_t{1} << 20;
    try {
        const auto event = parse_event(base::read_file(file, kMostBytes));
        if (const auto* error = event ? std::get_if<ErrorEvent>(&*event) : nullptr) return *error;
    } catch (const base::Error&) {
    }
    return std::nullopt;
}

}  // namespace univi::protocol::train
