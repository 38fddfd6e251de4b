#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/protocol/train_protocol.h"

namespace univi::training::test {

/// One line of what univi-train said. It must be an event of core/protocol, field by field: written
/// again from the structs it is the same line, so nothing is said that its readers do not know.
inline nlohmann::json typed_event(const std::string& line) {
    try {
        const auto event = protocol::train::parse_event(line);
        EXPECT_EQ(event ? protocol::train::to_line(*event) : "an unknown event", line);
    } catch (const base::Error& error) {
        ADD_FAILURE() << error.what() << "\n" << line;
    }
    return nlohmann::json::parse(line);
}

/// Events of one kind out of such lines.
inline std::vector<nlohmann::json> typed_events(const std::string& text, const std::string& kind) {
    std::vector<nlohmann::json> result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (nlohmann::json event = typed_event(line); event["event"] == kind)
            result.push_back(std::move(event));
    return result;
}

/// The same of a run's folder.
inline std::vector<nlohmann::json> events_of(const std::filesystem::path& run,
                                             const std::string& kind) {
    return typed_events(base::read_file(run / "events.jsonl"), kind);
}

}  // namespace univi::training::test
