#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QCheckBox>
#include <QClipboard>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <csignal>

#include "core/base/paths.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/server/model_server.h"
#include "ui/server/server_rows.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/settings_page.h"
#include "ui/widgets/copy_button.h"

namespace univi::ui {
namespace {

using State = ModelServer::State;

constexpr int kLoadMs = 120'000;  ///< a model is loaded, on a busy machine
const char* const kQuestion =
    R"({"messages": [{"role": "user", "content": "What is this?"}], "max_tokens": 2})";

int freePort() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* place = reinterpret_cast<sockaddr*>(&address);
    const bool isBound =
        ::bind(descriptor, place, size) == 0 && ::getsockname(descriptor, place, &size) == 0;
    ::close(descriptor);
    return isBound ? ntohs(address.sin_port) : 0;
}

}  // namespace

/// The server's switch with the real univi-cli on the demo model, asked over HTTP.
class ServerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        settings_ = std::make_unique<AppSettings>();
        model_ = {};
        server_ = std::make_unique<ModelServer>(
            settings_.get(),
            ModelServer::Options{QStringLiteral(UNIVI_CLI), [this] { return model_; }});
        page_ = std::make_unique<SettingsPage>(settings_.get());
        rows_ =
            new ServerRows(server_.get(), settings_.get(), page_->addCard("Server"), page_.get());
        page_->show();
        port_ = freePort();
        page_->findChild<QSpinBox*>("serverPort")->setValue(port_);
    }
    void cleanup() {
        page_.reset();
        server_.reset();
        settings_.reset();
    }

    void theSwitchStartsAndEndsIt() {
        QCOMPARE(stateText(), QString("Off"));
        on()->setChecked(true);
        QCOMPARE(stateText(), QString("Loading the model…"));
        waitFor(State::Running);
        const QString address = QStringLiteral("http://127.0.0.1:%1").arg(port_);
        QCOMPARE(stateText(), "Serves demo at " + address + "  ·  requests answered: 0");
        auto* copy = page_->findChild<CopyButton*>("copyAddress");
        QVERIFY(copy->isVisibleTo(page_.get()));
        copy->copy();
        QCOMPARE(QGuiApplication::clipboard()->text(), address);
        const auto reply = client().Post("/v1/chat/completions", kQuestion, "application/json");
        QVERIFY(reply && reply->status == 200);
        QTRY_COMPARE_WITH_TIMEOUT(server_->requests(), 1, kWaitMs);
        QVERIFY(stateText().endsWith("requests answered: 1"));
        on()->setChecked(false);
        waitFor(State::Off);
        QVERIFY(!client().Get("/health"));
        QCOMPARE(stateText(), QString("Off"));
    }

    void aPortThatIsTakenIsOneSentence() {
        httplib::Server other;
        const int taken = other.bind_to_any_port("127.0.0.1");
        page_->findChild<QSpinBox*>("serverPort")->setValue(taken);
        on()->setChecked(true);
        waitFor(State::Failed);
        QVERIFY2(stateText().contains("another program has the port"), qPrintable(stateText()));
        QVERIFY(!stateText().contains('\n'));
        page_->findChild<QSpinBox*>("serverPort")->setValue(port_);  // another is tried at once
        QCOMPARE(server_->state(), State::Starting);
        waitFor(State::Running);
    }

    void otherMachinesNeedTheKey() {
        auto* open = page_->findChild<QCheckBox*>("serverOpen");
        auto* key = page_->findChild<QLineEdit*>("serverKey");
        QVERIFY(!key->isVisibleTo(page_.get()));
        open->setChecked(true);
        QVERIFY(key->isVisibleTo(page_.get()) && key->text().size() > 40);
        on()->setChecked(true);
        waitFor(State::Running);
        QVERIFY(!server_->address().contains("0.0.0.0"));
        auto http = client();
        QCOMPARE(http.Get("/v1/models")->status, 401);
        http.set_bearer_token_auth(key->text().toStdString());
        QCOMPARE(http.Get("/v1/models")->status, 200);
        const QString kept =
            QString::fromStdString((base::config_folder() / "server-key").string());
        QCOMPARE(QFile::permissions(kept) & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
        // The same key at the next start, until another is made.
        const QString before = key->text();
        QCOMPARE(server_->key(), before);
        server_->renewKey();
        QVERIFY(server_->key() != before);
    }

    void itServesTheWindowsModelWhenAsked() {
        on()->setChecked(true);
        waitFor(State::Running);
        auto* again = page_->findChild<QPushButton*>("serveThis");
        QVERIFY(!again->isVisibleTo(page_.get()));
        model_.dtype = "int8";  // the window has another one now
        rows_->refresh();
        QVERIFY(again->isVisibleTo(page_.get()));
        again->click();
        QCOMPARE(server_->state(), State::Starting);
        waitFor(State::Running);
        QVERIFY(!again->isVisibleTo(page_.get()));
        model_.model = home_->path("nothing").toStdString();
        rows_->refresh();
        again->click();
        waitFor(State::Failed);
        QVERIFY(stateText().contains("nothing"));
    }

    void itEndsWithTheWindowAndIsSaidWhenItDies() {
        on()->setChecked(true);
        waitFor(State::Running);
        ::kill(pid_t(server_->processId()), SIGKILL);
        waitFor(State::Failed);
        QVERIFY(stateText().contains("ended unexpectedly"));
        page_->findChild<QPushButton*>("serveThis")->click();  // "Try again"
        waitFor(State::Running);
        const auto process = pid_t(server_->processId());
        page_.reset();
        server_.reset();
        QVERIFY(::kill(process, 0) != 0);
        QVERIFY(settings_->server().is_on);  // it starts with the next window
    }

  private:
    QCheckBox* on() const { return page_->findChild<QCheckBox*>("serverOn"); }
    QString stateText() const { return page_->findChild<QLabel*>("serverState")->text(); }
    httplib::Client client() const {
        httplib::Client client("127.0.0.1", port_);
        client.set_read_timeout(120);
        return client;
    }
    void waitFor(State state) const { QTRY_COMPARE_WITH_TIMEOUT(server_->state(), state, kLoadMs); }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<AppSettings> settings_;
    protocol::LoadRequest model_;
    std::unique_ptr<ModelServer> server_;
    std::unique_ptr<SettingsPage> page_;
    ServerRows* rows_ = nullptr;
    int port_ = 0;
};

UNIVI_QT_TEST(ServerTest)

}  // namespace univi::ui

#include "server_test.moc"
