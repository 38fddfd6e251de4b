// Run folders as they grow, break, end and are read again.
#include <time.h>
#include <unistd.h>

#include <cmath>

#include "core/protocol/step_line.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/training/training_support.h"
#include "training/run/tensorboard_writer.h"
#include "ui/training/runs/faults.h"
#include "ui/training/runs/probe_store.h"
#include "ui/training/runs/process_probe.h"
#include "ui/training/runs/run_texts.h"

namespace univi::ui {
namespace {

/// Computing time of this thread: a busy machine does not count.
double cpuMs() {
    timespec time = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) * 1e-6;
}

}  // namespace

class RunFilesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { home_ = std::make_unique<TestHome>(); }

    void stepsAreReadWithoutATree() {
        protocol::train::StepLineReader reader;
        QVERIFY(reader.read(stepLine(7, 0.25).trimmed().toStdString()));
        QCOMPARE(reader.step().step, 7);
        QCOMPARE(reader.step().total_steps, 100);
        QCOMPARE(reader.step().loss, 0.25);
        const auto loss = std::ranges::find_if(reader.figures(), [](const auto& each) {
            return QLatin1String(each.first) == QLatin1String("loss");
        });
        QVERIFY(loss != reader.figures().end());
        QCOMPARE(loss->second, 0.25);
        QVERIFY(reader.read(R"({"event":"step","step":8,"loss":null,"deep":{"step":99}})"));
        QCOMPARE(reader.step().step, 8);
        QVERIFY(std::isnan(reader.figures().front().second));
        for (const char* bad :
             {"", "{", R"({"event":"start","step":1})", R"(["step"])", R"({"event":"step"})",
              R"({"event":"step","step":1)", R"({"event":"step","step":-4})",
              R"({"event":"step","step":99999999999})"})
            QVERIFY2(!reader.read(bad), bad);
    }

    void filesThatCannotBeReadAreNamed() {
        const QString folder = home_->path("run");
        writeFile(folder + "/events.jsonl", stepLine(1, 3));
        writeFile(folder + "/run.json",
                  "\xef\xbb\xbf{\"options\": {\"run_name\": \"mine\", \"output_dir\": \"o\"}, "
                  "\"command\": [\"univi-train\", {\"path\": \"x\", \"path_bytes\": \"/a/b\"}]}");
        RunFiles files(folder, RunFiles::Depth::Whole);
        RunInfo info = files.look().info;
        QCOMPARE(info.name, QString("mine"));
        QCOMPARE(info.command, QStringList({"univi-train", "/a/b"}));
        QVERIFY(info.damaged.isEmpty());
        // The settings stay unknown, the curves are there, and one sentence says why.
        writeFile(folder + "/run.json", "{\"options\": {\"run_na");
        RunFiles damaged(folder, RunFiles::Depth::Whole);
        const RunUpdate update = damaged.look();
        QCOMPARE(update.curves["loss"].size(), std::size_t(1));
        QCOMPARE(update.info.damaged.size(), 1);
        QVERIFY2(update.info.damaged.first().contains("run.json, line 1"),
                 qPrintable(update.info.damaged.first()));
        info = update.info;
        info.state = RunState::Running;
        QVERIFY(faultOf(info)->is_damage);
        info.state = RunState::Failed;
        info.problem = "No space left on device.";
        info.fault = protocol::Fault::DiskFull;
        QVERIFY(faultOf(info)->kind == protocol::Fault::DiskFull);
        QVERIFY(faultOf(info)->sentence.contains("run.json"));
        QFile::remove(folder + "/run.json");
    }

    void probeFilesThatCannotBeReadAreNamedAndKept() {
        const QString folder = home_->path("run");
        writeFile(folder + "/probes.json",
                  "\xef\xbb\xbf{\"every\": 3, \"probes\": "
                  "[{\"medium\": \"\", \"question\": \"Who?\"}]}");
        const QByteArray answer =
            "{\"step\": 2, \"probe\": {\"medium\": \"\", \"question\": \"Who?\"}, "
            "\"reply\": \"I\"}\n";
        writeFile(folder + "/probes.jsonl", answer + "{\"step\": 4, \"pro\n" + answer);
        ProbeStore store(folder);
        QCOMPARE(store.everyCheckpoint(), 3);
        QCOMPARE(store.answers().size(), 2);
        QVERIFY2(store.problem().contains("the answer in line 2 cannot be read"),
                 qPrintable(store.problem()));
        writeFile(folder + "/probes.json", "{\"every\": ");
        ProbeStore damaged(folder);
        QVERIFY2(damaged.problem().contains("probes.json, line 1"), qPrintable(damaged.problem()));
        QString problem;
        QVERIFY(damaged.setProbes({{"", "New?"}}, 1, "cpu", problem));
        QVERIFY(QFileInfo::exists(folder + "/probes.json.damaged"));
        QCOMPARE(ProbeStore(folder).probes().size(), 1);
    }

    void aGrowingFileIsFollowed() {
        const QString folder = home_->path("run");
        writeFile(folder + "/events.jsonl", "{\"event\":\"start\",\"run\":\"" + folder.toUtf8() +
                                                "\",\"total_steps\":100}\n" + stepLine(1, 3));
        RunFiles files(folder, RunFiles::Depth::Whole);
        QCOMPARE(files.look().curves["loss"].size(), std::size_t(1));
        // A torn last line waits for its rest.
        const QByteArray second = stepLine(2, 2);
        writeFile(folder + "/events.jsonl", second.left(40), true);
        QVERIFY(files.look().curves.isEmpty());
        writeFile(folder + "/events.jsonl", second.mid(40) + stepLine(3, 1), true);
        const RunUpdate update = files.look();
        QCOMPARE(update.curves["loss"].steps, (std::vector<std::int32_t>{2, 3}));
        QCOMPARE(update.curves["loss"].values, (std::vector<float>{2, 1}));
        QCOMPARE(update.info.step, 3);
        QCOMPARE(update.info.total_steps, 100);
        QVERIFY(!update.curves_reset);
        // A resumed run writes the file anew without the steps that will come again.
        writeFile(folder + "/new", stepLine(1, 3));
        QVERIFY(QFile::remove(folder + "/events.jsonl") &&
                QFile::rename(folder + "/new", folder + "/events.jsonl"));
        const RunUpdate again = files.look();
        QVERIFY(again.curves_reset);
        QCOMPARE(again.curves["loss"].steps, (std::vector<std::int32_t>{1}));
    }

    void statesFollowFromWhatStandsThere_data() {
        QTest::addColumn<QByteArray>("last");
        QTest::addColumn<bool>("lives");
        QTest::addColumn<RunState>("state");
        const QByteArray steps = stepLine(1, 3) + stepLine(2, 2);
        QTest::newRow("running") << steps << true << RunState::Running;
        QTest::newRow("lost") << steps << false << RunState::Lost;
        QTest::newRow("done") << steps + "{\"event\":\"done\",\"step\":2,\"seconds\":1}\n"
                              << false << RunState::Done;
        QTest::newRow("stopped") << steps + "{\"event\":\"stopped\",\"step\":2}\n"
                                 << false << RunState::Stopped;
        QTest::newRow("failed") << steps +
                                       "{\"event\":\"error\",\"kind\":\"memory\",\"message\":\"Out "
                                       "of memory (x): less.\"}\n"
                                << false << RunState::Failed;
        QTest::newRow("resuming") << steps + "{\"event\":\"stopped\",\"step\":2}\n"
                                  << true << RunState::Starting;
        QTest::newRow("resumed")
            << steps + "{\"event\":\"stopped\",\"step\":2}\n{\"event\":\"start\"}\n" +
                   stepLine(3, 1)
            << true << RunState::Running;
        QTest::newRow("writing the result") << stepLine(100, 1) << true << RunState::Saving;
    }
    void statesFollowFromWhatStandsThere() {
        QFETCH(QByteArray, last);
        QFETCH(bool, lives);
        QFETCH(RunState, state);
        const QString folder = home_->path("run");
        writeFile(folder + "/events.jsonl", "{\"event\":\"start\"}\n" + last);
        if (lives) writeFile(folder + "/pid", QByteArray::number(qint64(::getpid())));
        for (const auto depth : {RunFiles::Depth::Whole, RunFiles::Depth::Summary}) {
            RunFiles files(folder, depth);
            const RunInfo info = files.look().info;
            QVERIFY2(info.state == state, qPrintable(stateName(info.state)));
            QCOMPARE(info.pid > 0, lives);
            if (state == RunState::Failed)
                QCOMPARE(info.problem, QString("Out of memory (x): less."));
            if (state == RunState::Lost) QVERIFY(info.problem.contains("without a word"));
        }
    }

    void whatWentWrongIsAFieldAndNotASentence_data() {
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<protocol::Fault>("fault");
        using protocol::Fault;
        const auto row = [](const char* name, const char* event, Fault fault) {
            QTest::newRow(name) << QByteArray(event) << fault;
        };
        row("named", R"({"event":"error","kind":"internal","message":"m","fault":"disk_full"})",
            Fault::DiskFull);
        // Folders of older programs have the kind; their words are not searched.
        row("older", R"({"event":"error","kind":"memory","message":"m"})", Fault::OutOfMemory);
        row("words", R"({"event":"error","kind":"file","message":"is the disk full?"})",
            Fault::Other);
        row("newer", R"({"event":"error","kind":"x","message":"m","fault":"flood","more":{}})",
            Fault::Other);
    }
    void whatWentWrongIsAFieldAndNotASentence() {
        QFETCH(QByteArray, event);
        QFETCH(protocol::Fault, fault);
        const QString folder = home_->path("run");
        writeFile(folder + "/events.jsonl", stepLine(1, 3) + event + "\n");
        const RunInfo info = RunFiles(folder, RunFiles::Depth::Whole).look().info;
        QVERIFY(info.state == RunState::Failed);
        QVERIFY(info.fault == fault);
    }

    void aFailedStartIsToldByItsOwnEvent() {
        const QString folder = home_->path("run");
        const QDateTime now = QDateTime::currentDateTime();
        writeFile(folder + "/launch.log", launchLine(now.addSecs(-60), "/w", {"x"}).toUtf8() +
                                              "01:41:24.748 error No GPU is there.\n");
        // Of a program that left no event: how it was called.
        RunInfo info = RunFiles(folder, RunFiles::Depth::Whole).look().info;
        QVERIFY(info.state == RunState::Failed && info.fault == protocol::Fault::Usage);
        QCOMPARE(info.problem, QString("No GPU is there."));
        const protocol::train::ErrorEvent failure{
            "usage", "No GPU 7.", protocol::Fault::GpuGone, {}};
        writeFile(folder + '/' + kLaunchFailure,
                  QByteArray::fromStdString(protocol::train::to_line(failure)));
        info = RunFiles(folder, RunFiles::Depth::Whole).look().info;
        QVERIFY(info.fault == protocol::Fault::GpuGone);
        QCOMPARE(info.problem, QString("No GPU 7."));
        // A later start has not failed yet.
        writeFile(folder + "/launch.log", launchLine(now.addSecs(5), "/w", {"x"}).toUtf8(), true);
        info = RunFiles(folder, RunFiles::Depth::Whole).look().info;
        QVERIFY(info.state == RunState::Starting);
    }

    void aReusedProcessNumberIsNotBelieved() {
        const QString pid = home_->path("run/pid");
        writeFile(pid, QByteArray::number(qint64(::getpid())));
        QCOMPARE(livingProcess(pid), qint64(::getpid()));
        QFile file(pid);
        QVERIFY(file.open(QIODevice::ReadWrite));
        // Written long before this process began: the number belonged to another one.
        QVERIFY(file.setFileTime(QDateTime::currentDateTime().addDays(-30),
                                 QFileDevice::FileModificationTime));
        file.close();
        QCOMPARE(livingProcess(pid), 0);
        writeFile(pid, "999999999\n");
        QCOMPARE(livingProcess(pid), 0);
        writeFile(pid, "nonsense");
        QCOMPARE(livingProcess(pid), 0);
        QCOMPARE(signalTarget(::getpid()), qint64(::getpid()));  // the parent is another program
    }

    void theLogOfAllRanksStandsTogether() {
        const QString folder = home_->path("run");
        writeFile(
            folder + "/log.txt",
            "2026-11-24 01:41:24.748 info Loading s9\n2026-11-24 01:41:26.000 error It broke\n");
        writeFile(folder + "/launch.log",
                  launchLine(QDateTime::fromString("2026-11-24T01:41:20", Qt::ISODate), "/w",
                             {"univi-train", "--x"})
                          .toUtf8() +
                      "[rank 0] 01:41:24.748 info Loading s9\n[rank 1] 01:41:25.100 warning Slow\n"
                      "01:41:27.000 error Rank 1 (process 5) was ended by signal 9 (Killed); the "
                      "run ends.\nterminate called after\n");
        LogReader reader(folder);
        bool reset = false;
        const QList<LogLine> lines = reader.read(reset);
        QVERIFY(!reset);
        QCOMPARE(lines.size(), 6);  // "Loading s9" once
        QCOMPARE(lines[1].rank, 0);
        QCOMPARE(lines[2].rank, 1);
        QCOMPARE(lines[2].level, LogLine::Level::Warning);
        QCOMPARE(lines[3].text, QString("It broke"));
        QCOMPARE(lines[4].rank, -1);
        QVERIFY(lines[5].level == LogLine::Level::Error && lines[5].time == lines[4].time);
        QCOMPARE(reader.launchFolder(), QString("/w"));
        writeFile(folder + "/log.txt", "2026-11-24 01:42:00.000 info More\n", true);
        QCOMPARE(reader.read(reset).size(), 1);
    }

    void tensorBoardFilesOfTheRealWriter() {
        const QString folder = home_->path("tb/runs");
        {
            training::TensorBoardWriter writer(folder.toStdString());
            for (int step = 1; step <= 500; ++step)
                writer.write(step, {{"train/loss", 3.0 / step},
                                    {"train/learning_rate", 1e-3},
                                    {"custom/tag", double(step)}});
            writer.write(500, {{"eval/loss", 0.5}});
        }
        QVERIFY(RunFiles::isRun(folder));
        RunFiles files(folder, RunFiles::Depth::Whole);
        const RunUpdate update = files.look();
        QVERIFY(update.info.from_tensorboard);
        QCOMPARE(update.curves["loss"].size(), std::size_t(500));
        QCOMPARE(update.curves["loss"].values[2], 1.0f);
        QCOMPARE(update.curves["custom/tag"].steps.back(), 500);
        QCOMPARE(update.curves["held_out_loss"].values.front(), 0.5f);
        QCOMPARE(update.info.state, RunState::Running);  // its last sign was a moment ago
        QCOMPARE(update.info.name, QString("tb"));
    }

    /// TensorBoard's sign of a restart voids later steps of earlier files, also of files that are
    /// read while they grow; a later file without it counts where both have a step.
    void aRestartedWriterVoidsWhatComesAgain() {
        const QString folder = home_->path("tb/runs");
        RunFiles files(folder, RunFiles::Depth::Whole);
        CurveSet curves;
        const auto look = [&] {
            const RunUpdate update = files.look();
            for (auto each = update.cuts.begin(); each != update.cuts.end(); ++each)
                cutCurve(curves[each.key()], each.value());
            for (auto each = update.curves.begin(); each != update.curves.end(); ++each) {
                curves[each.key()].steps.insert(curves[each.key()].steps.end(), each->steps.begin(),
                                                each->steps.end());
                curves[each.key()].values.insert(curves[each.key()].values.end(),
                                                 each->values.begin(), each->values.end());
            }
            return update.info;
        };
        const auto write = [&](int from, int to, bool says) {
            training::TensorBoardWriter writer(
                folder.toStdString(), says ? std::optional<std::int64_t>(from) : std::nullopt);
            for (int step = from; step <= to; ++step)
                writer.write(step, {{"train/loss", double(from)}, {"other", 1.0}});
        };
        write(1, 5, true);
        write(4, 12, true);
        QCOMPARE(look().step, 12);
        QCOMPARE(curves["loss"].steps,
                 (std::vector<std::int32_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
        QCOMPARE(curves["loss"].values[2], 1.0f);
        QCOMPARE(curves["loss"].values[3], 4.0f);
        write(3, 3, true);  // back to an older checkpoint, while it is shown
        QCOMPARE(look().step, 3);
        QCOMPARE(curves["loss"].values, (std::vector<float>{1, 1, 3}));
        QCOMPARE(curves["other"].size(), std::size_t(3));
        write(2, 4, false);  // another program's way: no sign
        look();
        QCOMPARE(curves["loss"].values, (std::vector<float>{1, 2, 2, 2}));
        // All at once it is the same.
        RunFiles again(folder, RunFiles::Depth::Whole);
        QCOMPARE(again.look().curves["loss"].values, (std::vector<float>{1, 2, 2, 2}));
    }

    void linesThatWereSetAsideAreKnown() {
        const QString folder = home_->path("run");
        writeFile(folder + "/events.jsonl", "{\"event\":\"start\"}\n" + stepLine(1, 3));
        writeFile(
            folder + "/branches/1/branch.json",
            R"({"number":1,"step":2,"last_step":12,"cause":"asked","checkpoints":["checkpoint-4","checkpoint-12"]})");
        writeFile(folder + "/branches/1/events.jsonl", "{\"event\":\"start\"}\n" + stepLine(12, 1));
        for (const char* name : {"checkpoint-2", "checkpoint-4", "branches/1/checkpoint-12"})
            QVERIFY(QDir().mkpath(folder + "/" + name));
        RunFiles files(folder, RunFiles::Depth::Summary);
        RunInfo info = files.look().info;
        QCOMPARE(info.branches.size(), 1);
        QCOMPARE(info.branches[0].last_step, 12);
        QCOMPARE(info.checkpoints.size(), 2);
        QCOMPARE(branchText(info), QString("Branched at step 2: steps 3–12 are set aside in "
                                           "branches/1 · 2 checkpoints there"));
        // A change of line that was cut off: what is about to move does not count any more.
        writeFile(folder + "/branching.json", R"({"set_aside":{"checkpoints":["checkpoint-4"]}})");
        RunFiles cut_off(folder, RunFiles::Depth::Summary);
        QCOMPARE(cut_off.look().info.checkpoints.size(), 1);
        RunFiles aside(folder + "/branches/1", RunFiles::Depth::Summary);
        info = aside.look().info;
        QCOMPARE(info.aside_of, folder);
        QCOMPARE(info.name, QString("run (set aside, steps 3–12)"));
        QCOMPARE(info.state, RunState::Stopped);
        QVERIFY(RunFiles::isRun(folder + "/branches/1"));
    }

    void brokenTensorBoardFilesAreNamed() {
        const QString folder = home_->path("tb");
        {
            training::TensorBoardWriter writer(folder.toStdString());
            for (int step = 1; step <= 10; ++step) writer.write(step, {{"loss", double(step)}});
        }
        const QString path = findEventFiles(folder).value(0);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray bytes = file.readAll();
        const qsizetype middle = bytes.size() / 2;
        const char flipped = char(bytes[middle] ^ 1);
        QVERIFY(file.seek(middle) && file.write(&flipped, 1) == 1);
        file.close();
        TensorBoardFile reader(path);
        int scalars = 0;
        reader.read([&](const QString&, qint64, double, double) { ++scalars; });
        QVERIFY(scalars > 0 && scalars < 10);
        QVERIFY2(reader.problem().contains("broken at byte"), qPrintable(reader.problem()));
        // A torn end only waits.
        writeFile(path, bytes.left(bytes.size() - 5));
        TensorBoardFile torn(path);
        scalars = 0;
        const auto count = [&](const QString&, qint64, double, double) { ++scalars; };
        torn.read(count);
        QCOMPARE(scalars, 9);
        QVERIFY(torn.problem().isEmpty());
        writeFile(path, bytes.right(5), true);
        torn.read(count);
        QCOMPARE(scalars, 10);
        // Any length is refused without taking the memory.
        writeFile(path, QByteArray(200, '\xff'));
        TensorBoardFile hostile(path);
        hostile.read(count);
        QVERIFY(!hostile.problem().isEmpty());
    }

    void aLogFolderHoldsManyRuns() {
        for (const char* name : {"a", "b", "deep/c"}) {
            training::TensorBoardWriter writer(home_->path(QString("logs/") + name).toStdString());
            writer.write(1, {{"loss", 1.0}});
        }
        RunLibrary library(RunLibrary::Options{home_->path("runs.json"), {}, 60'000});
        QCOMPARE(library.open(home_->path("logs")).size(), 3);
        QVERIFY(library.open(home_->path("nothing")).isEmpty());
    }

    void aMillionStepsAreRead() {
        const QString folder = home_->path("long");
        QByteArray lines;
        for (int step = 1; step <= 1'000'000; ++step) {
            lines += stepLine(step, 3.0 / step, 1'000'000);
            if (lines.size() < (8 << 20)) continue;
            writeFile(folder + "/events.jsonl", lines, true);
            lines.clear();
        }
        writeFile(folder + "/events.jsonl", lines, true);
        const double begin = cpuMs();
        RunFiles files(folder, RunFiles::Depth::Whole);
        std::size_t points = 0;
        for (bool more = true; more;) {
            const RunUpdate update = files.look();
            points += update.curves["loss"].size();
            more = update.more;
        }
        qInfo("1,000,000 steps (%lld MB) read in %.0f ms of this thread",
              QFileInfo(folder + "/events.jsonl").size() >> 20, cpuMs() - begin);
        QCOMPARE(points, std::size_t(1'000'000));
        RunFiles summary(folder, RunFiles::Depth::Summary);
        QCOMPARE(summary.look().info.step, 1'000'000);
    }

  private:
    std::unique_ptr<TestHome> home_;
};

UNIVI_QT_TEST(RunFilesTest)

}  // namespace univi::ui

#include "run_files_test.moc"
