#pragma once

namespace univi::ui {

/// Each runs one test class and returns the number of failures.
int runEngineClientTest(int argc, char** argv);
int runMainWindowTest(int argc, char** argv);
int runModelsPageTest(int argc, char** argv);
int runOpenablePathTest(int argc, char** argv);

}  // namespace univi::ui
