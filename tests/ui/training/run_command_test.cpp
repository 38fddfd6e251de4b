// Commands of runs, what differs between them, and what a failed run is told.
#include "ui/training/runs/run_command.h"
#include "ui/training/tool/labels.h"

#include "tests/ui/qt_test.h"
#include "tests/ui/training/training_support.h"
#include "ui/training/runs/faults.h"
#include "ui/training/runs/resume_start.h"
#include "ui/training/runs/run_texts.h"
#include "ui/training/runs/run_use.h"

namespace univi::ui {

using protocol::Fault;

class RunCommandTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void flagsAreReplacedWhereTheyStand() {
        const QStringList words{"--a",  "1",   "--flag", "--b=2", "--overwrite_output_dir",
                                "True", "--c", "3"};
        QCOMPARE(argumentValue(words, "b"), QString("2"));
        QCOMPARE(argumentValue(words, "c"), QString("3"));
        QCOMPARE(withoutArgument(words, "flag"),
                 QStringList({"--a", "1", "--b=2", "--overwrite_output_dir", "True", "--c", "3"}));
        QCOMPARE(withArgument(words, "b", "9").mid(6), QStringList({"3", "--b", "9"}));
        RunInfo info;
        info.command = QStringList("univi-train") + words;
        QCOMPARE(resumeArguments(info), QStringList({"--a", "1", "--flag", "--b=2", "--c", "3"}));
        QCOMPARE(shellLine({"a b", "it's", "plain-1"}), QString("'a b' 'it'\\''s' plain-1"));
    }

    void devicesFollowFromTheFlags() {
        QCOMPARE(devicesOfCommand({"--include", "localhost:0,2"}),
                 QStringList({"cuda:0", "cuda:2"}));
        QCOMPARE(devicesOfCommand({"--include", "localhost:0,1", "--device", "cpu"}),
                 QStringList({"cpu:0", "cpu:1"}));
        QCOMPARE(devicesOfCommand({"--device", "cuda:3"}), QStringList({"cuda:3"}));
        QVERIFY(devicesOfCommand({"--learning_rate", "1"}).isEmpty());
        QVERIFY(devicesOfCommand({"--include", "nonsense:::"}).isEmpty());
    }

    void everyStartOfAResumedRunIsToldApart() {
        RunInfo run;
        run.step = 13;
        QCOMPARE(sayWhatBecomes(run, {}),
                 QString("There is no checkpoint: the run starts from the beginning."));
        run.checkpoints = {{"/r/checkpoint-4", 4, {}}, {"/r/checkpoint-12", 12, {}}};
        const QString newest = "Goes on from step 12";
        QCOMPARE(sayWhatBecomes(run, {}), newest + " as if it had never stopped.");
        ResumeStart changed{.changes = true};
        QCOMPARE(sayWhatBecomes(run, changed),
                 newest + ". From there on the yellow settings hold.");
        changed.from = "/r/checkpoint-4";
        QVERIFY(sayWhatBecomes(run, changed)
                    .startsWith("Goes back to step 4. From there on the yellow settings hold. What "
                                "the run has after it, up to step 13, is set aside. It is kept"));
        QVERIFY(sayWhatBecomes(run, {.from = "/r/branches/1/checkpoint-6"})
                    .startsWith("Goes on from step 6 of the line that was set aside. What the run "
                                "has instead is set aside now. It is kept"));
        QVERIFY(sayWhatBecomes(run, {.from = kFromBase})
                    .startsWith("Starts again from the base. All that the run has, up to step 13"));
        QCOMPARE(sayWhatBecomes(run, {.from = "/other/checkpoint-2", .is_listed = false}),
                 QString("Goes on from /other/checkpoint-2. What the run has now is set aside."));
        run.state = RunState::Done;
        QCOMPARE(sayWhatBecomes(run, {}),
                 QString("The run is done at step 12: more steps or epochs go on from there."));
    }

    void aCheckpointFitsItsOwnModelOnly() {
        RunInfo run;
        QVERIFY(canGoOn(run, {.conflicts = true}));  // nothing is read
        run.checkpoints = {{"/r/checkpoint-4", 4, {}}};
        QVERIFY(canGoOn(run, {.changes = true}));
        QVERIFY(!canGoOn(run, {.conflicts = true}));
        QVERIFY(sayWhatBecomes(run, {.conflicts = true}).startsWith("The red settings"));
        QVERIFY(canGoOn(run, {.from = kFromBase, .conflicts = true}));
    }

    void differencesSayWhatMayChange() {
        QString problem;
        const QStringList first{"--model_name_or_path", "/m", "--dataset_use",   "D",
                                "--output_dir",         "/o", "--learning_rate", "1e-3",
                                "--save_steps",         "5"};
        const QJsonObject before = settingsOfCommand(first, problem);
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        QStringList second = withArgument(first, "learning_rate", "2e-3");
        second = withArgument(second, "save_steps", "50");
        second = withArgument(second, "lora_enable", "True");
        const QList<SettingDifference> list =
            differencesOf(before, settingsOfCommand(second, problem));
        QCOMPARE(list.size(), 3);
        QCOMPARE(list[0].name, QString("learning_rate"));
        QCOMPARE(list[0].before, QString("0.001"));
        QVERIFY(list[0].effect == SettingDifference::Effect::Changes);
        QVERIFY(list[1].name == "lora_enable" &&
                list[1].effect == SettingDifference::Effect::Conflicts && list[1].after == "True");
        QVERIFY(list[2].name == "save_steps" && list[2].effect == SettingDifference::Effect::Free);
        QVERIFY(settingsOfCommand({"--learning_rat", "1"}, problem).isEmpty());
        QVERIFY(problem.contains("--learning_rate"));
    }

    void aSecondStageTakesTheFirstOnesProjector() {
        RunInfo info;
        info.folder = "/out/one";
        info.command = {"univi-train", "--model_name_or_path",  "/m",   "--dataset_use",
                        "Pretrain",    "--tune_mm_mlp_adapter", "True", "--output_dir",
                        "one",         "--learning_rate",       "2e-3"};
        const QStringList words = secondStageArguments(info, "/out/two");
        QCOMPARE(argumentValue(words, "pretrain_mm_mlp_adapter"),
                 QString("/out/one/mm_projector.bin"));
        QCOMPARE(argumentValue(words, "dataset_use"), QString("FINETUNE"));
        QCOMPARE(argumentValue(words, "output_dir"), QString("/out/two"));
        QCOMPARE(argumentValue(words, "learning_rate"), QString("2e-5"));
        QVERIFY(argumentValue(words, "tune_mm_mlp_adapter").isEmpty());
        QString problem;
        QVERIFY2(!settingsOfCommand(words, problem).isEmpty(), qPrintable(problem));
    }

    void everyFaultHasASentenceAPlaceAndANextStep_data() {
        QTest::addColumn<Fault>("kind");
        QTest::addColumn<QString>("next");
        QTest::addColumn<bool>("resumes");
        QTest::newRow("rank") << Fault::RankLost << "log" << true;
        QTest::newRow("disk") << Fault::DiskFull << "room" << true;
        QTest::newRow("nan") << Fault::NotANumber << "step 40" << true;
        QTest::newRow("sample") << Fault::BadSample << "“Bad items”: skip" << true;
        QTest::newRow("data") << Fault::NothingToLearn << "Check the data" << false;
        QTest::newRow("gpu") << Fault::GpuGone << "GPU" << true;
        QTest::newRow("port") << Fault::PortInUse << "“Meeting port”" << false;
        QTest::newRow("memory") << Fault::OutOfMemory << "“Gradient checkpointing”" << true;
        QTest::newRow("lost") << Fault::Killed << "step 40" << true;
        QTest::newRow("usage") << Fault::Usage << "Set up" << false;
        QTest::newRow("not saved") << Fault::NotSaved << "step 40" << true;
        QTest::newRow("other") << Fault::Other << "step 40" << true;
    }
    void everyFaultHasASentenceAPlaceAndANextStep() {
        QFETCH(Fault, kind);
        QFETCH(QString, next);
        QFETCH(bool, resumes);
        // The words do not matter: they may speak of anything.
        const QString sentence = "--on_bad_item: is the disk full? It is no longer a number.";
        RunInfo info;
        info.state = RunState::Failed;
        info.problem = sentence;
        info.fault = kind;
        info.checkpoints << RunCheckpoint{"/o/checkpoint-40", 40, {}};
        const std::optional<RunFault> fault = faultOf(info);
        QVERIFY(fault);
        QVERIFY(fault->kind == kind);
        QCOMPARE(fault->sentence, withLabels(sentence));
        QCOMPARE(fault->can_resume, resumes);
        // A person at the window knows labels, not flags.
        QVERIFY2(!fault->sentence.contains("--") && !fault->next_step.contains("--"),
                 qPrintable(fault->sentence + ' ' + fault->next_step));
        QVERIFY2(fault->next_step.contains(next), qPrintable(fault->next_step));
        QVERIFY(sentence.startsWith(fault->log_text));
        info.state = RunState::Done;
        QVERIFY(!faultOf(info));
    }

    void aCheckpointThatWasNotWrittenIsSaidWhileTheRunGoesOn() {
        RunInfo info;
        info.state = RunState::Running;
        info.warnings << "The checkpoint of step 3 was not written";
        QVERIFY(!faultOf(info));
        info.warning_fault = Fault::DiskFull;
        QVERIFY(faultOf(info)->next_step.contains("room"));
        info.warning_fault = Fault::NotSaved;
        QVERIFY(faultOf(info)->next_step.contains("next checkpoint"));
    }

    void aMissingProgramIsOneSentence() {
        QString problem;
        const TestHome home;
        const TrainLauncher launcher("/nowhere/univi-train");
        QCOMPARE(launcher.start(scriptedRun(home.path("r"), "x"), problem), 0);
        QVERIFY(problem.contains("There is no univi-train at /nowhere"));
        QVERIFY(noProgramNextStep().contains("Install"));
        QVERIFY(!QFileInfo::exists(home.path("r")));
    }

    void figuresReadWell() {
        QCOMPARE(durationText(12), QString("12 s"));
        QCOMPARE(durationText(3 * 3600 + 20 * 60), QString("3 h 20 min"));
        QCOMPARE(durationText(NAN), QString("–"));
        QCOMPARE(figureText(0.034129), QString("0.03413"));
        QCOMPARE(runFileName("Demo, stage 1 / try \"2\""), QString("Demo-stage-1-try-2"));
        QCOMPARE(runFileName("  ../é "), QString("é"));
        QCOMPARE(runFileName(""), QString("run"));
        QCOMPARE(curveTitle("gpu1_load"), QString("GPU 1 load (%)"));
        QCOMPARE(curveTitle("data_s"), QString("Waiting for data (seconds a step)"));
        QCOMPARE(curveTitle("step_s"), QString("Seconds a step"));
        // A figure of a newer trainer has no name here, but no raw one either.
        QCOMPARE(curveTitle("frames_per_s"), QString("Frames a second"));
        QCOMPARE(curveTitle("cache_read_s"), QString("Cache read (seconds)"));
        QCOMPARE(curveTitle("eval/accuracy"), QString("eval/accuracy"));
        QVERIFY(curveValueText("memory_bytes", 2.61e9).contains("2.61"));
    }

    void whatIsLoadedForAResult() {
        const TestHome home;
        writeFile(home.path("w/base/config.json"), "{}");
        writeFile(home.path("w/tower/config.json"), "{}");
        writeFile(home.path("w/out/mm_projector.bin"), "x");
        writeFile(home.path("w/full/config.json"), "{}");
        writeFile(home.path("w/full/model.safetensors"), "x");
        RunInfo info;
        info.working_folder = home.path("w");
        info.settings = {
            {"model_name_or_path", "base"}, {"vision_tower", "tower"}, {"version", "v1"}};
        const ModelChoice projector = modelOf(info, home.path("w/out"));
        QCOMPARE(projector.base, home.path("w/base"));
        QCOMPARE(projector.tower, home.path("w/tower"));
        QVERIFY(modelOf(info, home.path("w/full")).base.isEmpty());
        QCOMPARE(baseOf(info).model, home.path("w/base"));
        QCOMPARE(templateOf(info), QString("v1"));
        info.settings["vision_tower"] = "openai/clip";
        QVERIFY(modelOf(info, home.path("w/out")).tower.isEmpty());
    }
};

UNIVI_QT_TEST(RunCommandTest)

}  // namespace univi::ui

#include "run_command_test.moc"
