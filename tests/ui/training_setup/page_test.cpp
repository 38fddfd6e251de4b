#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QInputDialog>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "setup_support.h"
#include "tests/ui/qt_test.h"
#include "training/options/option_check.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/setup/option_form_view.h"
#include "ui/training/setup/paste_dialog.h"
#include "ui/training/setup/preset_menu.h"
#include "ui/training/setup/run_setup_page.h"
#include "ui/training/setup/setup_side.h"
#include "ui/training/setup/value_editor.h"

namespace univi::ui {

namespace {

QString value(const QStringList& arguments, const QString& flag) {
    const auto at = arguments.indexOf(QStringLiteral("--") + flag);
    return at < 0 ? QString() : arguments.value(at + 1);
}

RunSetupPage::Options optionsOf(const SetupHome& home) {
    return {home.path("runs"), home.path("presets")};
}

QPushButton* button(QWidget& page, const QString& text) {
    for (QPushButton* each : page.findChildren<QPushButton*>())
        if (QString(each->text()).remove('&') == text) return each;
    return nullptr;
}

}  // namespace

namespace {

/// A picture for people, where $UNIVI_SCREENSHOTS says.
void photograph(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("UNIVI_SCREENSHOTS");
    if (folder.isEmpty()) return;
    QTest::qWait(400);
    widget.grab().save(QDir(folder).filePath(name + ".png"));
}

/// Long paths and errors, as a person meets them.
QString troubledCommand(const SetupHome& home) {
    const QString folder =
        home.path("a-folder-with-a-very-long-name-that-nobody-would-type-but-clusters-make/" +
                  QString(90, 'x'));
    return QStringLiteral(
               "univi-train --model_name_or_path %1/base --vision_tower %1/tower --output_dir "
               "%1/out "
               "--pretrain_mm_mlp_adapter %1/mm_projector.bin --datasets %1/sets.json "
               "--dataset_use one "
               "--learning_rate 5000 --bf16 True --fp16 True")
        .arg(folder);
}

QWidget* visibleWidget(QWidget& page, const QString& accessibleName) {
    for (QWidget* each : page.findChildren<QWidget*>())
        if (each->isVisible() && each->accessibleName() == accessibleName) return each;
    return nullptr;
}

}  // namespace

class SetupPageTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void presetToStart() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(1200, 780);
        page.show();
        PresetStore store(home.path("presets"));
        for (const RunPreset& preset : store.presets()) {
            page.setFrom(preset);
            QVERIFY(page.form()->options().output_dir.starts_with(home.path("runs").toStdString()));
            if (!preset.name.startsWith("Demo")) continue;
            // The demo's presets run as they are, on any machine.
            page.checkNow();
            for (const RunCheck& check : page.checks())
                QVERIFY2(check.level != RunCheck::Level::Error, qPrintable(check.sentence));
            QVERIFY(button(page, "Start")->isEnabled());
        }
    }

    void pastedCommand() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        QVERIFY(page.setFromCommand(publishedCommand(2)).isEmpty());
        const QStringList arguments = page.makeStart(false).arguments;
        QCOMPARE(value(arguments, "learning_rate"), QString("2e-5"));
        QCOMPARE(value(arguments, "pretrain_mm_mlp_adapter"), QString("stage1/mm_projector.bin"));
        QCOMPARE(page.setFromCommand("univi-train --sed 3 --bf16").size(), 1);
        QVERIFY(page.form()->options().bf16);
        PasteDialog dialog;
        QVERIFY(!button(dialog, "Take these settings")->isEnabled());
        dialog.setText(publishedCommand(1));
        QVERIFY(button(dialog, "Take these settings")->isEnabled());
        QCOMPARE(dialog.command().options.num_train_epochs, 1.0);
    }

    void earlierRun() {
        SetupHome home;
        training::TrainOptions options = home.tiny();
        options.overwrite_output_dir = true;
        QDir().mkpath(home.path("runs/old"));
        const nlohmann::json run = {
            {"options", training::to_json(options)},
            {"command", {"/x/univi-train", "--learning_rate", "2e-5", "--output_dir", "old"}}};
        writeFile(home.path("runs/old/run.json"), QByteArray::fromStdString(run.dump()));
        RunSetupPage page(optionsOf(home));
        page.setFrom(home.path("runs/old"));
        QCOMPARE(page.form()->text("learning_rate"), QString("2e-05"));
        QVERIFY(page.command().contains("--learning_rate 2e-5"));
        QVERIFY(!page.form()->options().overwrite_output_dir);
        QVERIFY(QString::fromStdString(page.form()->options().output_dir).contains("/runs/old-"));
        // A folder that is no run changes nothing.
        page.setFrom(home.path("runs"));
        QCOMPARE(page.form()->text("learning_rate"), QString("2e-05"));
    }

    void fieldsFollowAndSearch() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(1200, 780);
        page.show();
        page.setFromCommand("univi-train --seed 7 --adam_beta2 0.95");
        OptionFormView* fields = page.fields();
        auto* seed = fields->field("seed")->findChild<QLineEdit*>();
        QCOMPARE(seed->text(), QString("7"));
        QVERIFY(fields->field("adam_beta2")->isVisible());     // changed, so it shows
        QVERIFY(!fields->field("adam_epsilon")->isVisible());  // folded away
        fields->setSearch("adam");
        QVERIFY(fields->field("adam_epsilon")->isVisible());
        QVERIFY(!fields->field("seed")->isVisible());
        fields->setSearch("");
        seed->setFocus();
        seed->selectAll();
        QTest::keyClicks(seed, "12x");
        QVERIFY(fields->field("seed")->isChanged());
        QVERIFY(!page.form()->problem("seed").isEmpty());
        page.checkNow();
        QVERIFY(page.checks().first().sentence.contains("“Seed”"));
        QTest::keyClick(seed, Qt::Key_Backspace);
        QCOMPARE(page.form()->options().seed, std::int64_t(12));
        auto* rate = fields->field("learning_rate")->findChild<QLineEdit*>();
        rate->setFocus();
        rate->selectAll();
        QTest::keyClicks(rate, "0.00030");
        QCOMPARE(rate->text(), QString("0.00030"));
        QCOMPARE(page.form()->options().learning_rate, 3e-4);
        fields->goTo("adam_epsilon");
        QVERIFY(fields->field("adam_epsilon")->isVisible());
    }

    void fixesApply() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.form()->replace(home.tiny());
        page.form()->apply({{"bf16", "True"}, {"fp16", "True"}});
        page.checkNow();
        QCOMPARE(page.checks().first().level, RunCheck::Level::Error);
        page.take(page.checks().first());
        QVERIFY(page.form()->options().bf16 && !page.form()->options().fp16);
        for (const RunCheck& check : page.checks())
            QVERIFY2(check.level != RunCheck::Level::Error, qPrintable(check.sentence));
    }

    /// What is shown, what is copied and what is handed over are one command, and univi-train
    /// takes it.
    void startHandsOverTheCommand() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(1200, 780);
        page.show();
        const training::TrainOptions tiny = home.tiny();
        QString line = "univi-train";
        for (const std::string& each : training::make_arguments(tiny))
            line += ' ' + QString::fromStdString(training::shell_word(each));
        QVERIFY(page.setFromCommand(line).isEmpty());
        page.checkNow();
        QSignalSpy requested(&page, &RunSetupPage::startRequested);
        QTest::mouseClick(button(page, "Copy"), Qt::LeftButton);
        QTest::mouseClick(button(page, "Add to the queue"), Qt::LeftButton);
        QCOMPARE(requested.count(), 1);
        const auto start = requested[0][0].value<RunStart>();
        QVERIFY(start.queued);
        QCOMPARE(start.output_dir, home.path("run"));
        QCOMPARE(start.devices, QStringList("cpu:0"));
        std::vector<std::string> words;
        for (const QString& each : start.arguments) words.push_back(each.toStdString());
        QVERIFY(training::to_json(training::parse_command_line(words)) == training::to_json(tiny));
        const auto shown =
            training::read_command(QGuiApplication::clipboard()->text().toStdString());
        QVERIFY(training::to_json(shown.options) == training::to_json(tiny));
    }

    void fitsEverySize_data() {
        QTest::addColumn<QSize>("size");
        // The page beside the rail and the list of runs, in windows of 1280x800, 1024x700,
        // 1440x900,
        // 800x600 and 3840x2160.
        for (const QSize& size : {QSize(906, 800), QSize(650, 700), QSize(1066, 900),
                                  QSize(427, 600), QSize(3466, 2160)})
            QTest::newRow(qPrintable(QString::number(size.width()))) << size;
    }

    /// Nothing scrolls sideways, nothing is cut, on any tab and however long the paths are.
    void fitsEverySize() {
        QFETCH(QSize, size);
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(size);
        page.show();
        QCOMPARE(page.size(), size);
        photograph(page, QStringLiteral("begin-%1").arg(size.width()));
        page.setFromCommand(troubledCommand(home));
        page.checkNow();
        for (const auto tab : {RunSetupPage::Settings, RunSetupPage::Data, RunSetupPage::Devices}) {
            page.showTab(tab);
            QCoreApplication::processEvents();
            QCOMPARE(page.size(), size);
            photograph(page, QStringLiteral("tab%1-%2").arg(int(tab)).arg(size.width()));
            for (QScrollArea* area : page.findChildren<QScrollArea*>()) {
                if (!area->isVisible()) continue;
                QVERIFY2(area->widget()->minimumSizeHint().width() <= area->viewport()->width(),
                         qPrintable(QStringLiteral("tab %1: %2 > %3")
                                        .arg(int(tab))
                                        .arg(area->widget()->minimumSizeHint().width())
                                        .arg(area->viewport()->width())));
                QCOMPARE(area->horizontalScrollBar()->maximum(), 0);
            }
            for (QWidget* each : page.findChildren<QPushButton*>())
                if (each->isVisible())
                    QVERIFY2(each->width() >= each->minimumSizeHint().width(),
                             qPrintable(static_cast<QPushButton*>(each)->text()));
        }
        page.showTab(RunSetupPage::Settings);
        for (const char* name : {"model_name_or_path", "output_dir", "learning_rate"}) {
            QWidget* editor = page.fields()->field(name)->editor();
            QVERIFY2(editor->width() >= 120, name);
            // The label stands beside or above its editor, never under it.
            QVERIFY(editor->x() > 100 || editor->y() > 10);
        }
        page.showSide(true);
        QCoreApplication::processEvents();
        photograph(page, QStringLiteral("side-%1").arg(size.width()));
        QVERIFY(page.side()->isVisible() && page.side()->width() >= 280);
        QCOMPARE(page.size(), size);
    }

    void sideFoldsAndStandsInsteadWhereNarrow() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(906, 800);
        page.show();
        page.setFromCommand(troubledCommand(home));
        QVERIFY(page.side()->isVisible() && page.fields()->isVisible());
        page.showSide(false);
        QVERIFY(!page.side()->isVisible());
        QCoreApplication::processEvents();
        const int width = page.fields()->width();
        page.resize(650, 700);
        QVERIFY(!page.side()->isVisible());
        page.showSide(true);
        QVERIFY(page.side()->isVisible() && !page.fields()->isVisible());
        // What leads to a field comes back to the settings.
        page.take({RunCheck::Level::Error, "x", "y", {}, "learning_rate"});
        QVERIFY(page.fields()->isVisible() && !page.side()->isVisible());
        page.resize(906, 800);
        QCoreApplication::processEvents();
        QCOMPARE(page.fields()->width(), width);  // still folded, as the person left it
    }

    void wrongFieldsAreMarkedWithTheirSentence() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(906, 800);
        page.show();
        page.setFromCommand("univi-train --seed 1");
        page.form()->replace(home.tiny());
        page.form()->apply({{"bf16", "True"},
                            {"fp16", "True"},
                            {"learning_rate", "5000"},
                            {"model_name_or_path", "/no/such/model"}});
        page.checkNow();
        OptionField* rate = page.fields()->field("learning_rate");
        QVERIFY(rate->isWrong());
        QVERIFY2(rate->note().contains("must lie between"), qPrintable(rate->note()));
        QVERIFY(page.fields()->field("model_name_or_path")->note().contains("/no/such/model"));
        OptionField* half = page.fields()->field("fp16");
        QVERIFY2(half->isWrong() && half->note().contains("exclude each other"),
                 qPrintable(half->note()));
        // The button at the field does the same as the one beside.
        QPushButton* fix = half->findChild<QPushButton*>();
        QVERIFY(fix && !fix->isHidden());
        fix->click();
        QVERIFY(!page.form()->options().fp16 && !half->isWrong() && fix->isHidden());
        // A folded field that is wrong shows itself.
        page.form()->apply({{"adam_beta1", "7"}});
        page.checkNow();
        QVERIFY(page.fields()->field("adam_beta1")->isWrong());
        QVERIFY(page.fields()->field("adam_beta1")->isVisibleTo(&page));
    }

    /// A person at the form knows labels; flags stand in the command and in tool tips only.
    void sentencesSayLabels() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.form()->replace(home.tiny());
        const QList<QList<OptionChange>> troubles{
            {{"bf16", "True"}, {"fp16", "True"}},
            {{"bits", "4"}},
            {{"lora_enable", "True"}, {"tune_mm_mlp_adapter", "True"}},
            {{"evaluation_strategy", "steps"}},
            {{"group_by_length", "True"}, {"shuffle", "False"}},
            {{"learning_rate", "5000"}},
            {{"seed", "12x"}},
            {{"include", "localhost:x"}},
            {{"offload_optimizer", "cpu"}},
            {{"output_dir", "${stage2 save path}"}}};
        for (const QList<OptionChange>& changes : troubles) {
            page.form()->replace(home.tiny());
            page.form()->apply(changes);
            page.checkNow();
            QVERIFY(!page.checks().isEmpty());
            for (const RunCheck& check : page.checks())
                QVERIFY2(!check.sentence.contains("--"), qPrintable(check.sentence));
            for (const OptionField* field : page.fields()->findChildren<OptionField*>())
                QVERIFY2(!field->note().contains("--"), qPrintable(field->note()));
        }
    }

    void placeholdersAreNotTaken() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(906, 800);
        page.show();
        page.setFromCommand(
            "deepspeed train.py --model_name_or_path ${LLM model path} --output_dir ${stage1 save "
            "path} "
            "--pretrain_mm_mlp_adapter <projector of stage 1> --dataset_use $SET --vision_tower "
            "openai/clip-vit-large-patch14");
        page.checkNow();
        for (const char* name :
             {"model_name_or_path", "output_dir", "pretrain_mm_mlp_adapter", "dataset_use"}) {
            const OptionField* field = page.fields()->field(name);
            QVERIFY2(field->isWrong() && field->note().contains("placeholder"),
                     qPrintable(field->note()));
            QCOMPARE(std::ranges::count(page.checks(), QString::fromLatin1(name), &RunCheck::field),
                     1);
        }
        QVERIFY(!button(page, "Start")->isEnabled());
        const auto run_folder =
            std::ranges::find(page.checks(), QString("output_dir"), &RunCheck::field);
        page.take(*run_folder);
        QVERIFY(page.form()->text("output_dir").startsWith(home.path("runs")));
        QVERIFY(!page.fields()->field("output_dir")->isWrong());
    }

    /// Keyboard only: what was pressed goes away, and the next thing to do has the focus.
    void focusStaysInThePage() {
        SetupHome home;
        QWidget window;
        auto* rail = new QToolButton(&window);
        RunSetupPage page(optionsOf(home), &window);
        page.setGeometry(80, 0, 906, 800);
        rail->setFocusPolicy(Qt::StrongFocus);
        window.resize(990, 800);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        page.setFocus();
        QVERIFY(page.isAncestorOf(QApplication::focusWidget()));  // the first preset
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QCOMPARE(QApplication::focusWidget(), visibleWidget(page, "Name of the run"));
        // Tab never leaves a field without its label in sight.
        page.form()->replace(home.tiny());
        page.form()->apply({{"bf16", "True"},
                            {"fp16", "True"},
                            {"group_by_length", "True"},
                            {"shuffle", "False"}});
        page.checkNow();
        QCoreApplication::processEvents();
        for (int i = 0; i < 2; ++i) {
            QPushButton* fix = nullptr;
            for (QPushButton* each : page.side()->findChildren<QPushButton*>())
                if (!fix && each->isVisible() && !each->accessibleDescription().isEmpty())
                    fix = each;
            QVERIFY(fix);
            fix->setFocus();
            QTest::keyClick(fix, Qt::Key_Space);
            QVERIFY2(QApplication::focusWidget(),
                     qPrintable(QStringLiteral("after button %1, %2 checks are left")
                                    .arg(i)
                                    .arg(page.checks().size())));
            QVERIFY2(page.isAncestorOf(QApplication::focusWidget()), "the focus left the page");
        }
        QCOMPARE(QApplication::focusWidget(), button(page, "Start"));
    }

    /// With the focus, as a click leaves it: the pop-up is as high as its rows.
    void comboPopupsShowEveryRow() {
        QWidget window;
        window.resize(600, 700);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        for (const int rows : {1, 2, 3, 5, 9}) {
            QComboBox box(&window);
            for (int i = 0; i < rows; ++i) box.addItem(QStringLiteral("row %1").arg(i));
            box.setCurrentIndex(rows / 2);
            box.move(50, 300);
            box.show();
            box.setFocus();
            box.showPopup();
            QTRY_VERIFY(box.view()->isVisible());
            QCoreApplication::processEvents();
            const QAbstractItemView* view = box.view();
            const auto rect = [&](int row) { return view->visualRect(box.model()->index(row, 0)); };
            QVERIFY2(rect(rows - 1).bottom() - rect(0).top() < view->viewport()->height(),
                     qPrintable(QStringLiteral("%1 rows do not fit").arg(rows)));
            QCOMPARE(view->verticalScrollBar()->maximum(), 0);
            box.hidePopup();
        }
    }

    void dialogsDoNotBlock() {
        SetupHome home;
        QDir().mkpath(home.path("runs"));
        RunSetupPage page(optionsOf(home));
        page.resize(1200, 780);
        page.show();
        page.setFromCommand("univi-train --model_name_or_path models/old");
        const auto dialog = [&page] { return page.findChild<QFileDialog*>(); };
        // A path's button; the field keeps what was there until a folder is chosen.
        auto* field = page.fields()->field("model_name_or_path");
        auto* browse = field->findChild<ValueEditor*>()->findChild<QToolButton*>();
        browse->setFocus();
        browse->click();
        QVERIFY(dialog() && dialog()->isVisible());
        QCOMPARE(page.form()->text("model_name_or_path"), QString("models/old"));
        Q_EMIT dialog()->fileSelected("/models/new");
        delete dialog();
        QCOMPARE(page.form()->text("model_name_or_path"), QString("/models/new"));
        QCOMPARE(page.focusWidget(), browse);
        const auto trigger = [&page](const QString& text) {
            auto* menu = page.findChild<PresetMenu*>();
            Q_EMIT menu->aboutToShow();
            for (QAction* action : menu->actions())
                if (QString(action->text()).remove('&') == text) return action->trigger();
        };
        // Exported, and imported again.
        trigger("Export these settings…");
        QVERIFY(dialog());
        QCOMPARE(QFileInfo(dialog()->selectedFiles().value(0)).suffix(), QString("json"));
        Q_EMIT dialog()->fileSelected(home.path("mine.json"));
        delete dialog();
        QVERIFY(QFileInfo::exists(home.path("mine.json")));
        page.setFromCommand("univi-train --model_name_or_path other");
        trigger("Import a preset…");
        QVERIFY(dialog());
        Q_EMIT dialog()->fileSelected(home.path("mine.json"));
        delete dialog();
        QCOMPARE(page.form()->text("model_name_or_path"), QString("/models/new"));
        trigger("Save as a preset…");
        auto* name = page.findChild<QInputDialog*>();
        QVERIFY(name && name->isVisible());
        Q_EMIT name->textValueSelected("  Kept  ");
        delete name;
        QVERIFY(std::ranges::any_of(PresetStore(home.path("presets")).presets(),
                                    [](const RunPreset& preset) { return preset.name == "Kept"; }));
        trigger("From an earlier run…");
        QVERIFY(dialog());
        QCOMPARE(dialog()->directory().absolutePath(), QDir(home.path("runs")).absolutePath());
        Q_EMIT dialog()->fileSelected(home.path("runs"));  // no run: said, and nothing is lost
        delete dialog();
        QCOMPARE(page.form()->text("model_name_or_path"), QString("/models/new"));
    }
};

UNIVI_QT_TEST(SetupPageTest)

}  // namespace univi::ui

#include "page_test.moc"
