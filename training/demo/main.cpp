#include "core/base/openmp.h"
#include "training/demo/commands.h"

int main(int argc, char** argv) {
    univi::base::start_again_without_spinning(argv);
    return univi::training::demo::run(argc, argv);
}
