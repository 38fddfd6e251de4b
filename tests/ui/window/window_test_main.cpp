#include <QApplication>

#include "tests/ui/window/window_tests.h"
#include "ui/widgets/theme.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    univi::ui::Theme::instance().install(application);
    int failed = univi::ui::runEngineClientTest(argc, argv);
    failed += univi::ui::runMainWindowTest(argc, argv);
    failed += univi::ui::runModelsPageTest(argc, argv);
    failed += univi::ui::runOpenablePathTest(argc, argv);
    return failed == 0 ? 0 : 1;
}
