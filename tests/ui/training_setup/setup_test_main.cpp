#include <QApplication>
#include <QTest>

#include "setup_tests.h"
#include "ui/widgets/theme.h"

using namespace univi::ui;

namespace {

template <typename Test>
int run(int argc, char** argv) {
    Test test;
    return QTest::qExec(&test, argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    Theme::instance().install(application);
    return run<CommandTextTest>(argc, argv) | run<PresetTest>(argc, argv) |
           run<ChecksTest>(argc, argv) | run<DevicesTest>(argc, argv) | run<DataTest>(argc, argv) |
           run<SetupPageTest>(argc, argv);
}
