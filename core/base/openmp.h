#pragma once

namespace univi::base {

/// Call it first in the main of a program that computes. By default OpenMP's threads spin for
/// milliseconds at every barrier; beside any other busy process (the window, a second run) that
/// makes two threads many times slower than one. The runtime reads its settings as it is loaded,
/// before main, so the program starts itself once more with GOMP_SPINCOUNT=1000: same process id,
/// same arguments, same open files. Whoever set GOMP_SPINCOUNT or OMP_WAIT_POLICY has decided
/// already; then, and where the program cannot be started again, this returns and does nothing.
/// A program that calls it has been started again before this, at the first moment that the loader
/// gives it: LibTorch's own start, a third of a second, is not done twice. The call in main is for
/// builds with a sanitizer, which has to start first.
void start_again_without_spinning(char** argv);

}  // namespace univi::base
