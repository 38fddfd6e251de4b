#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/file_descriptor.h"

namespace univi::training {

/// A port of this host and the socket that listens there (closed on exec).
struct HeldPort {
    int port = 0;
    base::FileDescriptor listener;
};
/// `port`, or a free one with a warning when another program listens there. It is held from here
/// on, so that two runs that start together do not both think it free.
HeldPort hold_port(int port);
/// As hold_port, but let go again.
int find_free_port(int port);

struct LaunchOptions {
    std::vector<std::string> command;  ///< program and arguments; every rank runs the same
    int num_ranks = 1;
    /// CUDA_VISIBLE_DEVICES of the ranks; empty: left as it is
    std::string visible_devices;
    int port = 29500;
    /// a socket that listens there, for rank 0; none: rank 0 opens its own
    base::FileDescriptor listener;
    /// whose events.jsonl gets the last event when rank 0 cannot write it
    std::filesystem::path output_dir;
    /// for the others to end by themselves after one died
    std::chrono::milliseconds patience = std::chrono::seconds(15);
    /// a rank stopped longer than this is ended
    std::chrono::milliseconds stopped_limit = std::chrono::seconds(20);
};

/// Starts the ranks on this host and stays with them: their stderr goes on line by line with the
/// rank before it, rank 0's stdout as it is; SIGTERM, SIGINT and SIGUSR1 are handed on. When a rank
/// dies or stays stopped, it is named with its cause and the others are ended. Returns the exit
/// code. Call it before the process has threads.
int launch_local_ranks(LaunchOptions options);

}  // namespace univi::training
