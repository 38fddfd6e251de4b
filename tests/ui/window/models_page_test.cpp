#include "ui/models/models_page.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>

#include "app/desktop/main_window.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/models/cached_models.h"
#include "ui/models/choice_button.h"
#include "ui/settings/app_settings.h"

namespace univi::ui {
namespace {

constexpr int kModelsPage = MainWindow::Models;

const QByteArray kChatConfig = R"({"model_type": "ChatUniVi"})";
const QByteArray kIndex =
    R"({"weight_map": {"a": "part-1.safetensors", "b": "part-2.safetensors", "c": "part-1.safetensors"}})";

/// A Hugging Face cache as huggingface_hub lays it out: files in blobs/, links in snapshots/.
class Cache {
  public:
    explicit Cache(const QString& folder) : folder_(folder) {}

    void add(const QString& repository, const QHash<QString, QByteArray>& files) const {
        const QString home =
            folder_ + "/models--" + QString(repository).replace('/', QStringLiteral("--"));
        QVERIFY(QDir().mkpath(home + "/blobs") && QDir().mkpath(home + "/snapshots/0123abcd"));
        QVERIFY(QDir().mkpath(home + "/refs"));
        write(home + "/refs/main", "0123abcd");
        for (auto file = files.begin(); file != files.end(); ++file) {
            write(home + "/blobs/" + file.key(), file.value());
            QVERIFY(QFile::link("../../blobs/" + file.key(),
                                home + "/snapshots/0123abcd/" + file.key()));
        }
    }
    void lose(const QString& repository, const QString& file) const {
        const QString name = QString(repository).replace('/', QStringLiteral("--"));
        QVERIFY(QFile::remove(folder_ + "/models--" + name + "/blobs/" + file));
    }

  private:
    static void write(const QString& path, const QByteArray& bytes) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    QString folder_;
};

/// The files of a whole model in one shard of `bytes` bytes.
QHash<QString, QByteArray> wholeModel(int bytes, const QByteArray& config = kChatConfig) {
    return {{"config.json", config},
            {"tokenizer.model", "pieces"},
            {"model.safetensors", QByteArray(bytes, 'w')}};
}

}  // namespace

class ModelsPageTest : public QObject {
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

    void theCacheIsReadWithoutTrust() {
        QVERIFY(findCachedModels().isEmpty());  // no cache at all
        const Cache cache(home_->path("hub"));
        cache.add("owner/whole", wholeModel(1000));
        cache.add("owner/older",
                  wholeModel(10, R"({"model_type": "llama", "mm_vision_tower": "openai/clip"})"));
        cache.add("owner/shards", {{"config.json", kChatConfig},
                                   {"tokenizer.model", "pieces"},
                                   {"model.safetensors.index.json", kIndex},
                                   {"part-1.safetensors", QByteArray(70, 'w')},
                                   {"part-2.safetensors", QByteArray(7, 'w')}});
        // What cannot be loaded is not offered.
        cache.add("owner/words", wholeModel(10, R"({"model_type": "llama"})"));
        cache.add("openai/clip", wholeModel(10, R"({"model_type": "clip"})"));
        cache.add("owner/list", wholeModel(10, "[]"));
        cache.add("owner/broken", wholeModel(10, "{\"model_type\": "));
        cache.add("owner/number", wholeModel(10, R"({"model_type": 7})"));
        cache.add("owner/no-tokenizer", wholeModel(10));
        cache.lose("owner/no-tokenizer", "tokenizer.model");
        cache.add("owner/no-weights", wholeModel(10));
        cache.lose("owner/no-weights", "model.safetensors");
        cache.add("owner/no-shard", {{"config.json", kChatConfig},
                                     {"tokenizer.model", "pieces"},
                                     {"model.safetensors.index.json", kIndex},
                                     {"part-1.safetensors", "w"}});
        cache.add("owner/outside",
                  {{"config.json", kChatConfig},
                   {"tokenizer.model", "pieces"},
                   {"pytorch_model.bin.index.json", R"({"weight_map": {"a": "../config.json"}})"}});
        QStringList found;
        for (const CachedModel& model : findCachedModels())
            found << QStringLiteral("%1 %2").arg(model.name).arg(model.bytes);
        QCOMPARE(found, QStringList({"owner/older 10", "owner/shards 77", "owner/whole 1000"}));
    }

    void aCachedModelIsOneClickAway() {
        open();
        window_->showPage(kModelsPage);
        QVERIFY(choices("owner").isEmpty());
        window_->showPage(0);
        const Cache cache(home_->path("hub"));
        cache.add("owner/whole", wholeModel(2'000'000));
        window_->showPage(kModelsPage);  // looked up anew
        QTRY_COMPARE(choices("owner").size(), 1);
        ChoiceButton* choice = choices("owner").first();
        QCOMPARE(choice->name(), QString("owner/whole"));
        QCOMPARE(choice->place(), QString("Whole model  ·  2 MB of weights"));
        QVERIFY(choice->toolTip().endsWith("snapshots/0123abcd"));
        choice->click();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->model().model, std::string("owner/whole"),
                                  kWaitMs);
        QCOMPARE(settings_->recentModels().first(), QString("owner/whole"));
        QTRY_COMPARE(choices("owner").size(), 1);  // not among the folders as well
        QVERIFY(QDir(home_->path("hub")).removeRecursively());
        window_->showPage(0);
        window_->showPage(kModelsPage);
        // Now as one that was loaded before.
        QTRY_VERIFY(choices("owner").size() == 1 && choices("whole").first()->name() == "whole");
        QCOMPARE(choices("whole").first()->place(), QString("owner, Hugging Face cache"));
    }

    void theChosenTypeSaysWhatItTakes() {
        open();
        window_->showPage(kModelsPage);
        auto* page = window_->findChild<ModelsPage*>();
        auto* need = page->findChild<QLabel*>("memoryNeed");
        QTRY_COMPARE(need->text(), QString("46 MB of weights, and up to 8 MB for a conversation"));
        QComboBox* types = nullptr;
        for (auto* box : page->findChildren<QComboBox*>())
            if (box->findText("int4") >= 0) types = box;
        QVERIFY(types);
        types->setCurrentText("int4");
        QCOMPARE(need->text(), QString("9 MB of weights, and up to 4 MB for a conversation: more "
                                       "than this machine has"));
        types->setCurrentText("int8");  // the engine says nothing of it
        QVERIFY(!need->isVisible());
        types->setCurrentText("auto");
        QVERIFY(need->isVisible());
        QVERIFY(need->text().startsWith("46 MB"));
    }

    void whatIsChosenAndNotInUseIsSaid() {
        open();
        window_->showPage(kModelsPage);
        auto* page = window_->findChild<ModelsPage*>();
        auto* pending = page->findChild<QLabel*>("notInUse");
        QVERIFY(pending);
        QVERIFY(pending->text().isEmpty());
        QPushButton* again = nullptr;
        for (auto* button : page->findChildren<QPushButton*>())
            if (button->text() == "&Load again") again = button;
        QVERIFY(again && !again->property("role").isValid());
        QComboBox *types = nullptr, *devices = nullptr;
        for (auto* box : page->findChildren<QComboBox*>()) {
            if (box->findText("int4") >= 0) types = box;
            if (box->findText("cpu") >= 0) devices = box;
        }
        types->setCurrentText("int4");
        devices->setCurrentText("cpu");
        QCOMPARE(pending->text(), QString("Applies when the model is loaded again: Device, Type"));
        QCOMPARE(again->property("role").toString(), QString("primary"));
        devices->setCurrentText("auto");
        QCOMPARE(pending->text(), QString("Applies when the model is loaded again: Type"));
        again->click();
        QTRY_COMPARE(window_->engine()->loadRequest().dtype, std::string("int4"));
        QTRY_VERIFY_WITH_TIMEOUT(pending->text().isEmpty(), kWaitMs);
        QVERIFY(!again->property("role").isValid());
    }

    void keysAndValuesOfEightBitsAreAskedForAndRemembered() {
        open();
        window_->showPage(kModelsPage);
        auto* page = window_->findChild<ModelsPage*>();
        QComboBox* kinds = nullptr;
        for (auto* box : page->findChildren<QComboBox*>())
            if (box->count() == 2 && box->findText("int8") == 1) kinds = box;
        QVERIFY(kinds);
        QCOMPARE(kinds->currentText(), QString("auto"));
        kinds->setCurrentText("int8");
        for (auto* button : page->findChildren<QPushButton*>())
            if (button->text().contains("Load again")) button->click();
        QTRY_COMPARE(window_->engine()->loadRequest().cache_dtype, std::string("int8"));
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
        QTRY_COMPARE(settings_->model().cache_dtype, std::string("int8"));
    }

  private:
    void open() {
        MainWindow::Options options;
        options.engine = scriptedEngine();
        window_ = std::make_unique<MainWindow>(settings_.get(), options);
        window_->show();
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
    }
    QList<ChoiceButton*> choices(const QString& word) {
        QList<ChoiceButton*> found;
        for (auto* button : window_->findChild<ModelsPage*>()->findChildren<ChoiceButton*>())
            if (button->isVisible() && button->accessibleName().contains(word)) found << button;
        return found;
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<MainWindow> window_;
};

UNIVI_QT_TEST(ModelsPageTest)

}  // namespace univi::ui

#include "models_page_test.moc"
