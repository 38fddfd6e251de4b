#include "core/base/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "core/base/log_tail.h"

namespace univi::base {

namespace {

std::optional<LogLevel> level_from_environment() {
    const char* value = std::getenv("UNIVI_LOG");
    const std::string_view name = value ? value : "";
    if (name == "debug") return LogLevel::Debug;
    if (name == "info") return LogLevel::Info;
    if (name == "warning") return LogLevel::Warning;
    if (name == "error") return LogLevel::Error;
    return std::nullopt;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return spdlog::level::debug;
        case LogLevel::Info:
            return spdlog::level::info;
        case LogLevel::Warning:
            return spdlog::level::warn;
        case LogLevel::Error:
            break;
    }
    return spdlog::level::err;
}

std::mutex sinks_mutex;
constexpr std::size_t kTail = 200;

/// What log_tail() gives. Never destroyed, as the logger.
std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> tail_sink() {
    static auto* sink = new auto(std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(kTail));
    return *sink;
}

std::shared_ptr<spdlog::logger> make_logger() {
    auto logger = std::make_shared<spdlog::logger>(
        "univi", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->sinks().push_back(tail_sink());
    logger->set_pattern("%H:%M:%S.%e %^%l%$ %v");
    logger->set_level(spdlog_level(level_from_environment().value_or(LogLevel::Warning)));
    logger->flush_on(spdlog::level::debug);
    return logger;
}

/// Never destroyed: other threads may log while static objects go away.
spdlog::logger& logger() {
    static auto* instance = new std::shared_ptr<spdlog::logger>(make_logger());
    return **instance;
}

}  // namespace

void set_log_level(LogLevel level) {
    logger().set_level(spdlog_level(level_from_environment().value_or(level)));
}

void log_to_file(std::string_view path) {
    try {
        auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(std::string(path));
        sink->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
        const std::lock_guard lock(sinks_mutex);
        logger().sinks().push_back(std::move(sink));
    } catch (const spdlog::spdlog_ex&) {
        throw Error(ErrorKind::File, "cannot write the log file " + std::string(path) +
                                         ": check that its folder exists and is writable");
    }
}

void log(LogLevel level, std::string_view message) {
    const auto wanted = spdlog_level(level);
    if (!logger().should_log(wanted)) return;
    const std::lock_guard lock(sinks_mutex);
    logger().log(wanted, spdlog::string_view_t(message.data(), message.size()));
}

std::vector<std::string> log_tail(std::size_t most) {
    return tail_sink()->last_formatted(std::min(most, kTail));
}

std::string without_paths(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const bool begins =
            i == 0 || std::string_view(" \"'(=:,<[").find(text[i - 1]) != std::string_view::npos;
        const bool is_path =
            begins && (text[i] == '/' || text.compare(i, 2, "~/") == 0) && text.compare(i, 2, "//");
        if (!is_path) {
            out += text[i++];
            continue;
        }
        out += "<path>";
        i = std::min(text.find_first_of(" \"'),;<>\n", i), text.size());
    }
    return out;
}

}  // namespace univi::base
