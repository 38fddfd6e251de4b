// The Eval page on results files and with the real command line as its child.

#include "ui/evaluation/evaluation_page.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>

#include "core/eval/question_files.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/evaluation/item_view.h"
#include "ui/evaluation/items_model.h"
#include "ui/evaluation/setup_dialog.h"
#include "ui/evaluation/table_model.h"
#include "ui/groups/groups_panel.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

QString sample(const QString& name) {
    return QStringLiteral(UNIVI_TEST_DATA "/eval/") + name;
}

/// Scores the sample POPE set with these words as answers and writes the results.
QString popeResults(const TestHome& home, const QString& name,
                    const std::vector<std::string>& words, const QString& picture = {}) {
    eval::Results results;
    results.task = eval::Task::Pope;
    results.provenance.model = name.toStdString();
    results.provenance.date = "2026-01-01T00:00:00Z" + name.toStdString();
    const auto set =
        eval::read_question_set(eval::Task::Pope, sample("pope_random.jsonl").toStdString());
    std::vector<eval::Answer> answers;
    for (std::size_t i = 0; i < words.size(); ++i) {
        eval::Answer answer;
        answer.key = set.items[i].key;
        answer.given.texts = {words[i]};
        answers.push_back(answer);
    }
    results.sets = {eval::score_set(set, eval::answers_in_order(set, answers), {})};
    for (eval::ItemResult& item : results.sets[0].items) item.file = picture.toStdString();
    const QString file = home.path(name + ".results.json");
    eval::write_results(file.toStdString(), results);
    return file;
}

EvaluationPage::Parts parts() {
    EvaluationPage::Parts out;
    out.cli_program = QStringLiteral(UNIVI_BIN_DIR "/univi-cli");
    out.engine = scriptedEngine();
    return out;
}

/// Keeps a picture of the page in $UNIVI_SCREENSHOTS, for people.
void photograph(QWidget& page, const QString& name, QSize size = {1280, 800}) {
    const QString folder = qEnvironmentVariable("UNIVI_SCREENSHOTS");
    if (folder.isEmpty()) return;
    page.resize(size);
    page.show();
    QTest::qWait(300);
    page.grab().save(folder + "/" + name + ".png");
}

QModelIndex cellOf(const EvaluationPage& page, const QString& name, const char* column) {
    for (int row = 0; row < page.table()->rowCount(); ++row)
        for (int c = 1; c < page.table()->columnCount(); ++c)
            if (page.table()->index(row, 0).data() == name &&
                page.table()->column(c)->key == column)
                return page.table()->index(row, c);
    return {};
}

}  // namespace

class EvaluationPageTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { qputenv("UNIVI_RESOURCES", UNIVI_SOURCE_DIR "/resources"); }

    void showsPublishedRowsOursAndTheDifference() {
        const TestHome home;
        EvaluationPage page(parts());
        page.openResults(popeResults(home, "mine", {"Yes", "No", "Yes", "No", "No", "No"}));
        const QModelIndex cell = cellOf(page, "mine", "random/accuracy");
        QVERIFY(cell.isValid());
        QCOMPARE(cell.data().toString(), QString("83.33"));
        QCOMPARE(cellOf(page, "Chat-UniVi-7B", "random/accuracy").data().toString(),
                 QString("85.19"));
        QCOMPARE(cell.siblingAtRow(cell.row() + 1).data().toString(), QString("−1.86"));
    }

    void everyFigureOpensItsItems() {
        const TestHome home;
        EvaluationPage page(parts());
        page.resize(1280, 800);
        page.openResults(popeResults(home, "mine", {"Yes", "Yes", "Yes", "No", "No", "No"}));
        page.openCell(cellOf(page, "mine", "random/f1"));
        QCOMPARE(page.items()->rowCount(), 6);
        QCOMPARE(page.items()->count(ItemsModel::Filter::Wrong), 2);
        page.items()->setFilter(ItemsModel::Filter::Wrong);
        QCOMPARE(page.items()->rowCount(), 2);
        QCOMPARE(page.items()->row(0).item->prompts[0],
                 std::string("Is there a bus in the image?"));
        page.items()->setSearch("car");
        QCOMPARE(page.items()->rowCount(), 1);
        page.items()->setSearch({});
        page.items()->setFilter(ItemsModel::Filter::All);
    }

    void twoCheckpointsAreComparedItemByItem() {
        const TestHome home;
        EvaluationPage page(parts());
        page.openResults(popeResults(home, "a", {"Yes", "No", "Yes", "No", "Yes", "No"}));
        page.openResults(popeResults(home, "b", {"Yes", "Yes", "Yes", "No", "No"}));
        page.openCell(cellOf(page, "a", "random/accuracy"));
        QVERIFY(!page.items()->compares());
        page.compareWith(1);
        QVERIFY(page.items()->compares());
        QCOMPARE(page.items()->columnCount(), int(ItemsModel::ColumnCount));
        QCOMPARE(page.items()->count(ItemsModel::Filter::Different), 3);  // wrong, wrong, no answer
        photograph(page, "compared");
        page.items()->setFilter(ItemsModel::Filter::Different);
        QCOMPARE(page.items()->index(0, ItemsModel::OtherVerdict).data().toString(),
                 QString("wrong"));
    }

    void exportsWithProvenance() {
        const TestHome home;
        EvaluationPage page(parts());
        page.openResults(popeResults(home, "mine", {"Yes", "No", "Yes", "No", "No", "No"}));
        for (const char* ending : {"md", "tex", "csv"}) {
            const QString file = home.path(QString("table.") + ending);
            page.exportTable(file);
            QFile written(file);
            QVERIFY(written.open(QIODevice::ReadOnly));
            const QByteArray text = written.readAll();
            QVERIFY2(text.contains("mine") && text.contains("83.33"), ending);
        }
        page.exportTable(home.path("no/such/folder/table.md"));
        QVERIFY(page.notice()->sentence().contains("cannot write"));
    }

    void filesAreChosenWithoutBlocking() {
        TestHome home;
        SetupDialog setup(eval::Task::Pope, {});
        setup.show();
        const auto ask = [&setup](QAbstractButton* pressed, const QStringList& answer) {
            pressed->setFocus();
            pressed->click();  // comes back at once
            auto* dialog = setup.findChild<QFileDialog*>();
            if (!dialog || !dialog->isVisible() || !dialog->isModal()) return false;
            Q_EMIT dialog->filesSelected(answer);
            Q_EMIT dialog->fileSelected(answer.first());
            delete dialog;
            return setup.focusWidget() == pressed;
        };
        QList<QAbstractButton*> folders, lists;
        for (auto* button : setup.findChildren<QAbstractButton*>()) {
            if (button->accessibleName() == "Choose a folder") folders << button;
            if (button->text() == "Add…" || button->text() == "Add a folder…") lists << button;
        }
        QVERIFY(folders.size() >= 3 && lists.size() == 2);
        QVERIFY(ask(lists[0], {"/q/one.jsonl", "/q/two.jsonl"}));
        QVERIFY(ask(lists[1], {"/m/stage1"}));
        QVERIFY(ask(folders[0], {"/media"}));
        QCOMPARE(setup.setup().questions, QStringList({"/q/one.jsonl", "/q/two.jsonl"}));
        QVERIFY(setup.setup().models.contains("/m/stage1"));
        QCOMPARE(setup.setup().media, QString("/media"));

        EvaluationPage page(parts());
        page.openResults(popeResults(home, "ours", {"Yes", "No"}));
        page.show();
        for (QAction* action : page.findChildren<QAction*>())
            if (action->text() == "LaTeX…") action->trigger();
        auto* dialog = page.findChild<QFileDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(dialog->selectedFiles().value(0).endsWith(".tex"));
        Q_EMIT dialog->fileSelected(home.path("table"));
        QVERIFY(QFileInfo::exists(home.path("table.tex")));
        delete dialog;
        for (auto* button : page.findChildren<QPushButton*>())
            if (button->text() == "Open results…") button->click();
        dialog = page.findChild<QFileDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        QCOMPARE(dialog->fileMode(), QFileDialog::ExistingFiles);
    }

    void aWrongFileIsOneSentence() {
        const TestHome home;
        EvaluationPage page(parts());
        page.openResults(home.file("other.json", "{\"a\": 1}"));
        QVERIFY(page.notice()->sentence().contains("does not hold the results"));
    }

    void aRunShowsItsTableAndCanBeStoppedAndResumed() {
        const TestHome home;
        QVERIFY(QDir().mkpath(home.path("media")));
        for (const char* name : {"fruit.jpg", "sea.jpg", "street.jpg"})
            QVERIFY(QFile::copy(QStringLiteral(UNIVI_SOURCE_DIR "/resources/samples/") + name,
                                home.path(QStringLiteral("media/") + name)));
        EvaluationPage page(parts());
        EvaluationSetup setup;
        setup.task = eval::Task::Pope;
        setup.questions = {sample("pope_random.jsonl"), sample("pope_popular.jsonl")};
        setup.media = home.path("media");
        setup.models = {QString()};
        setup.greedy = true;
        setup.folder = home.path("runs");
        QSignalSpy started(page.runner(), &EvaluationRunner::started);
        QSignalSpy ended(page.runner(), &EvaluationRunner::ended);
        QSignalSpy finished(page.runner(), &EvaluationRunner::finished);
        page.start(setup);
        QCOMPARE(started.count(), 1);
        page.runner()->stop();
        QVERIFY(ended.wait(kWaitMs));
        QVERIFY(page.runner()->canResume());
        page.runner()->resume();
        QVERIFY(finished.wait(120'000));
        QVERIFY(cellOf(page, "demo", "random/accuracy").isValid());
        QVERIFY(cellOf(page, "demo", "popular/f1").isValid());
        page.openCell(cellOf(page, "demo", "popular/f1"));
        QCOMPARE(page.items()->rowCount(), 6);
        QVERIFY(QFile::exists(page.items()->row(0).item->file.c_str()));
        photograph(page, "items");
        Theme::instance().setMode(Theme::Mode::Dark);
        photograph(page, "items-dark");
        photograph(page, "items-large", {3840, 2160});
        photograph(page, "items-small", {760, 480});
        auto* tabs = page.findChild<QTabWidget*>();
        Theme::instance().setMode(Theme::Mode::Light);
        tabs->setCurrentIndex(1);
        photograph(page, "chart");
        tabs->setCurrentIndex(2);
        photograph(page, "about");
        page.showTask(eval::Task::Image);
        photograph(page, "empty");
    }

    void aRunThatFailsSaysWhy() {
        const TestHome home;
        EvaluationPage page(parts());
        EvaluationSetup setup;
        setup.questions = {home.file("broken.jsonl", "{\"question_id\": 1}\n")};
        setup.media = home.path("");
        setup.models = {QString()};
        setup.folder = home.path("runs");
        QSignalSpy ended(page.runner(), &EvaluationRunner::ended);
        page.start(setup);
        QVERIFY(ended.wait(kWaitMs));
        QVERIFY2(page.notice()->sentence().contains("line 1 needs a string \"image\""),
                 qPrintable(page.notice()->sentence()));
    }

    void groupsOfAnItemComeFromTheEngine() {
        const TestHome home;
        EvaluationPage page(parts());
        page.resize(1280, 800);
        page.openResults(popeResults(home, "mine", {"Yes"}, home.picture("fruit.png")));
        page.show();
        page.openCell(cellOf(page, "mine", "random/f1"));
        QVERIFY(!page.item()->groups()->isVisibleTo(&page));
        Q_EMIT page.item()->groupsRequested(page.item()->medium());
        QTRY_VERIFY_WITH_TIMEOUT(page.item()->groups()->isVisibleTo(&page), kWaitMs);
        photograph(page, "groups");
        // The button below takes them away again.
        QPushButton* hide = nullptr;
        for (QPushButton* each : page.item()->findChildren<QPushButton*>())
            if (each->text() == QLatin1String("Hide its token groups")) hide = each;
        QVERIFY(hide && hide->isVisibleTo(&page));
        hide->click();
        QVERIFY(!page.item()->groups()->isVisibleTo(&page));
        QCOMPARE(hide->text(), QString("Show its token groups"));
    }

    void theSetupMakesTheCommand() {
        EvaluationSetup setup;
        setup.task = eval::Task::VideoQa;
        QVERIFY(!setup.problem().isEmpty());
        setup.questions = {sample("msvd_qa.json")};
        setup.media = QStringLiteral(UNIVI_SOURCE_DIR "/resources/samples");
        setup.models = {QStringLiteral("/models/my model")};
        setup.folder = QStringLiteral("/out");
        setup.greedy = true;
        setup.judge = EvaluationSetup::Judge::Endpoint;
        setup.judge_address = QStringLiteral("http://example.com/v1");
        QVERIFY(setup.problem().contains("not encrypted"));
        setup.judge_address = QStringLiteral("https://api.openai.com/v1");
        QVERIFY2(setup.problem().isEmpty(), qPrintable(setup.problem()));
        const QString command = setup.command(setup.models.first());
        QVERIFY(command.contains("--model '/models/my model'"));
        QVERIFY(command.contains("--answers /out/my-model/answers.jsonl"));
        QVERIFY(command.contains("--greedy --judge https://api.openai.com/v1"));
    }

    /// A projector is asked with the base it belongs to, also when its folder is chosen by hand.
    void aProjectorTakesItsBaseAlong() {
        const TestHome home;
        for (const char* folder : {"run", "run/checkpoint-20", "base", "tower"})
            QVERIFY(QDir().mkpath(home.path(folder)));
        for (const char* name : {"run/mm_projector.bin", "run/checkpoint-20/mm_projector.bin"})
            home.file(name);
        home.file("run/run.json", QStringLiteral("{\"options\": {\"model_name_or_path\": \"%1\", "
                                                 "\"vision_tower\": \"%2\"}}")
                                      .arg(home.path("base"), home.path("tower"))
                                      .toUtf8());
        SetupDialog dialog(eval::Task::Pope, {home.path("run/checkpoint-20")});
        dialog.setFiles({sample("pope_random.jsonl")}, home.path(""));
        EvaluationSetup setup = dialog.setup();
        const QString model = setup.models.first();
        QCOMPARE(setup.parts.value(model).base, home.path("base"));
        QStringList arguments = setup.arguments(model);
        const auto value = [&](const char* flag) {
            return arguments.value(arguments.indexOf(QLatin1String(flag)) + 1);
        };
        QCOMPARE(value("--model-base"), home.path("base"));
        QCOMPARE(value("--vision-tower"), home.path("tower"));
        QCOMPARE(value("--name"), QString("run checkpoint-20"));
        dialog.setModel(home.path("run"), {"/other/base", {}});
        QVERIFY(dialog.startButton()->isEnabled());
        arguments = dialog.setup().arguments(home.path("run"));
        QCOMPARE(value("--model-base"), QString("/other/base"));
        QVERIFY(!arguments.contains("--vision-tower"));
        dialog.setModel(home.path("run"), {});
        QVERIFY(!dialog.startButton()->isEnabled());
        QVERIFY(dialog.setup().problem().contains("choose the base model"));
        // Two of one name do not share a file of answers.
        setup.models = {"/a/same", "/b/same"};
        QVERIFY(setup.answers("/a/same") != setup.answers("/b/same"));
    }

    /// One checkpoint that fails does not keep the next from being asked, and nothing is lost.
    void afterAFailureTheOthersAreAskedAndTheFormIsKept() {
        const TestHome home;
        QVERIFY(QDir().mkpath(home.path("media")));
        for (const char* name : {"fruit.jpg", "sea.jpg", "street.jpg"})
            QVERIFY(QFile::copy(QStringLiteral(UNIVI_SOURCE_DIR "/resources/samples/") + name,
                                home.path(QStringLiteral("media/") + name)));
        EvaluationPage page(parts());
        page.show();
        EvaluationSetup setup;
        setup.questions = {sample("pope_random.jsonl")};
        setup.media = home.path("media");
        setup.models = {home.path("no-model"), QString()};
        setup.greedy = true;
        setup.folder = home.path("runs");
        QSignalSpy ended(page.runner(), &EvaluationRunner::ended);
        page.start(setup);
        QVERIFY(ended.wait(120'000));
        QVERIFY(cellOf(page, "demo", "random/accuracy").isValid());
        QVERIFY2(page.notice()->sentence().startsWith("no-model: "),
                 qPrintable(page.notice()->sentence()));
        QVERIFY(page.runner()->canResume());
        page.newEvaluation();
        auto* dialog = page.findChild<SetupDialog*>();
        QVERIFY(dialog);
        QCOMPARE(dialog->setup().questions, setup.questions);
        QCOMPARE(dialog->setup().models, setup.models);
        QCOMPARE(dialog->setup().folder, setup.folder);
        QVERIFY(dialog->setup().greedy);
        dialog->close();
    }

    void differencesOfOtherQuestionsHaveNoColour() {
        const TestHome home;
        EvaluationPage page(parts());
        page.openResults(popeResults(home, "mine", {"Yes", "No", "Yes", "No", "No", "No"}));
        const QModelIndex cell = cellOf(page, "mine", "random/accuracy");
        const QModelIndex difference = cell.siblingAtRow(cell.row() + 1);
        QCOMPARE(difference.data().toString(), QString("−1.86"));
        QCOMPARE(difference.data(Qt::ForegroundRole).value<QColor>(),
                 Theme::instance().palette().textMuted);
        QVERIFY(difference.data(Qt::ToolTipRole).toString().contains("other questions"));
        QStringList words;
        for (const QLabel* label : page.findChildren<QLabel*>()) words << label->text();
        QVERIFY(
            words.join(' ').contains("Random has 6 questions, the published row was asked 2910"));
    }

    void theDialogSaysWhatIsMissing() {
        SetupDialog dialog(eval::Task::Pope, {});
        QVERIFY(!dialog.startButton()->isEnabled());
        dialog.setFiles({sample("pope_random.jsonl")},
                        QStringLiteral(UNIVI_SOURCE_DIR "/resources/samples"));
        QVERIFY(dialog.startButton()->isEnabled());
        QCOMPARE(dialog.setup().models, QStringList{QString()});
        QCOMPARE(dialog.setup().task, eval::Task::Pope);
        photograph(dialog, "dialog", dialog.size());
    }
};

UNIVI_QT_TEST(EvaluationPageTest)

}  // namespace univi::ui

#include "evaluation_page_test.moc"
