#include "core/launcher/program.h"
#include "training/demo/commands.h"

extern "C" int univi_main(int argc, char** argv) {
    return univi::training::demo::run(argc, argv);
}
