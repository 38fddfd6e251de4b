#pragma once

#include <QTest>
#include <functional>

namespace univi::test {

/// Adds a test class to those that the program's main() runs, in the order of the sources.
/// Returns true, so that a namespace-level constant can call it.
bool add_qt_test(std::function<int(int argc, char** argv)> run);

}  // namespace univi::test

/// Runs the Qt Test class `Test` when the program runs; stands once, below the class.
#define UNIVI_QT_TEST(Test)                                    \
    [[maybe_unused]] static const bool is_registered_##Test =  \
        ::univi::test::add_qt_test([](int argc, char** argv) { \
            Test test;                                         \
            return QTest::qExec(&test, argc, argv);            \
        });
