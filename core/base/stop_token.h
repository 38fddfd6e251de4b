#pragma once

#include <stop_token>

namespace univi::base {

/// Cooperative stop, checked once per token, frame, tensor or training step.
using StopToken = std::stop_token;
using StopSource = std::stop_source;

/// Throws Error{Stopped} when a stop was asked for. `doing` names the step,
/// e.g. "reading street.mp4".
void throw_if_stopped(const StopToken& token, const char* doing);

/// Turns SIGINT, SIGTERM and SIGHUP into a stop of the returned source (one per process; a
/// watcher thread waits for the signal, so the handler itself stays async-signal-safe). A
/// second signal ends the process at once with the default action. A SIGHUP that is ignored
/// (nohup) stays ignored.
StopSource& stop_on_signals();

}  // namespace univi::base
