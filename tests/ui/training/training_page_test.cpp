// The Train page with the scripted trainer and the scripted engine.
#include "ui/training/training_page.h"

#include <signal.h>

#include <QAbstractButton>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QTableWidget>

#include "tests/ui/qt_test.h"
#include "tests/ui/training/shots.h"
#include "tests/ui/training/training_support.h"
#include "ui/training/charts/chart_panel.h"
#include "ui/training/charts/run_chart.h"
#include "ui/training/runs/run_command.h"
#include "ui/training/runs/run_feed.h"
#include "ui/training/runs/run_texts.h"
#include "ui/training/watch/compare_page.h"
#include "ui/training/watch/differences_table.h"
#include "ui/training/watch/export_dialog.h"
#include "ui/training/watch/log_view.h"
#include "ui/training/watch/probe_editor.h"
#include "ui/training/watch/probe_panel.h"
#include "ui/training/watch/resume_dialog.h"
#include "ui/training/watch/run_header.h"
#include "ui/training/watch/run_list_view.h"
#include "ui/training/watch/run_page.h"
#include "ui/training/watch/side_by_side.h"
#include "ui/training/watch/use_panel.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {

class TrainingPageTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        TrainingPage::Parts parts;
        parts.library = scriptedLibrary(*home_);
        parts.engine = scriptedEngine(home_->path("engine.log"));
        page_ = std::make_unique<TrainingPage>(parts);
        page_->setSetUp([this](const QString& run) {
            set_up_from_ << run;
            if (!setup_) setup_ = new QWidget;
            return setup_.data();
        });
        page_->resize(1200, 780);
        page_->show();
    }
    void cleanup() {
        for (const RunEntry& entry : page_->library()->runs())
            if (entry.info.pid > 0) ::kill(pid_t(entry.info.pid), SIGKILL);
        page_.reset();
        set_up_from_.clear();
    }

    void aRunIsWatchedStoppedAndResumed() {
        const QString folder = home_->path("a");
        page_->start(scriptedRun(folder, "slow", 100'000));
        QCOMPARE(run().folder(), folder);
        QTRY_COMPARE_WITH_TIMEOUT(run().header()->stateText(), QString("Running"), kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(run().charts()->charts().size() == 6, kWaitMs);
        QVERIFY2(run().header()->progress().contains("of 100,000") &&
                     run().header()->progress().contains("left"),
                 qPrintable(run().header()->progress()));
        QTRY_VERIFY_WITH_TIMEOUT(run().log()->model()->rowCount() >= 2, kWaitMs);
        for (int i = 0; i < 2; ++i) {  // the second one has a checkpoint before it
            run().saveNow();
            QCOMPARE(run().header()->stateText(), QString("Saving after this step"));
            QTRY_COMPARE_WITH_TIMEOUT(run().header()->stateText(), QString("Running"), kWaitMs);
        }
        QVERIFY(run().use()->rowCount() >= 1);
        run().stop();
        QTRY_COMPARE_WITH_TIMEOUT(run().header()->stateText(), QString("Stopped"), kWaitMs);
        QVERIFY(run().notice()->isHidden());
        const qint64 step = run().feed()->info().step;
        page_->start(scriptedRun(folder, "quick", int(step) + 5));
        QTRY_COMPARE_WITH_TIMEOUT(run().header()->stateText(), QString("Done"), kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(run().feed()->curves()["loss"].steps.back(),
                                  std::int32_t(step + 5), kWaitMs);
    }

    void faultsAreShownWithTheirPlaceInTheLog_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("next");
        QTest::newRow("nan") << "nan"
                             << "no longer a number at step 5"
                             << "Resume goes on from step 3";
        QTest::newRow("disk") << "disk"
                              << "is the disk full"
                              << "Make room";
        QTest::newRow("rank") << "rank"
                              << "no sign of life"
                              << "rank's log";
    }
    void faultsAreShownWithTheirPlaceInTheLog() {
        QFETCH(QString, name);
        QFETCH(QString, says);
        QFETCH(QString, next);
        page_->start(scriptedRun(home_->path(name), name));
        QTRY_VERIFY_WITH_TIMEOUT(run().notice()->sentence().contains(says), kWaitMs);
        QVERIFY(run().notice()->isVisible());
        QVERIFY2(run().notice()->sentence().contains(next), qPrintable(run().notice()->sentence()));
        QTRY_VERIFY_WITH_TIMEOUT(run().log()->model()->firstError() >= 0, kWaitMs);
        press(run().notice(), "Show in log");
        QCOMPARE(run().log()->currentRow(), run().log()->model()->firstError());
        shot(page_.get(), "fault-" + name);
    }

    void withoutTheProgramItIsOneSentence() {
        TrainingPage::Parts parts;
        parts.library.file = home_->path("other.json");
        parts.library.program = "/nowhere/univi-train";
        TrainingPage page(parts);
        page.start(scriptedRun(home_->path("x"), "x"));
        QVERIFY(page.notice()->sentence().contains("There is no univi-train") &&
                page.notice()->sentence().contains("Install"));
        QVERIFY(page.library()->runs().isEmpty());
    }

    void theResumeDialogSaysWhatMayChange() {
        RunInfo info;
        info.folder = home_->path("r");
        info.name = "r";
        info.command = {"univi-train", "--model_name_or_path", "/m",        "--dataset_use",
                        "D",           "--output_dir",         info.folder, "--learning_rate",
                        "1e-3"};
        QString problem;
        info.settings = settings(info.command.mid(1));
        info.checkpoints << RunCheckpoint{info.folder + "/checkpoint-7", 7, {}};
        ResumeDialog dialog(info, ResumeDialog::Purpose::Resume, nullptr);
        QVERIFY2(dialog.canStart() && dialog.verdict().contains("as if it had never stopped"),
                 qPrintable(dialog.verdict()));
        QCOMPARE(dialog.start().arguments, info.command.mid(1));
        QCOMPARE(dialog.start().output_dir, info.folder);
        dialog.setArguments(info.command.mid(1) + QStringList{"--max_grad_norm", "2"});
        QVERIFY(dialog.canStart() && dialog.verdict().contains("yellow"));
        shot(&dialog, "resume");
        QCOMPARE(dialog.findChild<DifferencesTable*>()->rowCount(), 1);
        dialog.setArguments(info.command.mid(1) + QStringList{"--lora_enable", "True"});
        QVERIFY(!dialog.canStart() && dialog.verdict().contains("does not fit"));
        dialog.setArguments({"--learning_rat", "1"});
        QVERIFY(!dialog.canStart() && dialog.verdict().contains("--learning_rate"));
        ResumeDialog second(info, ResumeDialog::Purpose::SecondStage, nullptr);
        QVERIFY(second.canStart() && second.start().queued && second.start().after == info.folder);
        QCOMPARE(second.start().output_dir, home_->path("r-stage2"));
    }

    void theResumeDialogGoesBack() {
        RunInfo info;
        info.folder = home_->path("r");
        info.name = "r";
        info.step = 13;
        info.state = RunState::Stopped;
        info.command = {"univi-train", "--model_name_or_path", "/m",       "--dataset_use",
                        "D",           "--output_dir",         info.folder};
        info.settings = settings(info.command.mid(1));
        for (const int step : {2, 4, 12}) {
            const QString folder = info.folder + QStringLiteral("/checkpoint-%1").arg(step);
            QVERIFY(QDir().mkpath(folder));
            info.checkpoints << RunCheckpoint{folder, step, {}};
        }
        info.branches << RunBranch{info.folder + "/branches/1", 1, 2, 6, 1};
        QVERIFY(QDir().mkpath(info.folder + "/branches/1/checkpoint-6"));
        ResumeDialog dialog(info, ResumeDialog::Purpose::Resume, nullptr);
        QCOMPARE(dialog.from()->count(), 5);  // 12, 4, 2, the one set aside, the beginning
        QCOMPARE(dialog.start().arguments, info.command.mid(1));
        const auto choose = [&](int index) {
            dialog.from()->setCurrentIndex(index);
            Q_EMIT dialog.from()->activated(index);
        };
        choose(2);
        QCOMPARE(argumentValue(dialog.arguments(), "resume_from_checkpoint"),
                 info.folder + "/checkpoint-2");
        QVERIFY2(
            dialog.verdict().startsWith(
                "Goes back to step 2. What the run has after it, up to step 13, is set aside."),
            qPrintable(dialog.verdict()));
        QVERIFY(dialog.canStart());
        shot(&dialog, "resume_back");
        choose(3);
        QVERIFY2(dialog.verdict().startsWith("Goes on from step 6 of the line that was set aside."),
                 qPrintable(dialog.verdict()));
        choose(4);
        QVERIFY(dialog.verdict().startsWith("Starts again from the base."));
        QCOMPARE(argumentValue(dialog.arguments(), "resume_from_checkpoint"), QString("False"));
        choose(0);
        QCOMPARE(dialog.arguments(), info.command.mid(1));
        QVERIFY(dialog.verdict().contains("as if it had never stopped"));
        // Typed by hand it is the same choice.
        dialog.setArguments(info.command.mid(1) + QStringList{"--resume_from_checkpoint",
                                                              info.folder + "/checkpoint-4/"});
        QCOMPARE(dialog.from()->currentIndex(), 1);
        QVERIFY(dialog.verdict().startsWith("Goes back to step 4"));
        // A run that is done has nothing after its newest checkpoint.
        info.state = RunState::Done;
        ResumeDialog done(info, ResumeDialog::Purpose::Resume, nullptr);
        QCOMPARE(done.from()->currentIndex(), 1);
        // A line that was set aside goes on in its run's folder.
        RunInfo aside = info;
        aside.folder = info.folder + "/branches/1";
        aside.aside_of = info.folder;
        aside.branches.clear();
        aside.checkpoints = {RunCheckpoint{aside.folder + "/checkpoint-6", 6, {}}};
        ResumeDialog other(aside, ResumeDialog::Purpose::Resume, nullptr);
        QCOMPARE(argumentValue(other.arguments(), "resume_from_checkpoint"),
                 aside.folder + "/checkpoint-6");
        QCOMPARE(other.start().output_dir, info.folder);
    }

    void theRunPageShowsWhereItBranched() {
        writeRun("branched", "stopped");
        const QString folder = home_->path("runs/branched");
        for (int step = 3; step <= 9; ++step)
            writeFile(folder + "/events.jsonl", stepLine(step, 3.0 / step), true);
        writeFile(
            folder + "/branches/1/branch.json",
            R"({"number":1,"step":2,"last_step":12,"cause":"asked","checkpoints":["checkpoint-4","checkpoint-12"]})");
        writeFile(folder + "/branches/1/events.jsonl", stepLine(12, 1));
        page_->openFolder(folder);
        QTRY_VERIFY_WITH_TIMEOUT(
            run().charts()->chart("loss") && run().charts()->chart("loss")->markCount() == 1,
            kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(run().charts()->chart("loss")->width() > 300, kWaitMs);
        shot(page_.get(), "branched");
        Q_EMIT run().header()->branchRequested(folder + "/branches/1");
        QTRY_COMPARE_WITH_TIMEOUT(run().folder(), folder + "/branches/1", kWaitMs);
    }

    void theListIsFilteredAndSearched() {
        writeRun("alpha", "done");
        writeRun("beta", "error");
        page_->library()->open(home_->path("runs"));
        QTRY_VERIFY_WITH_TIMEOUT(
            page_->library()->find(home_->path("runs/beta"))->info.state == RunState::Failed,
            kWaitMs);
        QCOMPARE(page_->list()->count(), 2);
        page_->list()->setFilter(RunListView::Filter::Failed);
        QCOMPARE(page_->list()->count(), 1);
        QCOMPARE(page_->list()->folderAt(0), home_->path("runs/beta"));
        page_->list()->setFilter(RunListView::Filter::All);
        page_->list()->findChild<QLineEdit*>()->setText("alph");
        QCOMPARE(page_->list()->count(), 1);
    }

    void runsAreCompared() {
        writeRun("alpha", "done", 1e-3);
        writeRun("beta", "error", 5e-4);
        page_->openFolder(home_->path("runs"));
        ComparePage& compare = *page_->comparePage();
        QVERIFY(compare.isVisible());
        QCOMPARE(compare.ticked().size(), 2);
        QTRY_VERIFY_WITH_TIMEOUT(
            compare.charts()->chart("loss") && compare.charts()->chart("loss")->isVisible(),
            kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(compare.differences()->rowCount() == 1, kWaitMs);
        QCOMPARE(compare.differences()->item(0, 0)->text(), QString("Learning rate"));
        QCOMPARE(compare.table()->rowCount(), 2);
        shot(page_.get(), "compare");
        compare.setFilter("0.0005");
        QCOMPARE(compare.table()->rowCount(), 1);
        compare.setFilter({});
        // Sorted by loss, as numbers.
        compare.table()->sortByColumn(3, Qt::AscendingOrder);
        QVERIFY(compare.table()->item(0, 3)->data(Qt::UserRole + 1).toDouble() <=
                compare.table()->item(1, 3)->data(Qt::UserRole + 1).toDouble());
        compare.table()->item(0, 0)->setCheckState(Qt::Unchecked);
        QCOMPARE(compare.ticked().size(), 1);
        QString problem;
        QVERIFY2(compare.charts()->exportTo(home_->path("all.csv"), problem), qPrintable(problem));
    }

    void probesAreAskedOfEveryCheckpoint() {
        const QString folder = home_->path("p");
        const Probe probe{home_->picture("cat.png"), "What is it?"};
        ProbeStore store(folder);
        QVERIFY(QDir().mkpath(folder));
        QString problem;
        QVERIFY(store.setProbes({probe}, 1, "cpu", problem));
        page_->start(scriptedRun(folder, "slow", 100'000));
        QTRY_VERIFY_WITH_TIMEOUT(run().probes()->store()->has(3, probe), kWaitMs);
        const ProbeAnswer answer = run().probes()->store()->answers().first();
        QVERIFY2(answer.reply.contains("What is it?"), qPrintable(answer.reply + answer.problem));
        QVERIFY(!answer.groups.isEmpty());
        QVERIFY(
            loggedRequests(home_->path("engine.log"), "\"load\"").first().contains("checkpoint-3"));
        run().showTab(RunPage::Probes);
        QTRY_VERIFY_WITH_TIMEOUT(button(run().probes(), "Groups"), kWaitMs);
        shot(page_.get(), "probes");
        run().saveNow();
        QTRY_VERIFY_WITH_TIMEOUT(run().probes()->store()->answers().size() == 2, kWaitMs);
    }

    /// As the chat shows them: formats that Qt has no reader for, on white, turned upright.
    void probePicturesAreThoseOfTheChat() {
        qputenv("UNIVI_THUMBNAIL", UNIVI_BIN_DIR "/univi-thumbnail");
        const QString folder = home_->path("p");
        QVERIFY(QDir().mkpath(folder));
        const QString heic = QStringLiteral(UNIVI_TEST_DATA "/media/photo.heic");
        QString problem;
        ProbeStore(folder).setProbes({{heic, "What?"}}, 1, "cpu", problem);
        page_->openRun(folder);
        run().showTab(RunPage::Probes);
        const auto shown = [&] {
            auto* label = run().probes()->findChild<QLabel*>("probePicture");
            return label ? label->pixmap().toImage() : QImage();
        };
        QTRY_COMPARE_WITH_TIMEOUT(shown().size(), QSize(180, 180), kWaitMs);
        shot(page_.get(), "probe-heic");
        SideBySide both({}, {"a", {}}, {"b", {}}, "default");
        both.setMedium(heic);
        const auto is_shown = [&] {
            for (const QLabel* label : both.findChildren<QLabel*>())
                if (label->pixmap().size() == QSize(212, 212)) return true;
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(is_shown(), kWaitMs);
        qunsetenv("UNIVI_THUMBNAIL");
    }

    void aResultIsUsed() {
        writeRun("alpha", "done");
        const QString folder = home_->path("runs/alpha");
        writeFile(folder + "/config.json", "{}");
        writeFile(folder + "/model.safetensors", "x");
        writeFile(folder + "/checkpoint-2/config.json", "{}");
        writeFile(folder + "/checkpoint-2/model.safetensors", "x");
        page_->openFolder(folder);
        run().showTab(RunPage::Use);
        QTRY_COMPARE_WITH_TIMEOUT(run().use()->rowCount(), 2, kWaitMs);
        QSignalSpy chat(page_.get(), &TrainingPage::chatRequested);
        run().use()->choose(1);
        shot(page_.get(), "use");
        press(run().use(), "Open in Chat");
        QCOMPARE(chat.size(), 1);
        QCOMPARE(chat.first().first().value<ModelChoice>().model, folder + "/checkpoint-2");
        press(run().use(), "Ask beside its base");
        auto* both = page_->window()->findChild<SideBySide*>();
        QVERIFY(both);
        both->setMedium(home_->picture("cat.png"));
        both->setQuestion("Which one?");
        both->ask();
        QTRY_VERIFY_WITH_TIMEOUT(!both->isAsking(), kWaitMs);
        QVERIFY2(both->reply(0).contains("Which one?") && both->reply(1).contains("Which one?"),
                 qPrintable(both->reply(0) + both->reply(1)));
        shot(both, "side-by-side");
        const QList<QByteArray> loads = loggedRequests(home_->path("engine.log"), "\"load\"");
        QCOMPARE(loads.size(), 2);
        QVERIFY(loads[0].contains("checkpoint-2") && loads[1].contains("/base"));
        both->close();
    }

    /// What the person chose stays; else it is the result, or the newest checkpoint by number.
    void useOffersTheResultFirst() {
        writeRun("alpha", "done");
        const QString folder = home_->path("runs/alpha");
        for (const char* name : {"checkpoint-9", "checkpoint-10", "checkpoint-100"}) {
            writeFile(folder + '/' + name + "/config.json", "{}");
            writeFile(folder + '/' + name + "/mm_projector.bin", "x");
        }
        UsePanel panel;
        RunInfo info = RunFiles(folder, RunFiles::Depth::Summary).look().info;
        info.state = RunState::Running;
        panel.setRun(info);
        QCOMPARE(panel.rowCount(), 3);
        QCOMPARE(QFileInfo(panel.chosenFolder()).fileName(), QString("checkpoint-100"));
        info.state = RunState::Done;
        info.result = RunResult::Projector;
        panel.setRun(info);
        QCOMPARE(panel.chosenFolder(), folder);
        panel.choose(2);
        QCOMPARE(QFileInfo(panel.chosenFolder()).fileName(), QString("checkpoint-10"));
        info.checkpoints.removeFirst();
        panel.setRun(info);
        QCOMPARE(QFileInfo(panel.chosenFolder()).fileName(), QString("checkpoint-10"));
        // Another run begins anew.
        info.folder = home_->path("runs/beta");
        info.result = RunResult::None;
        panel.setRun(info);
        QCOMPARE(QFileInfo(panel.chosenFolder()).fileName(), QString("checkpoint-100"));
    }

    void aRunIsRenamedAndRemovedByKeys() {
        writeRun("alpha", "done");
        writeRun("beta", "done");
        page_->library()->open(home_->path("runs"));
        const QString folder = home_->path("runs/alpha");
        QTRY_VERIFY_WITH_TIMEOUT(page_->library()->find(folder)->info.state == RunState::Done,
                                 kWaitMs);
        page_->openRun(folder);
        auto* list = page_->list()->findChild<QListWidget*>();
        for (int row = 0; row < list->count(); ++row)
            if (page_->list()->folderAt(row) == folder) list->setCurrentRow(row);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_F2);
        auto* editor = list->viewport()->findChild<QLineEdit*>();
        QVERIFY(editor);
        // Looks at the folders meanwhile do not take the text away.
        QSignalSpy looks(page_->library(), &RunLibrary::changed);
        QTest::keyClicks(editor, "Second try");
        QVERIFY(looks.wait(kWaitMs));
        QCOMPARE(editor->text(), QString("Second try"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(page_->library()->find(folder)->info.name, QString("Second try"),
                                  kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(!list->viewport()->findChild<QLineEdit*>(), kWaitMs);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(page_->notice()->sentence(), QString("Second try is in the trash."));
        QCOMPARE(run().folder(), home_->path("runs/beta"));
        QTRY_VERIFY_WITH_TIMEOUT(button(page_->notice(), "&Undo"), kWaitMs);
        shot(page_.get(), "in-the-trash");
        press(page_->notice(), "&Undo");
        QCOMPARE(run().folder(), folder);
        QVERIFY(QFileInfo::exists(folder + "/run.json"));
        QVERIFY(page_->notice()->isHidden());
    }

    void exportingSaysWhatWentWrong() {
        ExportDialog dialog({home_->path("m"), home_->path("base"), {}}, home_->path("out"),
                            nullptr, "/nowhere/univi-cli");
        QCOMPARE(dialog.command().mid(1, 5), QStringList({"convert", "--model", home_->path("m"),
                                                          "--model-base", home_->path("base")}));
        dialog.start();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.message().contains("no univi-cli"), kWaitMs);
        dialog.setTarget(home_->path("."));
        dialog.start();
        QVERIFY(dialog.message().contains("is there already"));
    }

    void mediaAndFoldersAreChosenWithoutBlocking() {
        const auto choose = [this](QWidget& asker, const char* name, const QString& answer) {
            press(&asker, name);  // comes back at once
            auto* dialog = asker.findChild<QFileDialog*>();
            if (!dialog || !dialog->isVisible()) return false;
            Q_EMIT dialog->fileSelected(answer);
            delete dialog;
            return true;
        };
        const QString cat = home_->picture("cat.png");
        ProbeEditor probes({}, 1, "auto", nullptr);
        probes.show();
        QVERIFY(choose(probes, "Add…", cat));
        QCOMPARE(probes.probes().last().medium, cat);
        ExportDialog to_export({home_->path("m"), {}, {}}, home_->path("out"), nullptr,
                               "/nowhere/univi-cli");
        to_export.show();
        press(&to_export, "Choose…");
        auto* folder = to_export.findChild<QFileDialog*>();
        QVERIFY(folder && folder->isVisible());
        QCOMPARE(folder->selectedFiles().value(0), home_->path("out"));
        folder->selectFile("merged");  // is not there yet
        static_cast<QDialog*>(folder)->accept();
        QTRY_VERIFY_WITH_TIMEOUT(to_export.command().contains(home_->path("merged")), kWaitMs);
    }

    void theLogIsFiltered() {
        LogView view;
        QList<LogLine> lines;
        for (int i = 0; i < 30; ++i)
            lines << LogLine{QDateTime::currentDateTime(), i % 3,
                             i == 20      ? LogLine::Level::Error
                             : i % 5 == 0 ? LogLine::Level::Warning
                                          : LogLine::Level::Info,
                             QStringLiteral("line %1").arg(i)};
        view.setLines(&lines, 0);
        QCOMPARE(view.model()->rowCount(), 30);
        QCOMPARE(view.model()->ranks(), QList<int>({0, 1, 2}));
        QCOMPARE(view.model()->firstError(), 20);
        view.model()->setFilter(1, LogLine::Level::Debug, {});
        QCOMPARE(view.model()->rowCount(), 10);
        view.model()->setFilter(-2, LogLine::Level::Warning, {});
        QCOMPARE(view.model()->rowCount(), 6);
        view.model()->setFilter(-2, LogLine::Level::Debug, "LINE 2");
        QCOMPARE(view.model()->rowCount(), 11);
        view.showLine("line 7");
        QCOMPARE(view.currentRow(), 7);
    }

    void everythingFitsAndHasAName() {
        writeRun("a very long name of a run that never ends and goes on and on", "error");
        page_->openFolder(home_->path("runs"));
        QTRY_VERIFY_WITH_TIMEOUT(run().notice()->isVisible(), kWaitMs);
        for (const QSize& size : {QSize(690, 480), QSize(1200, 800), QSize(3760, 2160)}) {
            page_->resize(size);
            QCoreApplication::processEvents();
            QCOMPARE(page_->size(), size);
            QVERIFY(page_->rect().contains(
                QRect(run().header()->mapTo(page_.get(), QPoint(0, 0)), run().header()->size())));
        }
        for (QAbstractButton* each : page_->findChildren<QAbstractButton*>()) {
            if (!each->isVisible() || each->objectName().startsWith("qt_") ||
                qobject_cast<QLineEdit*>(each->parentWidget()))
                continue;
            if (each->inherits("QTableCornerButton") ||
                qobject_cast<QTableView*>(each->parentWidget()))
                continue;
            QVERIFY2(!each->accessibleName().isEmpty() || !each->text().isEmpty(),
                     each->metaObject()->className());
        }
    }

    void aFolderWithoutARunIsSaid() {
        QVERIFY(QDir().mkpath(home_->path("nothing")));
        page_->openFolder(home_->path("nothing"));
        QVERIFY(page_->notice()->sentence().contains("has no run"));
        page_->newRun();
        QCOMPARE(set_up_from_, QStringList{QString()});
    }

  private:
    RunPage& run() { return *page_->runPage(); }
    QPushButton* button(QWidget* parent, const QString& text) {
        for (auto* each : parent->findChildren<QPushButton*>())
            if (each->text() == text && each->isVisible()) return each;
        return nullptr;
    }
    void press(QWidget* parent, const QString& text) {
        QPushButton* found = button(parent, text);
        QVERIFY2(found, qPrintable(text));
        found->click();
    }
    static QJsonObject settings(const QStringList& arguments);
    void writeRun(const QString& name, const QByteArray& end, double rate = 1e-3) {
        const QString folder = home_->path("runs/" + name);
        writeFile(folder + "/run.json",
                  QStringLiteral("{\"options\":{\"learning_rate\":%1,\"model_name_or_path\":\"/"
                                 "base\"},\"command\":[\"univi-train\",\"--x\"]}")
                      .arg(rate)
                      .toUtf8());
        writeFile(folder + "/events.jsonl", "{\"event\":\"start\"}\n" + stepLine(1, 3 * rate) +
                                                stepLine(2, 2 * rate) + "{\"event\":\"" + end +
                                                "\",\"step\":2,\"kind\":\"memory\",\"message\":"
                                                "\"Out of memory (x): take less.\"}\n");
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<TrainingPage> page_;
    QStringList set_up_from_;
    QPointer<QWidget> setup_;
};

QJsonObject TrainingPageTest::settings(const QStringList& arguments) {
    QString problem;
    return settingsOfCommand(arguments, problem);
}

UNIVI_QT_TEST(TrainingPageTest)

}  // namespace univi::ui

#include "training_page_test.moc"
