// Which state a run is in, from what its folder shows.
#include "ui/training/runs/run_state.h"

#include <QTest>

#include "tests/ui/qt_test.h"

namespace univi::ui {
namespace {

using protocol::Fault;
using protocol::train::ErrorEvent;

QDateTime ago(int seconds) {
    return QDateTime::currentDateTime().addSecs(-seconds);
}

RunSigns signsOf(RunPhase phase) {
    RunSigns signs;
    signs.phase = phase;
    signs.has_events = phase != RunPhase::None;
    return signs;
}

}  // namespace

class RunStateTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aLivingRunStartsStepsAndSaves() {
        RunInfo run;
        QCOMPARE(stateOfLiving(signsOf(RunPhase::Started), run), RunState::Starting);
        RunSigns signs = signsOf(RunPhase::Stepping);
        QCOMPARE(stateOfLiving(signs, run), RunState::Running);
        run.step = run.total_steps = 9;  // the result is being written
        QCOMPARE(stateOfLiving(signs, run), RunState::Saving);
        run.step = 4;
        signs.is_writing = true;
        QCOMPARE(stateOfLiving(signs, run), RunState::Saving);
        QCOMPARE(stateOfLiving(signsOf(RunPhase::Done), run), RunState::Done);
    }

    void aDeadRunIsWhatItsEventsSay() {
        RunInfo run;
        QCOMPARE(stateOfDead({}, run).state, RunState::Unknown);
        QCOMPARE(stateOfDead(signsOf(RunPhase::Done), run).state, RunState::Done);
        QCOMPARE(stateOfDead(signsOf(RunPhase::Stopped), run).state, RunState::Stopped);
        RunSigns failed = signsOf(RunPhase::Failed);
        failed.failure = ErrorEvent{{}, "The disk is full.", Fault::DiskFull, {}};
        const RunVerdict verdict = stateOfDead(failed, run);
        QCOMPARE(verdict.state, RunState::Failed);
        QCOMPARE(verdict.problem->message, std::string("The disk is full."));
    }

    void aProcessThatVanishedIsLost() {
        RunInfo run;
        RunSigns signs = signsOf(RunPhase::Stepping);
        QVERIFY(stateOfDead(signs, run).problem->message.starts_with("The process ended without"));
        signs.last_error = "no space";
        const RunVerdict lost = stateOfDead(signs, run);
        QCOMPARE(lost.state, RunState::Lost);
        QCOMPARE(lost.problem->message, std::string("no space"));
        QVERIFY(lost.problem->known_fault() == Fault::Killed);
        // A line that was set aside has lost nothing.
        run.aside_of = "/run";
        QCOMPARE(stateOfDead(signs, run).state, RunState::Stopped);
    }

    void aStartThatFailedIsTheNewerWord() {
        RunInfo run;
        run.changed = ago(100);
        RunSigns signs = signsOf(RunPhase::Stopped);
        signs.last_launch = ago(50);
        QCOMPARE(stateOfDead(signs, run).state, RunState::Stopped);  // it says nothing
        signs.last_error = "--learning_rat is no option";
        const RunVerdict verdict = stateOfDead(signs, run);
        QCOMPARE(verdict.state, RunState::Failed);
        QVERIFY(verdict.problem->known_fault() == Fault::Usage);
        signs.launch_failure = ErrorEvent{{}, "The port is in use.", Fault::PortInUse, {}};
        QVERIFY(stateOfDead(signs, run).problem->known_fault() == Fault::PortInUse);
        run.changed = ago(10);  // events came after that start
        QCOMPARE(stateOfDead(signs, run).state, RunState::Stopped);
    }

    void aProcessWithoutItsPidYetIsStarting() {
        RunSigns signs;
        signs.last_launch = ago(2);
        QCOMPARE(stateOfDead(signs, {}).state, RunState::Starting);
        signs.last_launch = ago(100);
        QCOMPARE(stateOfDead(signs, {}).state, RunState::Lost);
    }

    void aRunElsewhereIsQuietWithoutNewPoints() {
        RunInfo run;
        RunSigns signs = signsOf(RunPhase::Stepping);
        run.changed = ago(100);
        QCOMPARE(stateOfForeign(signs, run).state, RunState::Running);
        run.changed = ago(300);
        QCOMPARE(stateOfForeign(signs, run).state, RunState::Quiet);
        run.seconds_per_step = 100;  // a slow one is given five steps
        QCOMPARE(stateOfForeign(signs, run).state, RunState::Running);
        signs.is_done_by_state = true;
        QCOMPARE(stateOfForeign(signs, run).state, RunState::Done);
        QCOMPARE(stateOfForeign({}, run).state, RunState::Unknown);
    }
};

UNIVI_QT_TEST(RunStateTest)

}  // namespace univi::ui

#include "run_state_test.moc"
