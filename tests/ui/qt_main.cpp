#include <QApplication>
#include <vector>

#include "tests/ui/qt_test.h"
#include "ui/text/language.h"
#include "ui/widgets/appearance.h"

namespace {

/// A function's own static: tests of other sources are added before this source's constants exist.
std::vector<std::function<int(int, char**)>>& tests() {
    static std::vector<std::function<int(int, char**)>> list;
    return list;
}

}  // namespace

bool univi::test::add_qt_test(std::function<int(int, char**)> run) {
    tests().push_back(std::move(run));
    return true;
}

/// Every registered class runs, whatever failed before it. A program without any fails.
int main(int argc, char** argv) {
    QApplication application(argc, argv);
    univi::ui::installLanguage(univi::ui::Language::English);
    univi::ui::installAppearance(application);
    int failed = 0;
    for (const auto& run : tests()) failed += run(argc, argv);
    return failed == 0 && !tests().empty() ? 0 : 1;
}
