#include <QCheckBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTextBrowser>
#include <QToolButton>

#include "core/base/error.h"
#include "core/text/labels.h"
#include "setup_support.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/training/shots.h"
#include "training/options/dataset_list.h"
#include "ui/training/data/data_doctor.h"
#include "ui/training/data/data_panel.h"
#include "ui/training/data/datasets_editor.h"
#include "ui/training/data/doctor_view.h"
#include "ui/training/data/findings_model.h"
#include "ui/training/data/sample_browser.h"
#include "ui/training/data/sample_view.h"
#include "ui/training/data/source_card.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {

using training::TrainOptions;

class DataTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void datasetsFileKeepsAll() {
        SetupHome home;
        DatasetsFile file;
        file.paths = {{"DATA", "/data"}};
        file.sets = {
            {"mix", {{"${DATA}/a.json", {{"coco", "${DATA}/coco"}}, 3, true}, {"b.json", {}, 1}}},
            {"held", {{"c.json", {}, 1}}}};
        QCOMPARE(file.problem(), QString());
        file.write(home.path("d.json"));
        DatasetsFile again = DatasetsFile::read(home.path("d.json"));
        QCOMPARE(again.names(), QStringList({"held", "mix"}));
        QCOMPARE(again.sets[1], file.sets[0]);
        QCOMPARE(again.paths, file.paths);
        // The weight is what the trainer sees: three times the same source.
        const auto sources =
            training::find_sources({home.path("d.json").toStdString(), {}, {}}, "mix");
        QCOMPARE(sources.size(), std::size_t(4));
        QCOMPARE(sources[2].chat_path, sources[0].chat_path);
        QVERIFY(sources[0].allow_absolute_media && !sources[3].allow_absolute_media);
        QCOMPARE(QString::fromStdString(sources[0].folders[0].string()), QString("/data/coco"));
        again.sets[0].name = "mix";
        QVERIFY(again.problem().contains("mix"));
        again.sets[0] = {"empty", {}};
        QVERIFY(again.problem().contains("no source"));
        writeFile(home.path("e.json"), "{\"x\": [{\"folder\": \"y\"}]}");
        QVERIFY_THROWS_EXCEPTION(base::Error, DatasetsFile::read(home.path("e.json")));
    }

    void editorWritesWhatTheTrainerReads() {
        SetupHome home;
        DatasetsEditor editor;
        TrainOptions options = home.tiny();
        options.datasets = home.path("new.json").toStdString();
        options.dataset_use.clear();
        QSignalSpy chosen(&editor, &DatasetsEditor::chosen);
        editor.setOptions(options);
        DatasetsFile file;
        file.sets = {
            {"tiny", {{golden("data/train_chat_stage2.json"), {{"inputs", golden("inputs")}}, 2}}}};
        editor.setContent(file);
        QVERIFY(editor.save());
        auto* list = editor.findChild<QListWidget*>();
        QCOMPARE(list->count(), 1);
        list->item(0)->setCheckState(Qt::Checked);
        QCOMPARE(chosen.last().at(0).toString(), QString("dataset_use"));
        QCOMPARE(chosen.last().at(1).toString(), QString("tiny"));
        QCOMPARE(
            training::find_sources({home.path("new.json").toStdString(), {}, {}}, "tiny").size(),
            std::size_t(2));
        file.sets[0].sources[0].chat_path.clear();
        editor.setContent(file);
        QVERIFY(!editor.save());  // a source without its list is not written
        QCOMPARE(DatasetsFile::read(home.path("new.json")).sets[0].sources[0].times, 2);
    }

    void doctorOfTheRealTrainer() {
        SetupHome home;
        TrainOptions options = home.tiny();
        options.datasets = home.brokenDatasets().toStdString();
        options.dataset_use = "bad";
        DataDoctor doctor;
        QSignalSpy finished(&doctor, &DataDoctor::finished), failed(&doctor, &DataDoctor::failed),
            progressed(&doctor, &DataDoctor::progressed);
        doctor.check(options, true);
        QVERIFY(QTest::qWaitFor([&] { return finished.count() + failed.count() > 0; }, kWaitMs));
        QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed[0][0].toString()));
        const auto check = finished[0][0].value<protocol::DataCheck>();
        QCOMPARE(check.data.items, 4);
        QVERIFY(check.has_faults());
        QVERIFY(progressed.count() >= 2);
        FindingsModel model;
        model.setCheck(check);
        QVERIFY(model.rowCount() >= 2);
        bool missing = false;
        for (const auto& each : check.data.findings) {
            if (each.problem != protocol::DataProblem::MissingMedium) continue;
            missing = true;
            QCOMPARE(each.item, 1);
            QCOMPARE(each.line, 3);
            QVERIFY(each.file.ends_with("bad.json"));
            QVERIFY(each.why.starts_with("gone.jpg"));
        }
        QVERIFY(missing);
        model.setProblem(protocol::DataProblem::MissingMedium);
        QCOMPARE(model.rowCount(), 1);
        // What cannot be checked at all is one sentence.
        options.dataset_use = "good";
        doctor.check(options, true);
        QVERIFY(QTest::qWaitFor([&] { return failed.count() > 0; }, kWaitMs));
        QVERIFY(failed[0][0].toString().contains("good"));
    }

    /// Damage in part and the held-out data stand in the list like every other finding.
    void doctorShowsDamagedVideosAndHeldOutData() {
        SetupHome home;
        QFile::copy(QStringLiteral(UNIVI_TEST_DATA "/media/damaged_mid.mp4"),
                    home.path("middle.mp4"));
        const QByteArray talk =
            R"("conversations": [{"from": "human", "value": "<video>\nWhat?"}, {"from": "gpt", "value": "A cup."}]})";
        writeFile(home.path("clips.json"),
                  "[{\"id\": \"m\", \"video\": \"middle.mp4\", " + talk + "]");
        writeFile(home.path("held.json"),
                  "[{\"id\": \"g\", \"video\": \"gone.mp4\", " + talk + "]");
        writeFile(home.path("sets.json"), R"({"D": {"chat_path": "clips.json", "here": "."},
                                              "H": {"chat_path": "held.json", "here": "."}})");
        TrainOptions options = home.tiny();
        options.datasets = home.path("sets.json").toStdString();
        options.dataset_use = "D";
        options.eval_dataset_use = "H";
        DoctorView view;
        view.resize(820, 760);
        view.setOptions(options);
        view.show();
        QSignalSpy finished(view.doctor(), &DataDoctor::finished),
            chosen(&view, &DoctorView::itemChosen);
        for (auto* button : view.findChildren<QPushButton*>())
            if (QString(button->text()).remove('&') == "Check the data") button->click();
        QVERIFY(QTest::qWaitFor([&] { return finished.count() > 0; }, kWaitMs));
        auto* table = view.findChild<QTableView*>();
        QCOMPARE(table->model()->rowCount(), 2);
        const auto cell = [&](int row, int column) {
            return table->model()->index(row, column).data().toString();
        };
        QCOMPARE(cell(0, FindingsModel::Problem), QString("Video damaged in part"));
        QVERIFY2(cell(0, 3).contains("28 of 60 frames cannot be read"), qPrintable(cell(0, 3)));
        QCOMPARE(cell(1, FindingsModel::Problem), QString("Picture or video missing (held out)"));
        QCOMPARE(cell(1, FindingsModel::File), QString("held.json"));
        QStringList texts;
        for (const QLabel* label : view.findChildren<QLabel*>()) texts << label->text();
        const QString all = texts.join(' ');
        QVERIFY2(all.contains("Held out (H):") && all.contains("the frames that training shows"),
                 qPrintable(all));
        for (int row : {0, 1}) Q_EMIT table->activated(table->model()->index(row, 0));
        QCOMPARE(chosen.count(), 1);  // the samples beside are those of the other set
        shot(&view, "doctor_damaged_held_out");
    }

    void doctorStops() {
        SetupHome home;
        DataDoctor doctor;
        QSignalSpy finished(&doctor, &DataDoctor::finished), failed(&doctor, &DataDoctor::failed);
        doctor.check(home.tiny(), true);
        doctor.stop();
        QVERIFY(failed.wait(kWaitMs));
        QCOMPARE(failed[0][0].toString(), QString());
        QVERIFY(finished.isEmpty());
        QVERIFY(!doctor.isRunning());
    }

    /// Chats as JSON Lines whose pictures are all missing: the cause, the way out, and how
    /// they were read.
    void doctorSaysWhyNothingIsLearned() {
        SetupHome home;
        QByteArray lines;
        for (int i = 0; i < 3; ++i)
            lines +=
                R"({"image": "gone.jpg", "messages": [{"role": "user", "content": "<image>\nWhat?"}, {"role": "assistant", "content": "A cup."}]})"
                "\r\n";
        writeFile(home.path("chats.jsonl"), lines);
        writeFile(home.path("chats.json"),
                  R"({"chats": {"chat_path": "chats.jsonl", "here": "."}})");
        TrainOptions options = home.tiny();
        options.datasets = home.path("chats.json").toStdString();
        options.dataset_use = "chats";
        DoctorView view;
        view.resize(820, 640);
        view.setOptions(options);
        view.show();
        QSignalSpy finished(view.doctor(), &DataDoctor::finished);
        QTest::mouseClick(view.findChild<QPushButton*>(), Qt::LeftButton);
        QVERIFY(QTest::qWaitFor([&] { return finished.count() > 0; }, kWaitMs));
        const QString said = view.findChild<NoticeBar*>()->sentence();
        QVERIFY2(said.startsWith("Nothing can be learned from this data") &&
                     said.contains("3 of 3 items: picture or video missing") &&
                     said.contains("Name the folder"),
                 qPrintable(said));
        QStringList texts;
        for (const QLabel* label : view.findChildren<QLabel*>()) texts << label->text();
        QVERIFY(texts.join(' ').contains("3 items call their speakers user and assistant"));
        shot(&view, "doctor_nothing_to_learn");
    }

    void absolutePathsAreAChoiceOfTheSource() {
        SetupHome home;
        SourceCard card(
            {home.path("chats.jsonl"), {{"media", home.path("")}}, 1, true},
            [](const QString& text) { return text; }, false);
        QVERIFY(card.source().allow_absolute_media);
        QSignalSpy edited(&card, &SourceCard::edited);
        auto* box = card.findChild<QCheckBox*>();
        box->setChecked(false);
        QCOMPARE(edited.count(), 1);
        QVERIFY(!card.source().allow_absolute_media);
        card.resize(620, card.sizeHint().height());
        shot(&card, "source_card");
    }

    /// Against core/text itself: every shown token and its mask.
    void samplesAsTrainingLabelsThem() {
        SetupHome home;
        const TrainOptions options = home.tiny();
        auto tokenizer = text::Tokenizer::load(options.model_name_or_path);
        tokenizer.set_legacy(true);
        const auto dataset =
            training::Dataset::load(training::find_sources({options.datasets, {}, {}}, "stage2"));
        QCOMPARE(dataset.size(), std::size_t(8));
        qint64 trained = 0, length = 0;
        for (std::size_t i = 0; i < dataset.size(); ++i) {
            const SampleView view = viewSample(dataset, i, tokenizer, {"v1", 2048, 7});
            QVERIFY2(view.problem.isEmpty(), qPrintable(view.problem));
            const auto item = dataset.item(i);
            const auto expected = text::label_conversation(
                tokenizer, text::find_template("v1"),
                text::expand_placeholders(item.messages, view.is_video ? 7 : 1),
                !item.names.empty());
            std::vector<bool> mask;
            QString learned;
            for (const SampleToken& token : view.tokens) {
                for (int k = 0; k < std::max(1, token.placeholders); ++k)
                    mask.push_back(token.trained);
                if (token.trained && token.kind == SampleToken::Kind::Text) learned += token.text;
            }
            QCOMPARE(mask.size(), expected.labels.size());
            for (std::size_t k = 0; k < mask.size(); ++k)
                QCOMPARE(bool(mask[k]), expected.labels[k] != text::kIgnoreLabel);
            // The learned words are the answers.
            QString answers;
            for (const auto& message : item.messages)
                if (message.from == "gpt") answers += QString::fromStdString(message.value);
            QCOMPARE(QString(learned).remove(' '), answers.remove(' '));
            trained += view.trained;
            length += view.length;
        }
        // The figures of univi-train --check-data for the same data (its clip has 7 frames).
        QCOMPARE(trained, qint64(100));
        QCOMPARE(length, qint64(720));
        const auto cut = viewSample(dataset, 0, tokenizer, {"v1", 40, 7});
        QVERIFY(!cut.problem.isEmpty());
        QCOMPARE(cut.trained, qint64(0));
    }

    void browserShowsAnItem() {
        SetupHome home;
        TrainOptions options = home.tiny();
        options.datasets = home.brokenDatasets().toStdString();
        options.dataset_use = "bad";
        DataPanel panel;
        panel.resize(900, 700);
        panel.setOptions(options);
        panel.show();
        Q_EMIT panel.doctor()->itemChosen(1);
        auto* tokens = panel.samples()->findChild<QTextBrowser*>();
        QVERIFY(QTest::qWaitFor([&] { return tokens->toPlainText().contains("USER"); }, kWaitMs));
        QCOMPARE(panel.samples()->findChild<QSpinBox*>()->value(), 1);
        QVERIFY(tokens->toPlainText().contains("Nothing."));
        panel.samples()->showItem(0);
        QVERIFY(
            QTest::qWaitFor([&] { return tokens->toPlainText().contains("A player."); }, kWaitMs));
    }

    void filesAreChosenWithoutBlocking() {
        SetupHome home;
        DatasetsEditor editor;
        TrainOptions options = home.tiny();
        options.datasets = home.path("new.json").toStdString();
        editor.setOptions(options);
        DatasetsFile file;
        file.sets = {{"tiny", {{"list.json", {{"inputs", "media"}}, 1}}}};
        editor.setContent(file);
        editor.show();
        // Every button that opens a dialog, by its name, and what was chosen there.
        const auto choose = [&editor](auto* pressed, const QString& answer) {
            pressed->setFocus();
            pressed->click();  // comes back at once
            auto* dialog = editor.findChild<QFileDialog*>();
            if (!dialog || !dialog->isVisible() || !dialog->isModal()) return false;
            Q_EMIT dialog->fileSelected(answer);
            delete dialog;
            return true;
        };
        const auto named = [&editor](const QString& name) {
            QAbstractButton* found = nullptr;
            for (auto* each : editor.findChildren<QAbstractButton*>())
                if (each->accessibleName() == name || QString(each->text()).remove('&') == name)
                    found = each;
            return found;
        };
        QSignalSpy chosen(&editor, &DatasetsEditor::chosen);
        for (const char* name : {"Choose the list of conversations", "Choose the folder"}) {
            QVERIFY2(named(name), name);
            QVERIFY2(choose(named(name), home.path(name)), name);
            QCOMPARE(editor.focusWidget(), named(name));
        }
        QCOMPARE(editor.content().sets[0].sources[0].chat_path,
                 home.path("Choose the list of conversations"));
        for (const char* name : {"Open…", "New…", "Choose the data folder"}) {
            QVERIFY2(named(name), name);
            QVERIFY2(choose(named(name), home.path(name)), name);
            QCOMPARE(chosen.last().at(1).toString(), home.path(name));
        }
        // A line that is gone takes no answer any more.
        named("Choose the folder")->click();
        auto* dialog = editor.findChild<QFileDialog*>();
        QVERIFY(dialog);
        editor.setContent(file);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        Q_EMIT dialog->fileSelected("/late");
        QCOMPARE(editor.content().sets[0], file.sets[0]);
    }
};

UNIVI_QT_TEST(DataTest)

}  // namespace univi::ui

#include "data_test.moc"
