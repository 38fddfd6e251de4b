#include <QApplication>

#include "tests/ui/training/training_tests.h"
#include "ui/widgets/theme.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    univi::ui::Theme::instance().install(application);
    int failed = univi::ui::runRunFilesTest(argc, argv);
    failed += univi::ui::runRunCommandTest(argc, argv);
    failed += univi::ui::runChartsTest(argc, argv);
    failed += univi::ui::runRunLibraryTest(argc, argv);
    failed += univi::ui::runTrainingPageTest(argc, argv);
    return failed == 0 ? 0 : 1;
}
