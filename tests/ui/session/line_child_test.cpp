#include "ui/session/line_child.h"

#include <QSignalSpy>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"

namespace univi::ui {
namespace {

using How = LineChild::End::How;

/// A child that runs a shell script, with what it said and how it ended.
struct Script {
    explicit Script(const char* text, LineChild::Farewell farewell = LineChild::Farewell::Signal)
        : child(nullptr, farewell) {
        QObject::connect(&child, &LineChild::lineArrived, &child,
                         [this](const QByteArray& line) { lines << line; });
        QObject::connect(&child, &LineChild::logArrived, &child,
                         [this](const QByteArray& line) { log << line; });
        QObject::connect(&child, &LineChild::ended, &child,
                         [this](const LineChild::End& end) { ends << end; });
        start(text);
    }
    void start(const char* text) {
        child.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QString::fromUtf8(text)});
    }
    /// Waits until the child has ended once more than `before` times.
    bool waitForEnd(qsizetype before = 0) {
        return QTest::qWaitFor([&] { return ends.size() > before; }, kWaitMs);
    }
    LineChild child;
    QByteArrayList lines, log;
    QList<LineChild::End> ends;
};

}  // namespace

class LineChildTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void linesArriveWholeAndTheLastNeedsNoEnd() {
        Script script("printf 'one\\n\\ntwo'; printf ' half\\nlast'");
        QVERIFY(script.waitForEnd());
        QCOMPARE(script.lines, QByteArrayList({"one", "two half", "last"}));
        QVERIFY(script.ends.first().isGood());
        QVERIFY(!script.child.isRunning());
    }

    void theSentenceIsTheLastLineOfStandardError() {
        Script script(
            "echo first >&2; echo '  univi-cli: there is no model: name one ' >&2; echo >&2; exit "
            "3");
        QVERIFY(script.waitForEnd());
        QCOMPARE(script.log, QByteArrayList({"first", "univi-cli: there is no model: name one"}));
        QCOMPARE(script.ends.first().how, How::Exited);
        QCOMPARE(script.ends.first().code, 3);
        QCOMPARE(script.ends.first().sentence, QStringLiteral("there is no model: name one"));
        QVERIFY(!script.ends.first().isGood());
    }

    void aSecondStartKnowsNothingOfTheFirst() {
        Script script("echo a; echo bad >&2; exit 1");
        QVERIFY(script.waitForEnd());
        script.start("echo b");
        QVERIFY(script.waitForEnd(1));
        QCOMPARE(script.lines, QByteArrayList({"a", "b"}));
        QVERIFY(script.ends.last().isGood());
        QCOMPARE(script.ends.last().sentence, QString());
    }

    void aMissingProgramEndsOnceAndIsNotStarted() {
        LineChild child;
        QSignalSpy ends(&child, &LineChild::ended);
        child.start(QStringLiteral("/nowhere/univi-cli"), {});
        QTRY_COMPARE_WITH_TIMEOUT(ends.count(), 1, kWaitMs);
        const auto end = ends.first().first().value<LineChild::End>();
        QCOMPARE(end.how, How::NotStarted);
        QVERIFY(!end.sentence.isEmpty());
    }

    void aCrashLeavesNoHalfLine() {
        Script script("printf 'whole\\nhalf'; kill -9 $$");
        QVERIFY(script.waitForEnd());
        QCOMPARE(script.lines, QByteArrayList({"whole"}));
        QCOMPARE(script.ends.first().how, How::Crashed);
        QCOMPARE(script.ends.first().code, 9);
    }

    void aDeafChildIsKilledAfterThePatience() {
        Script script("trap '' TERM; echo ready; while :; do read line || sleep 1; done");
        QTRY_COMPARE_WITH_TIMEOUT(script.lines.size(), 1, kWaitMs);
        script.child.stop(50);
        QVERIFY(script.waitForEnd());
        QCOMPARE(script.ends.first().how, How::Crashed);
    }

    void theEndOfInputIsAFarewell() {
        Script script("cat; echo bye", LineChild::Farewell::EndOfInput);
        script.child.write("hello\n");
        QTRY_COMPARE_WITH_TIMEOUT(script.lines.size(), 1, kWaitMs);
        script.child.stop();
        QVERIFY(script.waitForEnd());
        QCOMPARE(script.lines, QByteArrayList({"hello", "bye"}));
        QVERIFY(script.ends.first().isGood());
    }

    void whatIsEndedNowSaysNothing() {
        Script script("echo ready; exec sleep 100");
        QTRY_COMPARE_WITH_TIMEOUT(script.lines.size(), 1, kWaitMs);
        script.child.endNow();
        QVERIFY(!script.child.isRunning());
        QCOMPARE(script.ends.size(), 0);
    }

    void whatIsAbandonedGoesByItself() {
        auto* child = new LineChild;
        QSignalSpy ends(child, &LineChild::ended), gone(child, &QObject::destroyed);
        child->start(QStringLiteral("/bin/sleep"), {QStringLiteral("100")});
        child->abandon();
        QTRY_COMPARE_WITH_TIMEOUT(gone.count(), 1, kWaitMs);
        QCOMPARE(ends.count(), 0);
    }
};

UNIVI_QT_TEST(LineChildTest)

}  // namespace univi::ui

#include "line_child_test.moc"
