#include <QClipboard>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <nlohmann/json.hpp>

#include "setup_support.h"
#include "setup_tests.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/setup/option_form_view.h"
#include "ui/training/setup/paste_dialog.h"
#include "ui/training/setup/run_setup_page.h"
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

void SetupPageTest::presetToStart() {
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
        for (const RunCheck& check : page.checks()) QVERIFY2(check.level != RunCheck::Level::Error, qPrintable(check.sentence));
        QVERIFY(button(page, "Start")->isEnabled());
    }
}

void SetupPageTest::pastedCommand() {
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

void SetupPageTest::earlierRun() {
    SetupHome home;
    training::TrainOptions options = home.tiny();
    options.overwrite_output_dir = true;
    QDir().mkpath(home.path("runs/old"));
    const nlohmann::json run = {{"options", training::to_json(options)}, {"command", {"/x/univi-train", "--learning_rate", "2e-5", "--output_dir", "old"}}};
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

void SetupPageTest::fieldsFollowAndSearch() {
    SetupHome home;
    RunSetupPage page(optionsOf(home));
    page.resize(1200, 780);
    page.show();
    page.setFromCommand("univi-train --seed 7 --adam_beta2 0.95");
    OptionFormView* fields = page.fields();
    auto* seed = fields->field("seed")->findChild<QLineEdit*>();
    QCOMPARE(seed->text(), QString("7"));
    QVERIFY(fields->field("adam_beta2")->isVisible());      // changed, so it shows
    QVERIFY(!fields->field("adam_epsilon")->isVisible());   // folded away
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
    QVERIFY(page.checks().first().sentence.contains("seed"));
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

void SetupPageTest::fixesApply() {
    SetupHome home;
    RunSetupPage page(optionsOf(home));
    page.form()->replace(home.tiny());
    page.form()->apply({{"bf16", "True"}, {"fp16", "True"}});
    page.checkNow();
    QCOMPARE(page.checks().first().level, RunCheck::Level::Error);
    page.take(page.checks().first());
    QVERIFY(page.form()->options().bf16 && !page.form()->options().fp16);
    for (const RunCheck& check : page.checks()) QVERIFY2(check.level != RunCheck::Level::Error, qPrintable(check.sentence));
}

/// What is shown, what is copied and what is handed over are one command, and univi-train takes it.
void SetupPageTest::startHandsOverTheCommand() {
    SetupHome home;
    RunSetupPage page(optionsOf(home));
    page.resize(1200, 780);
    page.show();
    const training::TrainOptions tiny = home.tiny();
    QString line = "univi-train";
    for (const std::string& each : training::make_arguments(tiny)) line += ' ' + QString::fromStdString(training::shell_word(each));
    QVERIFY(page.setFromCommand(line).isEmpty());
    page.checkNow();
    QSignalSpy requested(&page, &RunSetupPage::startRequested);
    QTest::mouseClick(button(page, "Copy"), Qt::LeftButton);
    QTest::mouseClick(button(page, "Add to the queue"), Qt::LeftButton);
    QCOMPARE(requested.count(), 1);
    const auto start = requested[0][0].value<RunStart>();
    QVERIFY(start.queued);
    QCOMPARE(start.outputDir, home.path("run"));
    QCOMPARE(start.devices, QStringList("cpu:0"));
    std::vector<std::string> words;
    for (const QString& each : start.arguments) words.push_back(each.toStdString());
    QVERIFY(training::to_json(training::parse_command_line(words)) == training::to_json(tiny));
    const auto shown = training::read_command(QGuiApplication::clipboard()->text().toStdString());
    QVERIFY(training::to_json(shown.options) == training::to_json(tiny));
}

}  // namespace univi::ui
