#pragma once

#include <string_view>

namespace univi::base {

/// Human log, on stderr only (stdout belongs to results). Thread-safe. Backed by spdlog.
enum class LogLevel { Debug, Info, Warning, Error };

/// Sets the lowest level shown. Default Warning for univi-cli, Info for the
/// children; UNIVI_LOG=debug|info|warning|error wins.
void set_log_level(LogLevel level);
/// Additionally appends every line to `path` (univi-train's log.txt).
void log_to_file(std::string_view path);

void log(LogLevel level, std::string_view message);
inline void log_info(std::string_view m) {
    log(LogLevel::Info, m);
}
inline void log_warning(std::string_view m) {
    log(LogLevel::Warning, m);
}
inline void log_error(std::string_view m) {
    log(LogLevel::Error, m);
}

}  // namespace univi::base
