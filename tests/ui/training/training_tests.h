#pragma once

namespace univi::ui {

/// Each runs one test class and returns the number of failures.
int runRunFilesTest(int argc, char** argv);
int runRunCommandTest(int argc, char** argv);
int runChartsTest(int argc, char** argv);
int runRunLibraryTest(int argc, char** argv);
int runTrainingPageTest(int argc, char** argv);

}  // namespace univi::ui
