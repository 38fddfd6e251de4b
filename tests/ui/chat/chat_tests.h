#pragma once

namespace univi::ui {

/// Each runs one test class and returns the number of failures.
int runFocusTest(int argc, char** argv);
int runReplyTest(int argc, char** argv);
int runThemeTest(int argc, char** argv);
int runStreamDialogTest(int argc, char** argv);
int runConversationStoreTest(int argc, char** argv);
int runConversationModelTest(int argc, char** argv);
int runComposerTest(int argc, char** argv);
int runChatViewTest(int argc, char** argv);

}  // namespace univi::ui
