// The real univi-train on two ranks, driven through the window: started, the window killed in the
// middle, opened again, the run found, stopped, resumed; its second stage after it; the result
// opened in Chat.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QApplication>
#include <QProcess>

#include "app/desktop/main_window.h"
#include "tests/ui/training/training_support.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_model.h"
#include "ui/settings/app_settings.h"
#include "ui/training/runs/run_command.h"
#include "ui/training/runs/run_feed.h"
#include "ui/training/runs/run_texts.h"
#include "ui/training/training_page.h"
#include "ui/training/watch/resume_dialog.h"
#include "ui/training/watch/run_header.h"
#include "ui/training/watch/run_page.h"
#include "ui/training/watch/use_panel.h"
#include "ui/widgets/appearance.h"

namespace univi::ui {
namespace {

constexpr int kTrainMs = 180'000;
constexpr int kSteps = 200;
const QString kModels = QStringLiteral(UNIVI_GOLDEN "/models");

/// Stage 1 on two CPU ranks with the golden samples.
RunStart firstStage(const QString& home) {
    RunStart run;
    run.output_dir = home + "/stage1";
    run.working_folder = home;
    run.arguments = {"--include",
                     "localhost:0,1",
                     "--device",
                     "cpu",
                     "--threads",
                     "1",
                     "--model_name_or_path",
                     kModels + "/tinyA-base",
                     "--vision_tower",
                     kModels + "/openai/clip-vit-tiny-patch14",
                     "--version",
                     "v1",
                     "--datasets",
                     home + "/datasets.json",
                     "--dataset_use",
                     "Pretrain",
                     "--tune_mm_mlp_adapter",
                     "True",
                     "--output_dir",
                     "stage1",
                     "--max_steps",
                     QString::number(kSteps),
                     "--per_device_train_batch_size",
                     "1",
                     "--learning_rate",
                     "2e-3",
                     "--save_steps",
                     "10",
                     "--logging_steps",
                     "1",
                     "--dataloader_num_workers",
                     "1",
                     "--visual_token_cache",
                     home + "/cache",
                     "--save_dtype",
                     "fp32"};
    run.devices = devicesOfCommand(run.arguments);
    return run;
}

void writeDatasets(const QString& home) {
    const QString data = QStringLiteral(UNIVI_GOLDEN "/data/train_chat_%1.json"),
                  inputs = QStringLiteral(UNIVI_GOLDEN "/inputs");
    writeFile(home + "/datasets.json",
              QStringLiteral("{\"Pretrain\": [{\"chat_path\": \"%1\", \"inputs\": \"%3\"}], "
                             "\"FINETUNE\": [{\"chat_path\": \"%2\", \"inputs\": \"%3\"}]}")
                  .arg(data.arg("stage1"), data.arg("stage2"), inputs)
                  .toUtf8());
}

MainWindow::Options options() {
    MainWindow::Options options;
    options.engine.program = QStringLiteral(UNIVI_BIN_DIR "/univi-engine");
    options.train_program = QStringLiteral(UNIVI_BIN_DIR "/univi-train");
    return options;
}

}  // namespace

/// This program again, as the window that is killed: opens, starts the run and goes on until
/// somebody ends it.
int playWindow(const QString& home) {
    AppSettings settings;
    MainWindow window(&settings, options());
    window.show();
    window.showPage(MainWindow::Train);
    window.training()->start(firstStage(home));
    return QApplication::exec();
}

class ChainTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        home_ = std::make_unique<TestHome>();
        folder_ = home_->path("chain");
        writeDatasets(folder_);
        qputenv("OMP_NUM_THREADS", "1");
    }
    void cleanupTestCase() {
        if (window_)
            for (const RunEntry& entry : window_->training()->library()->runs())
                if (entry.info.pid > 0) ::kill(pid_t(entry.info.pid), SIGKILL);
        window_.reset();
    }

    void aKilledWindowLosesNothing() {
        QProcess first;
        first.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        first.start(QCoreApplication::applicationFilePath(), {"--play-window", folder_});
        QVERIFY(first.waitForStarted());
        const QString events = folder_ + "/stage1/events.jsonl";
        const auto steps = [&] {
            QFile file(events);
            return file.open(QIODevice::ReadOnly) ? file.readAll().count("\"event\":\"step\"")
                                                  : qsizetype(0);
        };
        QTRY_VERIFY_WITH_TIMEOUT(steps() >= 3, kTrainMs);
        first.kill();
        QVERIFY(first.waitForFinished());
        QCOMPARE(first.exitStatus(), QProcess::CrashExit);
        const qsizetype before = steps();
        QTRY_VERIFY_WITH_TIMEOUT(steps() > before + 1, kTrainMs);  // it goes on without a window
    }

    void openedAgainTheRunIsThereWithItsHistory() {
        settings_ = std::make_unique<AppSettings>();
        window_ = std::make_unique<MainWindow>(settings_.get(), options());
        window_->show();
        window_->showPage(MainWindow::Train);
        QTRY_COMPARE_WITH_TIMEOUT(run().folder(), folder_ + "/stage1", kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(run().feed()->info().state == RunState::Running, kTrainMs);
        const Curve loss = run().feed()->curves().value("loss");
        QVERIFY(loss.size() > 3 && loss.steps.front() == 1);
        QCOMPARE(run().feed()->info().ranks, 2);
        QVERIFY(run().feed()->info().total_steps == kSteps);
        bool second_rank = false;
        for (const LogLine& line : run().feed()->log()) second_rank |= line.rank == 1;
        QVERIFY(second_rank);
    }

    void itIsSavedAndStopped() {
        const auto checkpoints = [this] { return run().feed()->info().checkpoints; };
        QTRY_VERIFY_WITH_TIMEOUT(run().feed()->info().state == RunState::Running, kTrainMs);
        run().saveNow();
        const qint64 asked = run().feed()->info().step;
        QTRY_VERIFY_WITH_TIMEOUT(!checkpoints().isEmpty() && checkpoints().last().step >= asked,
                                 kTrainMs);
        run().stop();
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(run().feed()->info().state), kTrainMs);
        QVERIFY2(run().feed()->info().state == RunState::Stopped,
                 qPrintable(run().header()->stateText() + run().feed()->info().problem));
        QCOMPARE(checkpoints().last().step, run().feed()->info().step);
        QVERIFY(run().feed()->info().step < kSteps);
    }

    void resumedItComesToItsEnd() {
        const qint64 stopped = run().feed()->info().step;
        ResumeDialog dialog(run().feed()->info(), ResumeDialog::Purpose::Resume, window_.get());
        QVERIFY2(dialog.canStart(), qPrintable(dialog.verdict()));
        QVERIFY2(dialog.verdict().contains(QString::number(stopped)), qPrintable(dialog.verdict()));
        // The second stage is queued behind it before it is done.
        ResumeDialog second(run().feed()->info(), ResumeDialog::Purpose::SecondStage,
                            window_.get());
        second.setArguments(withArgument(withArgument(second.arguments(), "max_steps", "3"),
                                         "output_dir", folder_ + "/stage2"));
        QVERIFY2(second.canStart(), qPrintable(second.verdict()));
        QString problem;
        QVERIFY2(library().start(dialog.start(), problem), qPrintable(problem));
        QVERIFY2(library().start(second.start(), problem), qPrintable(problem));
        QTRY_VERIFY_WITH_TIMEOUT(run().feed()->info().state == RunState::Done, kTrainMs);
        const Curve loss = run().feed()->curves().value("loss");
        QCOMPARE(loss.size(), std::size_t(kSteps));  // every step once
        QVERIFY(std::is_sorted(loss.steps.begin(), loss.steps.end()));
        QVERIFY(run().feed()->info().result == RunResult::Projector);
        QCOMPARE(run().feed()->info().resumed_from, QStringLiteral("checkpoint-%1").arg(stopped));
    }

    void theSecondStageFollowsByItself() {
        const QString second = folder_ + "/stage2";
        QTRY_VERIFY_WITH_TIMEOUT(
            library().find(second) && library().find(second)->info.state == RunState::Done,
            kTrainMs);
        window_->training()->openRun(second);
        QTRY_VERIFY_WITH_TIMEOUT(run().feed()->info().result == RunResult::Model, kWaitMs);
        QVERIFY(run().feed()->info().settings["pretrain_mm_mlp_adapter"].toString().endsWith(
            "stage1/mm_projector.bin"));
    }

    void theResultAnswersInChat() {
        window_->begin();
        run().showTab(RunPage::Use);
        QTRY_VERIFY_WITH_TIMEOUT(run().use()->rowCount() >= 1, kWaitMs);
        run().use()->choose(0);
        Q_EMIT run().use()->chatRequested(
            modelOf(run().feed()->info(), run().use()->chosenFolder()));
        QTRY_VERIFY_WITH_TIMEOUT(window_->engine()->state() == EngineClient::State::Ready,
                                 kTrainMs);
        QCOMPARE(QString::fromStdString(window_->engine()->model().model), folder_ + "/stage2");
        window_->chat()->startChat({QStringLiteral(UNIVI_GOLDEN "/inputs/HappyFish.jpg")},
                                   "What is in the image?");
        QTRY_VERIFY_WITH_TIMEOUT(
            window_->chat()->model()->turns().size() == 1 && !window_->chat()->model()->isBusy(),
            kTrainMs);
        const Turn& turn = window_->chat()->model()->turns().first();
        QVERIFY2(turn.state != Turn::State::Failed, qPrintable(turn.error));
    }

  private:
    RunPage& run() { return *window_->training()->runPage(); }
    RunLibrary& library() { return *window_->training()->library(); }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<MainWindow> window_;
    QString folder_;
};

}  // namespace univi::ui

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    univi::ui::installAppearance(application);
    if (argc == 3 && QString(argv[1]) == "--play-window")
        return univi::ui::playWindow(QString::fromLocal8Bit(argv[2]));
    univi::ui::ChainTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "chain_test.moc"
