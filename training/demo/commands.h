#pragma once

namespace univi::training::demo {

/// The program univi-demo: scenes, tower, init, recipe, evaluate. Returns the exit code (0, 1
/// failed, 2 bad usage).
int run(int argc, char** argv);

}  // namespace univi::training::demo
