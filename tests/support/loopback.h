#pragma once

#include <atomic>
#include <string>

namespace univi::test {

/// A listening socket of this machine alone, on a free port. Throws std::runtime_error.
int listen_on_loopback(int& port);

/// True when there is something to read (or the other side has gone), after a short wait at most.
bool is_readable(int descriptor);

/// Sends everything; false when the other side has gone or `over` was set.
bool send_all(int connection, const std::string& bytes, const std::atomic<bool>& over);

/// What has come in so far, at least a byte; empty when the other side has gone or `over` was set.
std::string receive_some(int connection, const std::atomic<bool>& over);

}  // namespace univi::test
