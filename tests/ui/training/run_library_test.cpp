// Starting, finding again, queueing and steering with the scripted trainer.
#include "ui/training/runs/run_library.h"

#include <signal.h>

#include <filesystem>
#include <fstream>

#include "tests/ui/qt_test.h"
#include "tests/ui/training/training_support.h"
#include "ui/training/runs/run_feed.h"
#include "ui/training/runs/run_texts.h"

namespace univi::ui {

using protocol::Fault;

class RunLibraryTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        open();
    }
    void cleanup() {
        for (const RunEntry& entry : library_->runs())
            if (entry.info.pid > 0) ::kill(pid_t(entry.info.pid), SIGKILL);
        library_.reset();
    }

    void aDamagedListIsSetAside() {
        library_.reset();
        for (const char* name : {"runs.json.damaged", "runs.json.damaged-2"}) {
            writeFile(home_->path("runs.json"), "{\"runs\": [{\"folder\": \"/a");
            open();
            QVERIFY2(library_->problem().contains(name), qPrintable(library_->problem()));
            QVERIFY(library_->runs().isEmpty());
            QVERIFY(QFileInfo::exists(home_->path(name)));
            library_->setKeepsAwake(!library_->keepsAwake());
            library_.reset();
        }
        writeFile(home_->path("runs.json"), "\xef\xbb\xbf{\"roots\": [\"/r\"]}");
        open();
        QCOMPARE(library_->problem(), QString());
        QCOMPARE(library_->roots(), QStringList("/r"));
    }

    void aRunOutlivesTheWindow() {
        const QString folder = home_->path("a");
        start(scriptedRun(folder, "slow", 100'000));
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Running, kWaitMs);
        const qint64 pid = library_->find(folder)->info.pid;
        QVERIFY(pid > 0);
        library_.reset();
        QVERIFY(::kill(pid_t(pid), 0) == 0);
        open();
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Running, kWaitMs);
        QCOMPARE(library_->find(folder)->info.pid, pid);
        // The whole history is there, from step 1.
        RunFeed feed(folder, library_->thread());
        QTRY_VERIFY_WITH_TIMEOUT(feed.isComplete() && !feed.curves()["loss"].steps.empty(),
                                 kWaitMs);
        QCOMPARE(feed.curves()["loss"].steps.front(), 1);
        QCOMPARE(feed.curves()["loss"].values.front(), 3.0f);
    }

    void saveStopAndResume() {
        const QString folder = home_->path("a");
        start(scriptedRun(folder, "slow", 100'000));
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Running && info(folder).step > 5,
                                 kWaitMs);
        const qsizetype before = info(folder).checkpoints.size();
        QString problem;
        QVERIFY2(TrainLauncher::signal(info(folder), TrainLauncher::Wish::SaveNow, problem),
                 qPrintable(problem));
        QTRY_VERIFY_WITH_TIMEOUT(info(folder).checkpoints.size() > before, kWaitMs);
        QVERIFY(TrainLauncher::signal(info(folder), TrainLauncher::Wish::StopAndSave, problem));
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Stopped, kWaitMs);
        QVERIFY(!TrainLauncher::signal(info(folder), TrainLauncher::Wish::StopAndSave, problem));
        QVERIFY(!problem.isEmpty());
        const qint64 step = info(folder).checkpoints.last().step;
        start(scriptedRun(folder, "quick", int(step) + 10));
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Done, kWaitMs);
        QCOMPARE(info(folder).resumed_from, QStringLiteral("checkpoint-%1").arg(step));
        QVERIFY(info(folder).result == RunResult::Model);
    }

    void queuedRunsWaitForTheirDevices() {
        const QString first = home_->path("first"), second = home_->path("second"),
                      third = home_->path("third");
        start(scriptedRun(first, "slow", 100'000));
        RunStart waiting = scriptedRun(second, "quick");
        waiting.queued = true;
        waiting.devices = {"cpu:0"};
        start(waiting);
        RunStart free = scriptedRun(third, "quick");
        free.queued = true;
        free.devices = {"cuda:7"};
        start(free);
        QTRY_VERIFY_WITH_TIMEOUT(state(third) == RunState::Done, kWaitMs);  // nobody has its device
        QVERIFY(state(second) == RunState::Queued);
        QVERIFY2(library_->find(second)->waiting_for.contains("slow"),
                 qPrintable(library_->find(second)->waiting_for));
        // The queue is there after a restart of the window.
        library_.reset();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(
            state(second) == RunState::Queued && state(first) == RunState::Running, kWaitMs);
        QString problem;
        QVERIFY(TrainLauncher::signal(info(first), TrainLauncher::Wish::StopAndSave, problem));
        QTRY_VERIFY_WITH_TIMEOUT(state(second) == RunState::Done, kWaitMs);
    }

    void aChainWaitsForItsFirstStage() {
        const QString first = home_->path("one"), second = home_->path("two");
        RunStart then = scriptedRun(second, "quick");
        then.queued = true;
        then.after = first;
        start(scriptedRun(first, "nan"));
        start(then);
        QTRY_VERIFY_WITH_TIMEOUT(state(first) == RunState::Failed, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(
            library_->find(second)->waiting_for.contains("did not come to its end"), kWaitMs);
        start(scriptedRun(first, "quick"));
        QTRY_VERIFY_WITH_TIMEOUT(state(second) == RunState::Done, kWaitMs);
        library_->unqueue(second);
        QVERIFY(library_->find(second));
    }

    void failuresAreSaid_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<RunState>("state");
        QTest::addColumn<QString>("says");
        QTest::addColumn<Fault>("fault");
        QTest::newRow("nan") << "nan" << RunState::Failed << "no longer a number at step 5"
                             << Fault::NotANumber;
        QTest::newRow("disk") << "disk" << RunState::Failed << "is the disk full"
                              << Fault::DiskFull;
        QTest::newRow("rank") << "rank" << RunState::Failed << "no sign of life" << Fault::RankLost;
        QTest::newRow("killed") << "killed" << RunState::Lost << "without a word" << Fault::Killed;
        QTest::newRow("usage") << "usage" << RunState::Failed << "did you mean --learning_rate"
                               << Fault::Usage;
    }
    void failuresAreSaid() {
        QFETCH(QString, name);
        QFETCH(RunState, state);
        QFETCH(QString, says);
        const QString folder = home_->path(name);
        QSignalSpy changes(library_.get(), &RunLibrary::stateChanged);
        start(scriptedRun(folder, name));
        QTRY_VERIFY_WITH_TIMEOUT(this->state(folder) == state, kWaitMs);
        QVERIFY2(info(folder).problem.contains(says), qPrintable(info(folder).problem));
        QFETCH(Fault, fault);
        QVERIFY(info(folder).fault == fault);
        QVERIFY(!changes.isEmpty());
    }

    /// Starting a run again has no name to give: it keeps the one it has.
    void aNameStaysWhenTheRunGoesOn() {
        const QString folder = home_->path("a");
        RunStart run = scriptedRun(folder, "quick", 5);
        run.name = "My first projector";
        start(run);
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Done, kWaitMs);
        QCOMPARE(info(folder).name, QString("My first projector"));
        RunStart again = scriptedRun(folder, "quick", 9);
        again.name.clear();
        start(again);
        QTRY_VERIFY_WITH_TIMEOUT(info(folder).step == 9 && state(folder) == RunState::Done,
                                 kWaitMs);
        QCOMPARE(info(folder).name, QString("My first projector"));
        library_->rename(folder, "  Another   name ");
        QCOMPARE(info(folder).name, QString("Another name"));
        library_.reset();
        open();
        QCOMPARE(info(folder).name, QString("Another name"));
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Done, kWaitMs);
        QCOMPARE(info(folder).name, QString("Another name"));
        QVERIFY(QFileInfo::exists(folder + "/run.json"));  // the folder stays where it is
        // Without a name it is called as it calls itself.
        library_->rename(folder, "");
        QTRY_COMPARE_WITH_TIMEOUT(info(folder).name, QString("quick"), kWaitMs);
    }

    /// Qt shows the name of such a folder, but cannot open it by what it shows.
    void aFolderWhoseNameIsNoUtf8IsOpened() {
        const std::string folder = home_->path("l").toStdString() + "\xe4uf";
        QVERIFY(std::filesystem::create_directory(folder));
        std::ofstream(folder + "/run.json") << "{\"options\": {\"run_name\": \"latin\"}}";
        std::ofstream(folder + "/events.jsonl");
        const QStringList found = library_->open(QFile::decodeName(folder.c_str()));
        QCOMPARE(found.size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(info(found.first()).name, QString("latin"), kWaitMs);
    }

    void aRunGoesToTheTrashAndComesBack() {
        const QString folder = home_->path("a");
        RunStart run = scriptedRun(folder, "quick", 5);
        run.name = "Precious";
        start(run);
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Done, kWaitMs);
        QString problem;
        QVERIFY2(library_->remove(folder, problem), qPrintable(problem));
        QVERIFY(!QFileInfo::exists(folder));
        QVERIFY(!library_->find(folder));
        library_->lookNow();
        QCOMPARE(library_->restoreRemoved(problem), folder);
        QVERIFY(QFileInfo::exists(folder + "/events.jsonl"));
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Done, kWaitMs);
        QCOMPARE(info(folder).name, QString("Precious"));
        QVERIFY(library_->restoreRemoved(problem).isEmpty());
        // Something new in its place is not written over.
        QVERIFY2(library_->remove(folder, problem), qPrintable(problem));
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(library_->restoreRemoved(problem).isEmpty());
        QVERIFY2(problem.contains("Something else is at"), qPrintable(problem));
    }

    void aRunningRunIsNotRemoved() {
        const QString folder = home_->path("a");
        start(scriptedRun(folder, "slow", 100'000));
        QString problem;
        QVERIFY(!library_->remove(folder, problem));
        QTRY_VERIFY_WITH_TIMEOUT(state(folder) == RunState::Running, kWaitMs);
        QVERIFY(!library_->remove(folder, problem));
        QVERIFY2(problem.contains("is running: stop it first"), qPrintable(problem));
        QVERIFY(library_->find(folder) && QFileInfo::exists(folder + "/pid"));
    }

    /// A queued run has no folder yet: it is taken out, and comes back into the queue.
    void aQueuedRunIsTakenOutAndBack() {
        const QString first = home_->path("first"), second = home_->path("second");
        start(scriptedRun(first, "slow", 100'000));
        RunStart waiting = scriptedRun(second, "quick");
        waiting.queued = true;
        waiting.devices = {"cpu:0"};
        start(waiting);
        QString problem;
        QVERIFY2(library_->remove(second, problem), qPrintable(problem));
        QVERIFY(!library_->find(second));
        QCOMPARE(library_->restoreRemoved(problem), second);
        QVERIFY(state(second) == RunState::Queued);
        // cleanup() ends what has a process number.
        QTRY_VERIFY_WITH_TIMEOUT(state(first) == RunState::Running, kWaitMs);
    }

    void watchedFoldersAreSearched() {
        writeFile(home_->path("root/x/events.jsonl"),
                  "{\"event\":\"start\"}\n" + stepLine(1, 2) + "{\"event\":\"done\",\"step\":1}\n");
        writeFile(home_->path("root/y/notes.txt"), "no run");
        library_.reset();
        writeFile(home_->path("runs.json"),
                  "{\"roots\": [\"" + home_->path("root").toUtf8() + "\"]}");
        open();
        QTRY_VERIFY_WITH_TIMEOUT(
            library_->find(home_->path("root/x")) && state(home_->path("root/x")) == RunState::Done,
            kWaitMs);
        QCOMPARE(library_->runs().size(), 1);
        // What was taken out of the list does not come back by itself.
        library_->forget(home_->path("root/x"));
        QTest::qWait(200);
        QVERIFY(library_->runs().isEmpty());
    }

    void aBrokenListOfRunsIsNoTrouble() {
        library_.reset();
        writeFile(home_->path("runs.json"),
                  "{\"runs\": [7, {\"folder\": 3}, {\"folder\": \"/nowhere\"}], \"queue\": \"x\"");
        open();
        writeFile(home_->path("runs.json"),
                  "{\"runs\": [7, {\"folder\": 3}, {\"folder\": \"/nowhere\"}], \"queue\": \"x\"}");
        library_.reset();
        open();
        QCOMPARE(library_->runs().size(), 1);
        QTest::qWait(150);
        QVERIFY(state("/nowhere") == RunState::Unknown);
    }

  private:
    void open() { library_ = std::make_unique<RunLibrary>(scriptedLibrary(*home_)); }
    void start(const RunStart& run) {
        QString problem;
        QVERIFY2(library_->start(run, problem), qPrintable(problem));
    }
    RunInfo info(const QString& folder) {
        return library_->find(folder) ? library_->find(folder)->info : RunInfo();
    }
    RunState state(const QString& folder) { return info(folder).state; }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<RunLibrary> library_;
};

UNIVI_QT_TEST(RunLibraryTest)

}  // namespace univi::ui

#include "run_library_test.moc"
