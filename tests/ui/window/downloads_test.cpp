#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <csignal>

#include "app/desktop/main_window.h"
#include "tests/support/hub_server.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/models/choice_button.h"
#include "ui/models/download_list.h"
#include "ui/models/download_row.h"
#include "ui/models/get_models.h"
#include "ui/models/model_catalogue.h"
#include "ui/models/models_page.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/settings_page.h"

namespace univi::ui {
namespace {

using State = DownloadJob::State;
using test::HubServer;

constexpr qint64 kModelBytes = 1 << 20;

}  // namespace

/// The window's downloads with the real univi-cli and a hub on this machine.
class DownloadsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        server_ = std::make_unique<HubServer>();
        qputenv("HF_ENDPOINT", QByteArray::fromStdString(server_->address()));
        qputenv("HF_HOME", home_->path("hf").toUtf8());
        qputenv("no_proxy", "127.0.0.1");
        for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_OFFLINE"})
            qunsetenv(name);
        server_->add("config.json", R"({"model_type": "ChatUniVi"})", false);
        server_->add("tokenizer.model", "pieces", false);
        server_->add("model.safetensors", std::string(kModelBytes, 'w'), true);
        server_->add("flax_model.msgpack", std::string(kModelBytes, 'f'), true);
        settings_ = std::make_unique<AppSettings>();
        list_ = makeList();
    }
    void cleanup() {
        window_.reset();
        list_.reset();
        settings_.reset();
        server_.reset();
    }

    void aModelIsFetchedListedAndLoadedWithOneClick() {
        list_.reset();
        open();
        window_->showPage(MainWindow::Models);
        auto* page = window_->findChild<ModelsPage*>();
        page->findChild<QLineEdit*>("repository")->setText(" owner/name ");
        page->findChild<QPushButton*>("getRepository")->click();
        QCOMPARE(page->findChild<QLineEdit*>("repository")->text(), QString());
        auto* row = page->findChild<DownloadRow*>();
        QVERIFY(row && row->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(row->job()->state(), State::Done, kWaitMs);
        QCOMPARE(row->detail(), QString("Downloaded and checked"));
        // Weights of other frameworks stay where they are.
        QVERIFY(!QFile::exists(row->job()->folder() + "/flax_model.msgpack"));
        QCOMPARE(QFile(row->job()->folder() + "/model.safetensors").size(), kModelBytes);
        QTRY_VERIFY_WITH_TIMEOUT(isListed("owner/name"), kWaitMs);
        click(row, "Load");
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->model().model, std::string("owner/name"),
                                  kWaitMs);
        click(row, "Close");
        QTRY_VERIFY(!page->findChild<DownloadRow*>());
        QTRY_VERIFY_WITH_TIMEOUT(isListed("owner/name"), kWaitMs);
    }

    void whatTheHubRefusesIsOneSentence() {
        for (const auto& [name, word] :
             {std::pair("owner/other", "does not exist"), std::pair("owner/gated", "HF_TOKEN")}) {
            DownloadJob* job = get(name);
            QTRY_COMPARE_WITH_TIMEOUT(job->state(), State::Failed, kWaitMs);
            QVERIFY2(job->problem().contains(word), qPrintable(job->problem()));
            QVERIFY(!job->problem().contains('\n'));
        }
        QCOMPARE(server_->sent(), 0);
        // What names nothing is said at the field, and leaves no line.
        QSignalSpy refused(list_.get(), &DownloadList::refused);
        list_->get("not a name");
        QTRY_COMPARE_WITH_TIMEOUT(refused.size(), 1, kWaitMs);
        QVERIFY(refused.first().first().toString().contains("owner/name"));
        QCOMPARE(list_->jobs().size(), 2);
        list_->get("   ");
        QCOMPARE(refused.size(), 2);
    }

    void itGoesOnAfterAKill() {
        server_->fail_next("model.safetensors", {HubServer::Fault::Kind::Stall, 700'000, 0, {}});
        DownloadJob* job = get("owner/name");
        QTRY_VERIFY_WITH_TIMEOUT(server_->sent() >= 700'000, kWaitMs);
        QTRY_VERIFY(job->progress().bytes > 0);
        ::kill(pid_t(job->processId()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(job->state(), State::Failed, kWaitMs);
        QVERIFY(job->problem().contains("ended from outside"));
        list_->resume(job);
        QTRY_COMPARE_WITH_TIMEOUT(job->state(), State::Done, kWaitMs);
        QVERIFY(server_->sent() < 2 * kModelBytes);
    }

    void aPausedOneIsThereAtTheNextStart() {
        server_->fail_next("model.safetensors", {HubServer::Fault::Kind::Stall, 700'000, 0, {}});
        DownloadJob* job = get("owner/name");
        QTRY_VERIFY_WITH_TIMEOUT(server_->sent() >= 700'000, kWaitMs);
        job->pause();
        QTRY_COMPARE_WITH_TIMEOUT(job->state(), State::Paused, kWaitMs);
        const auto asked = server_->asked().size();
        list_ = makeList();
        QCOMPARE(list_->jobs().size(), 1);
        job = list_->jobs().first();
        QCOMPARE(job->state(), State::Paused);
        QCOMPARE(server_->asked().size(), asked);  // nothing goes on by itself
        list_->get("owner/name");                  // asked for again: the same one goes on
        QCOMPARE(list_->jobs().size(), 1);
        QTRY_COMPARE_WITH_TIMEOUT(job->state(), State::Done, kWaitMs);
        list_ = makeList();
        QVERIFY(list_->jobs().isEmpty());
    }

    void theyAreFetchedOneAfterTheOther() {
        server_->fail_next("model.safetensors", {HubServer::Fault::Kind::Stall, 700'000, 0, {}});
        DownloadJob* first = get("owner/name");
        DownloadJob* second = get("owner/other");
        QCOMPARE(second->state(), State::Waiting);
        QTRY_VERIFY_WITH_TIMEOUT(server_->sent() >= 700'000, kWaitMs);
        first->pause();
        QTRY_COMPARE_WITH_TIMEOUT(second->state(), State::Failed, kWaitMs);
        QCOMPARE(first->state(), State::Paused);
    }

    /// A second press of the same key must not throw away what came.
    void theKeyboardGoesFromPauseToResume() {
        server_->fail_next("model.safetensors", {HubServer::Fault::Kind::Stall, 700'000, 0, {}});
        list_.reset();
        open();
        window_->showPage(MainWindow::Models);
        auto* page = window_->findChild<ModelsPage*>();
        page->findChild<QLineEdit*>("repository")->setText("owner/name");
        page->findChild<QPushButton*>("getRepository")->click();
        auto* row = page->findChild<DownloadRow*>();
        QVERIFY(row);
        QTRY_VERIFY(!row->visibleRegion().isEmpty());  // the page came to where it stands
        QTRY_VERIFY_WITH_TIMEOUT(server_->sent() >= 700'000, kWaitMs);
        QPushButton* pause = buttonOf(row, "Pause");
        pause->setFocus();
        pause->click();
        QTRY_COMPARE_WITH_TIMEOUT(row->job()->state(), State::Paused, kWaitMs);
        QVERIFY(!pause->isVisible());
        QCOMPARE(window_->focusWidget(), buttonOf(row, "Resume"));
    }

    void cancellingRemovesWhatCame() {
        server_->fail_next("model.safetensors", {HubServer::Fault::Kind::Stall, 700'000, 0, {}});
        DownloadJob* job = get("owner/name");
        const QString part = home_->path("hub/models--owner--name/blobs/") +
                             QString::fromStdString(server_->etag("model.safetensors")) +
                             ".incomplete";
        QTRY_VERIFY_WITH_TIMEOUT(QFile(part).size() >= 600'000, kWaitMs);
        job->remove();
        QTRY_VERIFY_WITH_TIMEOUT(list_->jobs().isEmpty(), kWaitMs);
        QVERIFY(!QFile::exists(part));
        QVERIFY(makeList()->jobs().isEmpty());
    }

    void wrongBytesAndAFullDiskAreSaid() {
        for (int i = 0; i < 8; ++i)
            server_->fail_next("model.safetensors", {HubServer::Fault::Kind::WrongBytes, 0, 0, {}});
        DownloadJob* job = get("owner/name");
        QTRY_COMPARE_WITH_TIMEOUT(job->state(), State::Failed, kWaitMs);
        QVERIFY2(job->problem().contains("model.safetensors"), qPrintable(job->problem()));
        job->remove();
        QTRY_VERIFY_WITH_TIMEOUT(list_->jobs().isEmpty(), kWaitMs);
        server_->claim_size("model.safetensors", std::int64_t{1} << 60);
        job = get("owner/name");
        QTRY_COMPARE_WITH_TIMEOUT(job->state(), State::Failed, kWaitMs);
        QVERIFY2(job->problem().contains("free"), qPrintable(job->problem()));
    }

    void offlineNothingIsAsked() {
        settings_->setOffline(true);
        QSignalSpy refused(list_.get(), &DownloadList::refused);
        list_->get("owner/name");
        QCOMPARE(refused.size(), 1);
        QVERIFY(list_->jobs().isEmpty());
        QVERIFY(server_->asked().empty());
    }

    /// The switch and the token of Settings; the token lies in the hub's file, for its owner alone.
    void theTokenIsKeptWhereTheHubLooks() {
        SettingsPage page(settings_.get());
        page.show();
        page.findChild<QCheckBox*>("offline")->setChecked(true);
        QVERIFY(settings_->isOffline());
        page.findChild<QCheckBox*>("offline")->setChecked(false);
        auto* field = page.findChild<QLineEdit*>("hubToken");
        auto* keep = page.findChild<QPushButton*>("keepToken");
        QVERIFY(!keep->isEnabled());
        QTest::keyClicks(field, "hf_secret");
        QVERIFY(keep->isEnabled());
        keep->click();
        QCOMPARE(field->text(), QString());
        QCOMPARE(field->placeholderText(), QString("Saved"));
        QFile file(home_->path("hf/token"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("hf_secret"));
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        QFile settings(settings_->fileName());
        if (settings.open(QIODevice::ReadOnly)) QVERIFY(!settings.readAll().contains("hf_secret"));
        server_->require_token("hf_secret");
        DownloadJob* job = get("owner/name");
        QTRY_COMPARE_WITH_TIMEOUT(job->state(), State::Done, kWaitMs);
        QVERIFY(keep->text().contains("Remo"));
        keep->click();
        QVERIFY(!QFile::exists(home_->path("hf/token")));
    }

    void whatFitsIsSaidOfEachOffer() {
        const QList<OfferedModel> offers = offeredModels();
        QCOMPARE(offers.size(), 5);
        QCOMPARE(fitText(offers[0], 64'000'000'000),
                 QString("Fits this machine's memory as bf16 (16.3 GB), int8 (9.3 GB), int4 (6.5 "
                         "GB)"));
        QCOMPARE(fitText(offers[2], 16'000'000'000),
                 QString("Fits this machine's memory as int4 (11.3 GB)"));
        QVERIFY(fitText(offers[2], 8'000'000'000).startsWith("Needs 11.3 GB of memory"));
        QVERIFY(fitText(offers[3], 8'000'000'000).isEmpty());
        GetModels view(list_.get());
        QStringList names;
        for (auto* button : view.findChildren<QPushButton*>()) names << button->accessibleName();
        QVERIFY(names.contains("Get: Chat-UniVi 7B v1.5"));
    }

  private:
    std::unique_ptr<DownloadList> makeList() const {
        return std::make_unique<DownloadList>(settings_.get(),
                                              DownloadList::Options{QStringLiteral(UNIVI_CLI), {}});
    }
    DownloadJob* get(const QString& name) {
        list_->get(name);
        return list_->jobs().isEmpty() ? nullptr : list_->jobs().last();
    }
    void open() {
        MainWindow::Options options;
        options.engine = scriptedEngine();
        options.cli_program = QStringLiteral(UNIVI_CLI);
        window_ = std::make_unique<MainWindow>(settings_.get(), options);
        window_->show();
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
    }
    bool isListed(const QString& name) const {
        for (auto* button : window_->findChildren<ChoiceButton*>())
            if (button->name() == name) return true;
        return false;
    }
    static QPushButton* buttonOf(QWidget* row, const QString& text) {
        for (auto* button : row->findChildren<QPushButton*>())
            if (button->isVisible() && button->text() == text) return button;
        return nullptr;
    }
    static void click(QWidget* row, const QString& text) {
        QPushButton* button = buttonOf(row, text);
        QVERIFY2(button, qPrintable("no button " + text));
        button->click();
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<HubServer> server_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<DownloadList> list_;
    std::unique_ptr<MainWindow> window_;
};

UNIVI_QT_TEST(DownloadsTest)

}  // namespace univi::ui

#include "downloads_test.moc"
