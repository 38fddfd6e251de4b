#include <algorithm>

#include "core/base/error.h"
#include "setup_support.h"
#include "tests/ui/qt_test.h"
#include "training/options/option_check.h"
#include "ui/training/setup/run_checks.h"

namespace univi::ui {

using training::TrainOptions;

namespace {

const RunCheck* about(const QList<RunCheck>& checks, const QString& words) {
    const auto found = std::find_if(checks.begin(), checks.end(), [&](const RunCheck& each) {
        return each.sentence.contains(words);
    });
    return found == checks.end() ? nullptr : &*found;
}

TrainOptions fixed(TrainOptions options, const RunCheck& check) {
    for (const OptionChange& change : check.changes)
        training::set_option(options, *training::find_option(change.option.toStdString()),
                             change.text.toStdString());
    return options;
}

CheckSurroundings onProcessor() {
    CheckSurroundings around;
    around.gpus_known = true;
    around.cores = 4;
    around.free_bytes = [](const QString&) { return qint64(1) << 50; };
    return around;
}

GpuState gpu(int index, int major) {
    GpuState state;
    state.index = index;
    state.name = major < 8 ? "Fake V100" : "Fake A100";
    state.memory_total = 80'000'000'000;
    state.memory_free = 79'000'000'000;
    state.compute_major = major;
    return state;
}

}  // namespace

class ChecksTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void goodSettingsHaveNone() {
        SetupHome home;
        const auto checks = checkRun(home.tiny(), onProcessor());
        QVERIFY2(checks.isEmpty(), checks.isEmpty() ? "" : qPrintable(checks.first().sentence));
    }

    void stageTwoWithoutProjector() {
        SetupHome home;
        TrainOptions options = home.tiny();
        options.pretrain_mm_mlp_adapter.clear();
        CheckSurroundings around = onProcessor();
        const RunCheck* first = about(checkRun(options, around), "without a projector");
        QVERIFY(first);
        const auto none = checkRun(options, around);
        QVERIFY(fixed(options, *about(none, "without a projector")).tune_mm_mlp_adapter);
        // A finished stage 1 is offered first.
        around.projectors = {golden("models/tinyA-base-stage1/mm_projector.bin")};
        const auto known = checkRun(options, around);
        const TrainOptions healed = fixed(options, *about(known, "without a projector"));
        QCOMPARE(QString::fromStdString(healed.pretrain_mm_mlp_adapter), around.projectors.first());
        QVERIFY(checkRun(healed, around).isEmpty());
        // A base with one of its own needs none.
        options.model_name_or_path = golden("models/tinyA").toStdString();
        QVERIFY(!about(checkRun(options, around), "without a projector"));
    }

    void refusalsHaveRemedies_data() {
        QTest::addColumn<QString>("flags");
        for (const char* flags :
             {"--bf16 True --fp16 True", "--tune_mm_mlp_adapter True --freeze_mm_mlp_adapter True",
              "--lora_enable True --tune_mm_mlp_adapter True", "--bits 4", "--lora_weight_path /",
              "--mm_use_im_start_end True", "--evaluation_strategy steps",
              "--eval_dataset_use stage2", "--group_by_length True --shuffle False",
              "--offload_optimizer cpu", "--lr_scheduler_type reduce_lr_on_plateau",
              "--num_train_epochs -1", "--learning_rate 5000", "--warmup_ratio 2",
              "--lr_scheduler_type cubic", "--report_to paper", "--include localhost:x",
              "--reference_root /",
              "--bf16 True --fp16 True --group_by_length True --shuffle False"})
            QTest::newRow(flags) << QString::fromLatin1(flags);
    }

    /// Every refusal of the trainer is shown with a button, and pressing all of them makes settings
    /// that it takes.
    void refusalsHaveRemedies() {
        QFETCH(QString, flags);
        SetupHome home;
        TrainOptions options = home.tiny();
        training::apply_arguments(options, shellWords(flags));
        QVERIFY_THROWS_EXCEPTION(base::Error, training::check_options(options));
        const auto checks = checkRun(options, onProcessor());
        for (const RunCheck& check : checks)
            if (check.level == RunCheck::Level::Error) {
                QVERIFY2(!check.action.isEmpty() && !check.changes.isEmpty(),
                         qPrintable(check.sentence));
                options = fixed(options, check);
            }
        training::check_options(options);
    }

    void devicesAndPrecision() {
        SetupHome home;
        TrainOptions options = home.tiny();
        CheckSurroundings around = onProcessor();
        around.cpu_has_bf16 = false;
        options.bf16 = true;
        options.include = "localhost:0-5";
        auto checks = checkRun(options, around);
        QVERIFY(about(checks, "fp32 is faster"));
        QVERIFY(about(checks, "share 4 cores"));
        QCOMPARE(fixed(options, *about(checks, "share 4 cores")).include,
                 std::string("localhost:0,1,2,3"));

        around.gpus.gpus = {gpu(0, 7), gpu(1, 8)};
        options.include = "localhost:0,3";
        options.tf32 = true;
        checks = checkRun(options, around);
        QVERIFY(about(checks, "no bf16 of its own"));
        const TrainOptions half = fixed(options, *about(checks, "no bf16 of its own"));
        QVERIFY(half.fp16 && !half.bf16);
        QVERIFY(about(checks, "TF32"));
        QCOMPARE(about(checks, "not here")->level, RunCheck::Level::Error);
        QCOMPARE(fixed(options, *about(checks, "not here")).include, std::string("localhost:0,1"));
        options.include = "localhost:1";
        options.zero_stage = 2;
        checks = checkRun(options, around);
        QVERIFY(!about(checks, "bf16"));
        QCOMPARE(fixed(options, *about(checks, "shares nothing")).zero_stage, std::int64_t(0));
        options.include = "localhost:0,1";
        options.zero_stage = 3;
        options.vision_tune = true;
        checks = checkRun(options, around);
        QCOMPARE(fixed(options, *about(checks, "stages 0 to 2")).zero_stage, std::int64_t(2));
        around.gpus.gpus[1].users = {{42, "other", 70'000'000'000}};
        around.gpus.gpus[1].memory_free = 9'000'000'000;
        QVERIFY(about(checkRun(options, around), "used by other"));
        around.gpus.gpus.clear();
        options.device = "cuda:0";
        QCOMPARE(about(checkRun(options, around), "no GPU here")->level, RunCheck::Level::Error);
    }

    void missingPathsAndData() {
        SetupHome home;
        TrainOptions options = home.tiny();
        options.model_name_or_path = "lmsys/vicuna-7b-v1.5";
        options.vision_tower = "openai/clip-vit-large-patch14";
        options.deepspeed = "scripts/zero3.json";
        options.pretrain_mm_mlp_adapter = "/nowhere/mm_projector.bin";
        options.dataset_use = "stag2";
        const auto checks = checkRun(options, onProcessor());
        for (const char* words :
             {"base model lmsys", "vision tower openai", "/nowhere/mm_projector.bin"}) {
            QVERIFY2(about(checks, words), words);
            QVERIFY(about(checks, words)->browses);
        }
        QVERIFY(QFile::exists(QString::fromStdString(
            fixed(options, *about(checks, "scripts/zero3.json")).deepspeed)));
        QCOMPARE(fixed(options, *about(checks, "no data set stag2")).dataset_use,
                 std::string("stage2"));
        // A downloaded model is found by its name.
        const QString snapshot = home.path("hub/models--lmsys--vicuna-7b-v1.5/snapshots/abc");
        QVERIFY(QDir().mkpath(snapshot));
        QVERIFY(QDir().mkpath(home.path("hub/models--lmsys--vicuna-7b-v1.5/refs")));
        writeFile(home.path("hub/models--lmsys--vicuna-7b-v1.5/refs/main"), "abc");
        writeFile(snapshot + "/config.json", "{\"model_type\": \"llama\"}");
        const auto found = checkRun(options, onProcessor());
        QVERIFY(about(found, "is in the Hugging Face cache"));
        QCOMPARE(
            QString::fromStdString(
                fixed(options, *about(found, "is in the Hugging Face cache")).model_name_or_path),
            snapshot);

        options = home.tiny();
        options.datasets.clear();
        options.dataset_use = "Pretrain";
        QVERIFY(about(checkRun(options, onProcessor()), "the folder they lie in"));
        writeFile(home.path("sets.json"), "{\"one\": {\"chat_path\": \"gone.json\"}}");
        options.datasets = home.path("sets.json").toStdString();
        options.dataset_use.clear();
        const auto unnamed = checkRun(options, onProcessor());
        options = fixed(options, *about(unnamed, "No data set is chosen"));
        QCOMPARE(options.dataset_use, std::string("one"));
        QVERIFY(about(checkRun(options, onProcessor()), "gone.json are not there"));
    }

    void diskAndFolder() {
        SetupHome home;
        TrainOptions options = home.tiny();
        MemoryPlan plan;
        plan.trained_parameters = 1'000'000'000;  // 12 GB a checkpoint
        PlanRow row;
        row.is_chosen = true;
        row.fits = false;
        row.parts.peak = 90'000'000'000;
        plan.rows = {row};
        plan.device_memory = 80'000'000'000;
        CheckSurroundings around = onProcessor();
        around.plan = &plan;
        around.advice = {"Smaller batches make it fit.",
                         "Use batches of 2",
                         {{"per_device_train_batch_size", "2"}}};
        around.free_bytes = [](const QString&) { return qint64(35'000'000'000); };
        options.save_total_limit = 4;
        auto checks = checkRun(options, around);
        QCOMPARE(fixed(options, *about(checks, "The disk needs")).save_total_limit,
                 std::int64_t(1));
        QCOMPARE(fixed(options, *about(checks, "does not fit")).per_device_train_batch_size,
                 std::int64_t(2));
        around.free_bytes = [](const QString&) { return qint64(5'000'000'000); };
        QVERIFY(about(checkRun(options, around), "choose another disk"));

        around = onProcessor();
        QDir().mkpath(home.path("run"));
        writeFile(home.path("run/run.json"), "{}");
        around.fresh_folder = home.path("run-2");
        checks = checkRun(options, around);
        QCOMPARE(QString::fromStdString(fixed(options, *about(checks, "holds a run")).output_dir),
                 home.path("run-2"));
        options.output_dir.clear();
        checks = checkRun(options, around);
        QCOMPARE(checks.first().level, RunCheck::Level::Error);
        QVERIFY(checkRun(fixed(options, checks.first()), around).isEmpty());
        QVERIFY(freeDiskBytes(home.path("not/here/yet")) > 0);
    }
};

UNIVI_QT_TEST(ChecksTest)

}  // namespace univi::ui

#include "checks_test.moc"
