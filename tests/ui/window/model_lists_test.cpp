#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include "app/desktop/main_window.h"
#include "core/base/paths.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/models/cached_models.h"
#include "ui/models/choice_button.h"
#include "ui/models/model_facts.h"
#include "ui/models/model_lists.h"
#include "ui/models/models_page.h"
#include "ui/models/task_row.h"
#include "ui/settings/app_settings.h"

namespace univi::ui {
namespace {

using State = ModelTask::State;

constexpr int kLoadMs = 120'000;

}  // namespace

/// The models of this machine: what is known of them, and what can be done with the real univi-cli.
class ModelListsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        settings_ = std::make_unique<AppSettings>();
    }
    void cleanup() {
        window_.reset();
        settings_.reset();
    }

    void aFolderSaysWhatItsModelIs() {
        const QByteArray config = R"({"model_type": "ChatUniVi", "torch_dtype": "bfloat16",
            "univi_conv": "v1", "max_position_embeddings": 4096, "hidden_size": 4096,
            "num_attention_heads": 32, "num_hidden_layers": 32, "_name_or_path": "vicuna-7b"})";
        add("whole", {{"config.json", config},
                      {"tokenizer.model", "p"},
                      {"model.safetensors", QByteArray(2'000'000, 'w')},
                      {"README.md", "---\nlicense: llama2\n---\nWords"}});
        QCOMPARE(facts("whole"), QString("Whole model  ·  bfloat16  ·  2 MB of weights  ·  4,096 "
                                         "tokens  ·  template v1  ·  licence llama2"));
        const auto read = readModelFacts(home_->path("models/whole").toStdString());
        QCOMPARE(read->cache, qint64(2) * 32 * 4096 * 4096 * 2);
        QVERIFY(fitText(*read, 64'000'000'000).startsWith("Fits this machine's memory as bf16"));
        QCOMPARE(fitText(*read, 1'000'000'000),
                 QString("More than this machine's memory in every type"));
        add("stage1", {{"config.json", config}, {"mm_projector.bin", QByteArray(1'000'000, 'w')}});
        QVERIFY(facts("stage1").startsWith("Projector for vicuna-7b  ·  1 MB of weights"));
        add("lora", {{"adapter_config.json", R"({"base_model_name_or_path": "owner/base"})"},
                     {"adapter_model.bin", QByteArray(1'000'000, 'w')}});
        QCOMPARE(facts("lora"), QString("LoRA for owner/base  ·  1 MB of weights"));
        add("words", {{"config.json", R"({"model_type": "llama",
                                         "quantization_config": {"bits": 4}})"},
                      {"tokenizer.model", "p"},
                      {"pytorch_model.bin", QByteArray(1'000'000, 'w')}});
        QCOMPARE(facts("words"), QString("Text only  ·  int4  ·  1 MB of weights"));
        add("other", {{"config.json", R"({"model_type": "clip"})"}, {"model.safetensors", "w"}});
        QVERIFY(!readModelFacts(home_->path("models/other").toStdString()));
        add("cut", {{"config.json", config}, {"tokenizer.model", "p"}});
        QVERIFY(!readModelFacts(home_->path("models/cut").toStdString()));
    }

    void checkpointsStandInTheOrderOfTheirSteps() {
        for (const char* name : {"checkpoint-1000", "base", "checkpoint-500"}) add(name, whole());
        QStringList names;
        for (const CachedModel& model : findModelsIn(home_->path("models"))) names << model.name;
        QCOMPARE(names, QStringList({"base", "checkpoint-500", "checkpoint-1000"}));
    }

    void foldersAreWatched() {
        add("one", whole());
        settings_->setModelFolders({home_->path("models"), home_->path("nowhere")});
        open();
        QTRY_VERIFY_WITH_TIMEOUT(choice("one"), kWaitMs);
        add("two", whole());  // comes while the page is open
        QTRY_VERIFY_WITH_TIMEOUT(choice("two"), kWaitMs);
        choice("two")->click();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->model().model,
                                  home_->path("models/two").toStdString(), kWaitMs);
        press("List the models of " + home_->path("models") + " no more");
        QTRY_VERIFY_WITH_TIMEOUT(!choice("one"), kWaitMs);
        QCOMPARE(settings_->modelFolders(), QStringList(home_->path("nowhere")));
        QVERIFY(QFile::exists(home_->path("models/one/config.json")));
    }

    void aModelIsVerifiedAndWrittenAnotherWay() {
        open();
        choose("Demo model", "Verify");
        TaskRow* row = window_->findChild<TaskRow*>();
        QVERIFY(row && row->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(row->task()->state(), State::Done, kLoadMs);
        QVERIFY2(row->detail().contains("fits together"), qPrintable(row->detail()));
        press("Close: Verifying Demo model");
        QTRY_VERIFY(!window_->findChild<TaskRow*>());
        auto* lists = window_->findChild<ModelLists*>();
        const QString out = home_->path("demo-int4");
        Q_EMIT lists->taskRequested(ModelTask::Kind::Quantize4, {}, out);
        row = window_->findChild<TaskRow*>();
        QTRY_COMPARE_WITH_TIMEOUT(row->task()->state(), State::Done, kLoadMs);
        QVERIFY(QFile::exists(out + "/config.json"));
        press("Load: Writing Demo model in int4");
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->model().model, out.toStdString(), kWaitMs);
    }

    void aWrongByteIsFoundAndACancelledWorkLeavesNothing() {
        const QString copy = home_->path("models/demo");
        copyFolder(QString::fromStdString(base::demo_model_folder()->string()), copy);
        QFile weights(copy + "/model.safetensors");
        QVERIFY(weights.open(QIODevice::ReadWrite) && weights.seek(weights.size() / 2));
        const char other = char(weights.peek(1)[0] ^ 1);
        QVERIFY(weights.putChar(other));
        weights.close();
        ModelTask wrong(ModelTask::Kind::Verify, copy, {}, QStringLiteral(UNIVI_CLI));
        QTRY_COMPARE_WITH_TIMEOUT(wrong.state(), State::Failed, kLoadMs);
        QVERIFY2(wrong.detail().startsWith("model.safetensors of "), qPrintable(wrong.detail()));
        ModelTask write(ModelTask::Kind::Convert, {}, home_->path("out"),
                        QStringLiteral(UNIVI_CLI));
        write.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(write.state() == State::Cancelled, kLoadMs);
        QVERIFY(!QFile::exists(home_->path("out")));
    }

  private:
    using Files = QHash<QString, QByteArray>;
    static Files whole() {
        return {{"config.json", R"({"model_type": "ChatUniVi"})"},
                {"tokenizer.model", "p"},
                {"model.safetensors", "w"}};
    }
    void add(const QString& name, const Files& files) const {
        const QString beside = home_->path("new-" + name);
        QVERIFY(QDir().mkpath(beside) && QDir().mkpath(home_->path("models")));
        for (auto each = files.begin(); each != files.end(); ++each)
            home_->file("new-" + name + "/" + each.key(), each.value());
        QVERIFY(QDir().rename(beside, home_->path("models/" + name)));
    }
    QString facts(const QString& name) const {
        const auto read = readModelFacts(home_->path("models/" + name).toStdString());
        return read ? factsText(*read) : QString();
    }
    static void copyFolder(const QString& from, const QString& to) {
        QVERIFY(QDir().mkpath(to));
        for (const QFileInfo& each :
             QDir(from).entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot)) {
            const QString there = to + "/" + each.fileName();
            if (each.isDir())
                copyFolder(each.filePath(), there);
            else
                QVERIFY(QFile::copy(each.filePath(), there));
            if (!each.isDir()) QFile::setPermissions(there, QFile::ReadOwner | QFile::WriteOwner);
        }
    }
    void open() {
        MainWindow::Options options;
        options.engine = scriptedEngine();
        options.cli_program = QStringLiteral(UNIVI_CLI);
        window_ = std::make_unique<MainWindow>(settings_.get(), options);
        window_->show();
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
        window_->showPage(MainWindow::Models);
    }
    ChoiceButton* choice(const QString& name) const {
        for (auto* button : window_->findChildren<ChoiceButton*>())
            if (button->name() == name) return button;
        return nullptr;
    }
    void press(const QString& name) const {
        for (auto* button : window_->findChildren<QPushButton*>())
            if (button->isVisible() && button->accessibleName() == name) return button->click();
        QFAIL(qPrintable("no button " + name));
    }
    void choose(const QString& model, const QString& what) const {
        for (auto* button : window_->findChildren<QToolButton*>()) {
            if (button->accessibleName() != "More about " + model) continue;
            for (QAction* action : button->menu()->actions())
                if (action->text() == what) return action->trigger();
        }
        QFAIL(qPrintable("no menu for " + model));
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<MainWindow> window_;
};

UNIVI_QT_TEST(ModelListsTest)

}  // namespace univi::ui

#include "model_lists_test.moc"
