#include "app/desktop/restart.h"

#include <QComboBox>
#include <QPlainTextEdit>
#include <QPushButton>

#include "app/desktop/main_window.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/composer.h"
#include "ui/chat/conversation_model.h"
#include "ui/evaluation/evaluation_page.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/settings_page.h"

namespace univi::ui {

/// Starting the program anew for another language, and what is where it was at a start.
class RestartTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        settings_ = std::make_unique<AppSettings>();
        open();
    }
    void cleanup() {
        window_.reset();
        settings_.reset();
    }

    void anotherLanguageOffersARestart() {
        window_->showPage(MainWindow::Settings);
        auto* page = window_->findChild<SettingsPage*>();
        auto* language = page->findChild<QComboBox*>("language");
        auto* restart = page->findChild<QPushButton*>("restart");
        QVERIFY(language && restart);
        QVERIFY(!restart->isVisible());
        choose(language, 2);
        QVERIFY(restart->isVisible());
        QVERIFY(settings_->language() == Language::SimplifiedChinese);
        choose(language, 0);  // the one that is spoken
        QVERIFY(!restart->isVisible());
    }

    void aRestartKeepsThePlaceAndWhatIsTyped() {
        ask("First");
        ask("Another one");
        const QString id = chat().model()->id();
        chat().composer()->setText("not sent yet");
        window_->showPage(MainWindow::Settings);
        auto* page = window_->findChild<SettingsPage*>();
        choose(page->findChild<QComboBox*>("language"), 1);
        page->findChild<QPushButton*>("restart")->click();
        QVERIFY(!window_->isVisible());
        open();
        bringBack(*window_, *settings_);
        QTRY_COMPARE_WITH_TIMEOUT(chat().model()->id(), id, kWaitMs);
        QCOMPARE(window_->page(), int(MainWindow::Settings));
        QCOMPARE(chat().composer()->text(), QString("not sent yet"));
        // Only once: the next start is one as any.
        open();
        bringBack(*window_, *settings_);
        QCOMPARE(window_->page(), int(MainWindow::Chat));
    }

    void aReplyIsNotCutOff() {
        begin();
        chat().composer()->setText("slow");
        QTest::keyClick(chat().composer()->findChild<QPlainTextEdit*>(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(chat().model()->isBusy(), kWaitMs);
        QCOMPARE(restart(*window_, *settings_),
                 QString("A reply is being written; restart when that is done."));
        QVERIFY(window_->isVisible());
        chat().model()->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!chat().model()->isBusy(), kWaitMs);
    }

    /// The Eval page opens on its first task, later on the one that was looked at.
    void theTaskOfEvaluationIsKept() {
        QVERIFY(window_->evaluation()->task() == eval::Task::Image);
        window_->evaluation()->showTask(eval::Task::ScienceQa);
        open();
        QVERIFY(window_->evaluation()->task() == eval::Task::ScienceQa);
        settings_->setLayout("evaluationTask", "no such task");
        open();
        QVERIFY(window_->evaluation()->task() == eval::Task::Image);
    }

  private:
    static void choose(QComboBox* box, int index) {
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }
    ChatPage& chat() const { return *window_->chat(); }
    void open() {
        window_.reset();
        MainWindow::Options options;
        options.engine = scriptedEngine();
        options.restart = [this] { return restart(*window_, *settings_); };
        window_ = std::make_unique<MainWindow>(settings_.get(), options);
        window_->show();
    }
    void begin() {
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
    }
    void ask(const QString& question) {
        if (window_->engine()->state() != EngineClient::State::Ready) begin();
        chat().newChat();
        chat().composer()->setText(question);
        QTest::keyClick(chat().composer()->findChild<QPlainTextEdit*>(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!chat().model()->isBusy() && !chat().model()->turns().isEmpty(),
                                 kWaitMs);
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<MainWindow> window_;
};

UNIVI_QT_TEST(RestartTest)

}  // namespace univi::ui

#include "restart_test.moc"
