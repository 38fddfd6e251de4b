#pragma once

#include <QString>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace univi::test {

/// A display (Xvfb) and a session bus of their own, with the accessibility bus that the programs
/// of the session start there; both end with the object.
class DesktopSession {
  public:
    /// The first program that it needs and that is not installed; empty: all are there.
    static std::string missing();

    /// Settings, data, caches and sockets of its programs go below `home`.
    explicit DesktopSession(const std::filesystem::path& home);

    /// For programs of this session.
    const std::map<std::string, std::string>& environment() const { return environment_; }
    /// The address of the accessibility bus; starts it.
    std::string accessibility_address() const;
    /// Runs xdotool with these words; its stdout.
    std::string xdotool(std::vector<std::string> words) const;

  private:
    std::map<std::string, std::string> environment_;
    std::unique_ptr<Process> display_, bus_;
};

/// Where PATH has a program of this name; empty: it is not installed.
std::string installed(const std::string& program);

/// The folders that programs keep their files in, below `home`, and a fresh one for sockets.
std::map<std::string, std::string> home_environment(const std::filesystem::path& home);

/// A name for a connection to a bus that no other of this process has.
QString fresh_connection_name();

}  // namespace univi::test
