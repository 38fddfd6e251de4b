#include <QCheckBox>
#include <QLabel>

#include "setup_support.h"
#include "tests/ui/qt_test.h"
#include "ui/training/devices/devices_panel.h"
#include "ui/training/devices/gpu_card.h"
#include "ui/training/devices/memory_planner.h"

namespace univi::ui {

using training::TrainOptions;

namespace {

/// The fake library for one test.
class FakeNvml {
  public:
    explicit FakeNvml(const char* mode = "") {
        qputenv("UNIVI_NVML", UNIVI_FAKE_NVML);
        qputenv("UNIVI_FAKE_NVML", mode);
    }
    ~FakeNvml() { qputenv("UNIVI_NVML", "/nowhere/no-such-library.so"); }
};

bool waitForPlan(MemoryPlanner& planner) {
    return QTest::qWaitFor(
        [&] {
            return planner.state() == MemoryPlanner::State::Ready ||
                   planner.state() == MemoryPlanner::State::Failed;
        },
        kWaitMs);
}

MemoryPlan planOf(std::initializer_list<PlanRow> rows, int ranks, bool checkpointing) {
    MemoryPlan plan;
    plan.rows = rows;
    plan.ranks = ranks;
    plan.gpu = true;
    plan.checkpointing = checkpointing;
    plan.batch.samples = 16;
    plan.device_memory = 80'000'000'000;
    return plan;
}

PlanRow row(int stage, bool offload, bool chosen, qint64 largest) {
    PlanRow row;
    row.stage = stage;
    row.offload = offload;
    row.is_chosen = chosen;
    row.largest_batch = largest;
    row.fits = largest >= 16;
    row.parts.peak = row.fits ? 70'000'000'000 : 170'000'000'000;
    return row;
}

QString changeOf(const PlanAdvice& advice, const QString& option) {
    for (const OptionChange& each : advice.changes)
        if (each.option == option) return each.text;
    return {};
}

}  // namespace

class DevicesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void nvmlThroughALibrary() {
        FakeNvml fake;
        NvmlLibrary library = NvmlLibrary::open();
        QCOMPARE(QString::fromStdString(library.problem()), QString());
        const auto gpus = library.read();
        QCOMPARE(gpus.size(), std::size_t(2));
        QCOMPARE(gpus[0].name, std::string("Fake A100 80GB"));
        QCOMPARE(gpus[0].uuid, std::string("GPU-00000000-1111-2222-3333-444444444444"));
        QCOMPARE(gpus[0].memory_total, std::int64_t(80'000'000'000));
        QCOMPARE(gpus[0].memory_free, std::int64_t(70'000'000'000));
        QCOMPARE(gpus[0].load, 37);
        QCOMPARE(gpus[0].temperature, 46);
        QCOMPARE(gpus[0].power, 123.4);
        QCOMPARE(gpus[0].power_limit, 400.0);
        QVERIFY(gpus[0].has_bf16() && !gpus[1].has_bf16());
        QVERIFY(gpus[1].power < 0);  // this one does not say
        // A longer list than the first guess; the largest first, ours by name.
        QCOMPARE(gpus[0].users.size(), std::size_t(40));
        QCOMPARE(gpus[0].users[0].pid, unsigned(QCoreApplication::applicationPid()));
        QVERIFY(!gpus[0].users[0].name.empty());
        QCOMPARE(gpus[0].users[0].memory, std::int64_t(9'000'000'000));
    }

    void nvmlThatFails_data() {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<int>("gpus");
        QTest::addColumn<QString>("words");
        QTest::newRow("a GPU gone") << "lost" << 1 << "GPU 1 does not answer (GPU is lost)";
        QTest::newRow("no GPU") << "none" << 0 << "no GPU";
        QTest::newRow("driver dead") << "dead" << 0 << "does not answer (Driver Not Loaded)";
    }

    void nvmlThatFails() {
        QFETCH(QString, mode);
        FakeNvml fake(mode.toLatin1().constData());
        NvmlLibrary library = NvmlLibrary::open();
        QTEST(int(library.read().size()), "gpus");
        QFETCH(QString, words);
        QVERIFY2(QString::fromStdString(library.problem()).contains(words),
                 library.problem().c_str());
    }

    void panelChoosesGpus() {
        SetupHome home;
        TrainOptions options;
        MemoryPlanner planner;
        {
            GpuMonitor none;
            DevicesPanel panel(&none, &planner);
            QSignalSpy read(&none, &GpuMonitor::changed);
            none.start(1000);
            QVERIFY(read.wait(kWaitMs));
            QVERIFY(none.latest().problem.contains("No NVIDIA driver"));
            bool said = false;
            for (const QLabel* label : panel.findChildren<QLabel*>())
                said = said || label->text() == none.latest().problem;
            QVERIFY(said);
        }
        FakeNvml fake;
        GpuMonitor monitor;
        DevicesPanel panel(&monitor, &planner);
        panel.setOptions(options);
        QSignalSpy read(&monitor, &GpuMonitor::changed), chosen(&panel, &DevicesPanel::chosen);
        monitor.start(1000);
        QVERIFY(read.wait(kWaitMs));
        const auto boxes = panel.findChildren<QCheckBox*>();
        QCOMPARE(boxes.size(), 2);
        // without --include the first one trains
        QVERIFY(boxes[0]->isChecked() && !boxes[1]->isChecked());
        QVERIFY(boxes[0]->text().contains("Fake A100"));
        boxes[1]->click();
        QCOMPARE(chosen.last().at(0).toString(), QString("localhost:0,1"));
        options.include = "localhost:0,1";
        panel.setOptions(options);
        boxes[0]->click();
        QCOMPARE(chosen.last().at(0).toString(), QString("localhost:1"));
        QCOMPARE(includedDevices(options, 2), QList<int>({0, 1}));
    }

    void planOfTheRealTrainer() {
        SetupHome home;
        MemoryPlanner planner;
        planner.setDelay(0);
        TrainOptions options = home.tiny();
        options.include = "localhost:0,1";
        options.per_device_train_batch_size = 64;
        planner.plan(options, {});
        // A newer change makes the first question idle: only the last is answered.
        options.per_device_train_batch_size = 2;
        planner.plan(options, "24GB");
        QSignalSpy changed(&planner, &MemoryPlanner::changed);
        QVERIFY(waitForPlan(planner));
        QVERIFY2(planner.state() == MemoryPlanner::State::Ready, qPrintable(planner.problem()));
        const MemoryPlan& plan = *planner.latest();
        QCOMPARE(plan.batch.samples, 2);
        QCOMPARE(plan.ranks, 2);
        QCOMPARE(plan.device_memory, std::int64_t(24'000'000'000));
        QVERIFY(plan.chosen() && plan.chosen()->fits);
        QVERIFY(planner.advice().isEmpty());
        QVERIFY(plan.batch.source.find("stage2") != std::string::npos);
        // Data that are not there yet: the plan takes the longest sample instead.
        options.dataset_use = "none";
        planner.plan(options, "24GB");
        QVERIFY(waitForPlan(planner));
        QVERIFY2(planner.state() == MemoryPlanner::State::Ready, qPrintable(planner.problem()));
        QVERIFY(planner.latest()->batch.source.find("model_max_length") != std::string::npos);
        options.model_name_or_path = "nowhere";
        planner.plan(options, {});
        QVERIFY(waitForPlan(planner));
        QCOMPARE(planner.state(), MemoryPlanner::State::Failed);
        QVERIFY(planner.problem().contains("Choose a base model"));
    }

    void planThatDoesNotFit() {
        SetupHome home;
        MemoryPlanner planner;
        planner.setDelay(0);
        TrainOptions options;
        options.model_name_or_path = "lmsys/vicuna-7b-v1.5";
        options.vision_tower = "openai/clip-vit-large-patch14";
        options.bf16 = true;
        options.per_device_train_batch_size = 16;
        options.include = "localhost:0-7";
        options.zero_stage = 2;
        planner.plan(options, "80GB");
        QVERIFY(waitForPlan(planner));
        QVERIFY2(planner.state() == MemoryPlanner::State::Ready, qPrintable(planner.problem()));
        QVERIFY(planner.assumption().contains("7B"));
        QVERIFY(!planner.latest()->chosen()->fits);
        QVERIFY(!planner.advice().isEmpty());
        QCOMPARE(changeOf(planner.advice(), "gradient_checkpointing"), QString("True"));
        // The advice holds: with it taken, univi-train says that it fits.
        for (const OptionChange& change : planner.advice().changes)
            training::set_option(options, *training::find_option(change.option.toStdString()),
                                 change.text.toStdString());
        QCOMPARE(options.per_device_train_batch_size * options.gradient_accumulation_steps,
                 std::int64_t(16));
        planner.plan(options, "80GB");
        QVERIFY(waitForPlan(planner));
        QVERIFY(planner.latest()->chosen()->fits);
    }

    void adviceInOrder() {
        TrainOptions options;
        options.per_device_train_batch_size = 16;
        options.gradient_accumulation_steps = 2;
        const MemoryPlan plan = planOf(
            {row(0, false, true, 0), row(2, false, false, 0), row(2, true, false, 0)}, 8, false);
        const auto with = [&](std::initializer_list<PlanRow> rows) {
            return advise(options, plan, planOf(rows, 8, true));
        };
        PlanAdvice advice = with({row(0, false, true, 16), row(2, false, false, 16)});
        QCOMPARE(advice.changes.size(), 1);
        QCOMPARE(advice.changes[0].option, QString("gradient_checkpointing"));
        advice = with({row(0, false, true, 7), row(2, false, false, 16)});
        // the largest whole share of 16 up to 7
        QCOMPARE(changeOf(advice, "per_device_train_batch_size"), QString("4"));
        QCOMPARE(changeOf(advice, "gradient_accumulation_steps"), QString("8"));
        QVERIFY2(advice.sentence.contains("8 batches of 4 samples"), qPrintable(advice.sentence));
        QCOMPARE(advice.action, QString("Use batches of 4 samples"));
        advice = with({row(0, false, true, 1)});
        QVERIFY2(advice.sentence.contains("32 batches of 1 sample)"), qPrintable(advice.sentence));
        QCOMPARE(advice.action, QString("Use batches of one sample"));
        TrainOptions one = options;
        one.gradient_accumulation_steps = 1;
        PlanRow tight = row(0, false, true, 16);
        tight.fits = false;
        advice = advise(one, plan, planOf({tight}, 8, true));
        QVERIFY2(advice.sentence.contains("1 batch of 16 samples"), qPrintable(advice.sentence));
        QVERIFY(changeOf(advice, "zero_stage").isEmpty());
        advice = with({row(0, false, true, 0), row(2, false, false, 3), row(3, false, false, 16),
                       row(2, true, false, 16)});
        QCOMPARE(changeOf(advice, "zero_stage"), QString("3"));
        QVERIFY(changeOf(advice, "per_device_train_batch_size").isEmpty());
        advice = with({row(0, false, true, 0), row(2, false, false, 0), row(2, true, false, 16)});
        QCOMPARE(changeOf(advice, "offload_optimizer"), QString("cpu"));
        QCOMPARE(changeOf(advice, "zero_stage"), QString("2"));
        advice = with({row(0, false, true, 0), row(2, false, false, 0), row(2, true, false, 0)});
        QCOMPARE(changeOf(advice, "lora_enable"), QString("True"));
        QVERIFY(!advice.reckoned);
        QVERIFY(advise(options, planOf({row(0, false, true, 16)}, 1, false), plan).isEmpty());
    }
};

UNIVI_QT_TEST(DevicesTest)

}  // namespace univi::ui

#include "devices_test.moc"
