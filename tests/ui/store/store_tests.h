#pragma once

namespace univi::ui {

/// Each runs one test class and returns the number of failures.
int runHistoryRescueTest(int argc, char** argv);
int runUnwritableHomeTest(int argc, char** argv);
int runChatPageTest(int argc, char** argv);

}  // namespace univi::ui
