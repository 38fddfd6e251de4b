#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QMenu>
#include <QProcess>
#include <QPushButton>
#include <QToolButton>
#include <atomic>
#include <thread>

#include "app/desktop/about_card.h"
#include "app/desktop/arguments.h"
#include "app/desktop/instance.h"
#include "app/desktop/main_window.h"
#include "core/base/log.h"
#include "core/base/log_tail.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_model.h"
#include "ui/models/model_button.h"
#include "ui/models/models_page.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/settings_page.h"

namespace univi::ui {

/// What belongs to the program as a whole: the model unloaded while idle, what lies where, keys,
/// the report, and one window for several starts.
class HouseTest : public QObject {
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

    void anIdleModelIsUnloadedAndComesBack() {
        EngineClient engine(scriptedEngine());
        engine.load({});
        QTRY_COMPARE_WITH_TIMEOUT(engine.state(), EngineClient::State::Ready, kWaitMs);
        QVERIFY(!engine.isResting() && engine.processId() > 0);
        engine.setIdleTime(std::chrono::milliseconds(1));
        QTRY_VERIFY_WITH_TIMEOUT(engine.isResting(), kWaitMs);
        QCOMPARE(engine.processId(), 0);
        QCOMPARE(engine.state(), EngineClient::State::Ready);  // nobody need know
        engine.setIdleTime(std::chrono::milliseconds(0));
        QSignalSpy answered(&engine, &EngineClient::answered);
        protocol::AskRequest question;
        question.question = "hello";
        engine.ask(question);
        QVERIFY(!engine.isResting());
        QTRY_COMPARE_WITH_TIMEOUT(answered.size(), 1, kWaitMs);
        QVERIFY(engine.processId() > 0);
        // Not while something is asked of it.
        question.question = "slow";
        const qint64 id = engine.ask(question);
        engine.rest();
        QVERIFY(!engine.isResting());
        engine.stop(id);
        // Another model can be chosen while it rests.
        QTRY_VERIFY_WITH_TIMEOUT((engine.rest(), engine.isResting()), kWaitMs);
        protocol::LoadRequest other;
        other.model = "/models/other";
        engine.load(other);
        QVERIFY(!engine.isResting());
        QTRY_COMPARE_WITH_TIMEOUT(engine.state(), EngineClient::State::Ready, kWaitMs);
        QCOMPARE(engine.model().model, std::string("/models/other"));
    }

    void theWindowSaysThatTheModelRests() {
        open();
        auto* button = window_->findChild<ModelButton*>();
        window_->engine()->rest();
        QVERIFY2(button->detail().startsWith("Unloaded"), qPrintable(button->detail()));
        window_->showPage(MainWindow::Settings);
        auto* minutes = window_->findChild<QComboBox*>("idleMinutes");
        QCOMPARE(minutes->currentText(), QString("Never"));
        minutes->setCurrentIndex(2);
        Q_EMIT minutes->activated(2);
        QCOMPARE(settings_->idleMinutes(), 15);
    }

    void theModelIsUnloadedAtOnceWhereSomebodyLooksForIt() {
        open();
        window_->showPage(MainWindow::Models);
        auto* unload = window_->findChild<QPushButton*>("unload");
        QVERIFY(unload->isVisible() && unload->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT((unload->click(), window_->engine()->isResting()), kWaitMs);
        QVERIFY(!unload->isEnabled());
        QCOMPARE(window_->engine()->processId(), 0);
        // Not while it works, and then it says so.
        window_->engine()->restart();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
        QVERIFY(unload->isEnabled());
        protocol::AskRequest question;
        question.conversation = "c";
        question.question = "slow";
        const qint64 id = window_->engine()->ask(question);
        unload->click();
        QVERIFY(!window_->engine()->isResting());
        bool isSaid = false;
        for (auto* label : page<ModelsPage>()->findChildren<QLabel*>())
            isSaid = isSaid || (label->isVisible() && label->text().contains("at work;"));
        QVERIFY(isSaid);
        window_->engine()->stop(id);
        QMenu* menu = window_->findChild<QToolButton*>("modelButton")->menu();
        Q_EMIT menu->aboutToShow();
        auto* action = menu->findChild<QAction*>("unloadModel");
        QVERIFY(action->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT((action->trigger(), window_->engine()->isResting()), kWaitMs);
        Q_EMIT menu->aboutToShow();
        QVERIFY(!menu->findChild<QAction*>("unloadModel")->isEnabled());
    }

    void aSharedModelSaysWhatLiesWhere() {
        open("/models/split");
        auto* button = window_->findChild<ModelButton*>();
        QVERIFY2(button->detail().startsWith("CUDA:0 + CPU"), qPrintable(button->detail()));
        const QString tip = window_->findChild<QToolButton*>("modelButton")->toolTip();
        const QString first =
            "CUDA:0  ·  vision tower, projector and embedding  ·  layers 1 to 5  ·  36 MB of 80 MB "
            "that were free";
        QVERIFY2(tip.contains(first), qPrintable(tip));
        QVERIFY2(tip.contains("CPU  ·  layers 6 to 8  ·  head  ·  19 MB"), qPrintable(tip));
        window_->showPage(MainWindow::Models);
        auto* places = window_->findChild<QLabel*>("places");
        QVERIFY(places->isVisible() && places->text().startsWith(first));
    }

    void keysCanBeOthers() {
        open();
        window_->showPage(MainWindow::Settings);
        auto* models = field("models");
        QCOMPARE(models->keySequence(), QKeySequence("Ctrl+4"));
        // One that another command has is refused, with its name.
        type(models, QKeySequence("Ctrl+K"));
        auto* said = window_->findChild<QLabel*>("keyConflict-models");
        QVERIFY2(said->text().contains("belongs to"), qPrintable(said->text()));
        QVERIFY(said->isVisible());  // under its own row, wherever the page is scrolled to
        QCOMPARE(models->keySequence(), QKeySequence("Ctrl+4"));
        type(models, QKeySequence("Ctrl+Alt+M"));
        QVERIFY(!said->isVisible());
        QCOMPARE(AppSettings().key("models"), std::optional<QString>("Ctrl+Alt+M"));
        window_->showPage(MainWindow::Chat);
        press(Qt::Key_4, Qt::ControlModifier);
        QVERIFY(!page<ModelsPage>() || !page<ModelsPage>()->isVisible());
        press(Qt::Key_M, Qt::ControlModifier | Qt::AltModifier);
        QTRY_VERIFY(page<ModelsPage>() && page<ModelsPage>()->isVisible());
        // The freed key is another's now; the first cannot have it back before that gives it up.
        type(field("train"), QKeySequence("Ctrl+4"));
        QCOMPARE(field("train")->keySequence(), QKeySequence("Ctrl+4"));
        window_->findChild<QPushButton*>("resetKeys")->click();
        QCOMPARE(field("train")->keySequence(), QKeySequence("Ctrl+2"));
        QCOMPARE(models->keySequence(), QKeySequence("Ctrl+4"));
        QVERIFY(!settings_->key("models"));
        QVERIFY(!window_->findChild<QPushButton*>("resetKeys")->isEnabled());
    }

    void theReportHasNoContent() {
        open();
        base::log_warning("cannot read /home/me/holiday/beach.jpg: it is gone");
        window_->showPage(MainWindow::Settings);
        window_->findChild<QPushButton*>("copyReport")->click();
        const QString report = QGuiApplication::clipboard()->text();
        QVERIFY(report.startsWith("UniVi Studio "));
        QVERIFY(report.contains("model process: ready"));
        QVERIFY(report.contains("cannot read <path>"));
        QVERIFY(!report.contains("beach") && !report.contains("holiday"));
        QCOMPARE(base::without_paths("say \"/a b\" and ~/c/d, not 1/2 or http://x/y"),
                 std::string("say \"<path> b\" and <path>, not 1/2 or http://x/y"));
    }

    void whatIsHandedOverIsOpened() {
        open();
        HandOver what{{home_->picture("a.png"), home_->picture("b.png")}, {}, "What is this?"};
        Instance instance;
        connect(&instance, &Instance::handedOver, window_.get(), &MainWindow::takeOver);
        QVERIFY(!Instance::handOver(what));  // nobody listens yet
        instance.listen();
        std::atomic<int> taken = -1;
        std::thread other([&] { taken = Instance::handOver(what); });
        QTRY_VERIFY_WITH_TIMEOUT(taken >= 0, kWaitMs);
        other.join();
        QCOMPARE(int(taken), 1);
        const ConversationModel* chat = window_->chat()->model();
        QTRY_COMPARE_WITH_TIMEOUT(chat->turns().size(), 1, kWaitMs);
        QCOMPARE(filesOf(chat->turns().first().media), what.files);
        QCOMPARE(chat->turns().first().question, what.ask);
    }

    void whatIsAboutTheProcessOpensAWindowOfItsOwn() {
        const auto parsed = [](std::vector<const char*> words) {
            words.insert(words.begin(), "univi");
            int code = 0;
            return *parseArguments(int(words.size()), words.data(), code);
        };
        QVERIFY(canHandOver(parsed({})));
        QVERIFY(canHandOver(parsed({"a.png", "--ask", "What?"})));
        QVERIFY(canHandOver(parsed({"--run", "somewhere"})));
        QVERIFY(!canHandOver(parsed({"--new-window"})));
        QVERIFY(!canHandOver(parsed({"--new-instance", "a.png"})));
        QVERIFY(!canHandOver(parsed({"--model", "somewhere"})));
        QVERIFY(!canHandOver(parsed({"--theme", "dark"})));
        QVERIFY(!canHandOver(parsed({"a.png", "--screenshot", "b.png", "--exit-when-done"})));
    }

    /// The real program three times: the second ends, the third was told to stay.
    void aSecondStartEnds() {
        QProcess first;
        start(first, {QStringLiteral("--engine"), QStringLiteral(UNIVI_SCRIPTED_ENGINE)});
        QTRY_VERIFY_WITH_TIMEOUT(Instance::handOver({}), kWaitMs);
        QProcess second;
        start(second, {home_->picture("c.png")});
        QVERIFY(second.waitForFinished(kWaitMs));
        QCOMPARE(second.exitCode(), 0);
        QCOMPARE(first.state(), QProcess::Running);
        // A window that was killed leaves its socket; the next one takes the place.
        first.kill();
        QVERIFY(first.waitForFinished(kWaitMs));
        QVERIFY(!Instance::handOver({}));
        start(first, {QStringLiteral("--engine"), QStringLiteral(UNIVI_SCRIPTED_ENGINE)});
        QTRY_VERIFY_WITH_TIMEOUT(Instance::handOver({}), kWaitMs);
        first.terminate();
        QVERIFY(first.waitForFinished(kWaitMs));
    }

  private:
    void open(const std::string& model = {}) {
        MainWindow::Options options;
        options.engine = scriptedEngine();
        options.load.model = model;
        window_ = std::make_unique<MainWindow>(settings_.get(), options);
        window_->show();
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
    }
    static void start(QProcess& process, const QStringList& arguments) {
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        process.setProcessEnvironment(variables);
        process.start(QStringLiteral(UNIVI_PROGRAM), arguments);
        QVERIFY(process.waitForStarted(kWaitMs));
    }
    QKeySequenceEdit* field(const QString& id) const {
        return window_->findChild<QKeySequenceEdit*>("key-" + id);
    }
    static void type(QKeySequenceEdit* field, const QKeySequence& key) {
        field->setKeySequence(key);
        Q_EMIT field->editingFinished();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers) const {
        window_->activateWindow();
        QTest::keyClick(window_.get(), key, modifiers);
    }
    template <typename Page>
    Page* page() const {
        return window_->findChild<Page*>();
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<MainWindow> window_;
};

UNIVI_QT_TEST(HouseTest)

}  // namespace univi::ui

#include "house_test.moc"
