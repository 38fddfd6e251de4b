#pragma once

#include "core/base/stop_token.h"

namespace univi::cli {

/// Asks `stop` to stop when standard input ends: for a program that starts this one with a pipe
/// and must not leave it behind, even when it is killed. What arrives on standard input is
/// dropped. Holds until the process ends. `stop` must live as long.
void stop_at_end_of_input(base::StopSource& stop);

}  // namespace univi::cli
