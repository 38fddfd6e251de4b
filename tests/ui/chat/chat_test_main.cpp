#include <QApplication>

#include "tests/ui/chat/chat_tests.h"
#include "ui/widgets/theme.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    univi::ui::Theme::instance().install(application);
    int failed = 0;
    for (const auto& run :
         {univi::ui::runThemeTest, univi::ui::runFocusTest, univi::ui::runReplyTest,
          univi::ui::runConversationStoreTest, univi::ui::runConversationModelTest,
          univi::ui::runComposerTest, univi::ui::runChatViewTest, univi::ui::runStreamDialogTest})
        failed += run(argc, argv);
    return failed == 0 ? 0 : 1;
}
