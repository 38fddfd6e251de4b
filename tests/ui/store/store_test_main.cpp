#include "tests/ui/store/store_tests.h"

#include <QApplication>

#include "ui/widgets/theme.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    univi::ui::Theme::instance().install(application);
    int failed = 0;
    for (const auto& run : {univi::ui::runHistoryRescueTest, univi::ui::runUnwritableHomeTest,
                            univi::ui::runChatPageTest})
        failed += run(argc, argv);
    return failed == 0 ? 0 : 1;
}
