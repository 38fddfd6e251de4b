
#include "training/demo/commands.h"

int main(int argc, char** argv) { return univi::training::demo::run(argc, argv); }
