// Where the settings of a new run come from, and what is started with them.
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QInputDialog>
#include <QLineEdit>
#include <QToolButton>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "page_support.h"
#include "tests/ui/qt_test.h"
#include "training/options/option_check.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/setup/option_form_view.h"
#include "ui/training/setup/paste_dialog.h"
#include "ui/training/setup/preset_menu.h"
#include "ui/training/setup/value_editor.h"

namespace univi::ui {
namespace {

QString value(const QStringList& arguments, const QString& flag) {
    const auto at = arguments.indexOf(QStringLiteral("--") + flag);
    return at < 0 ? QString() : arguments.value(at + 1);
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
