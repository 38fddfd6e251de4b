#include <QCoreApplication>
#include <QDBusConnection>
#include <QProcess>
#include <QStandardPaths>

#include "app/desktop/long_work.h"
#include "app/desktop/main_window.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/chat_page.h"
#include "ui/models/download_list.h"
#include "ui/settings/app_settings.h"
#include "ui/widgets/desktop_notice.h"

namespace univi::ui {

/// Plays the desktop's notification service.
class Notifications : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
  public:
    QStringList shown;

  public Q_SLOTS:
    uint Notify(const QString& program, uint, const QString&, const QString& title,
                const QString& text, const QStringList&, const QVariantMap&, int) {
        shown << program + ": " + title + ": " + text;
        return uint(shown.size());
    }

  Q_SIGNALS:
    void ActionInvoked(uint notice, const QString& action);
};

/// Runs itself again inside a message bus of its own.
class NoticeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void longWorkIsToldToTheDesktop() {
        if (qEnvironmentVariableIsSet("UNIVI_TEST_BUS")) return tellsOnABus();
        const QString runner = QStandardPaths::findExecutable(QStringLiteral("dbus-run-session"));
        if (runner.isEmpty()) QSKIP("dbus-run-session is not installed");
        QProcess again;
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.insert(QStringLiteral("UNIVI_TEST_BUS"), QStringLiteral("1"));
        again.setProcessEnvironment(variables);
        again.setProcessChannelMode(QProcess::ForwardedChannels);
        again.start(runner, {QStringLiteral("--"), QCoreApplication::applicationFilePath()});
        QVERIFY(again.waitForFinished(4 * kWaitMs));
        QCOMPARE(again.exitCode(), 0);
    }

  private:
    void tellsOnABus() {
        QDBusConnection bus =
            QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("service"));
        Notifications service;
        QVERIFY(bus.registerObject(
            QStringLiteral("/org/freedesktop/Notifications"), &service,
            QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
        QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.Notifications")));
        const TestHome home;
        AppSettings settings;
        MainWindow::Options options;
        options.engine = scriptedEngine();
        MainWindow window(&settings, options);
        window.show();
        window.begin();
        QWidget unseen;  // the window is not looked at
        LongWork work(&unseen, window.engine(), window.downloads());
        work.setLongReply(0);
        ask(window, "hello");
        QTRY_COMPARE_WITH_TIMEOUT(service.shown.size(), 1, kWaitMs);
        QVERIFY2(service.shown.first().startsWith("UniVi Studio: The reply is done: You asked"),
                 qPrintable(service.shown.first()));
        // A click on it shows the window; a click on another program's does not.
        Q_EMIT service.ActionInvoked(77, QStringLiteral("default"));
        QVERIFY(!unseen.isVisible());
        Q_EMIT service.ActionInvoked(1, QStringLiteral("default"));
        QTRY_VERIFY_WITH_TIMEOUT(unseen.isVisible(), kWaitMs);
        unseen.hide();
        window.activateWindow();
        // A short one is nobody's long work.
        work.setLongReply(1'000'000);
        ask(window, "hello");
        DesktopNotice::setWanted(false);
        work.setLongReply(0);
        ask(window, "hello");
        DesktopNotice::setWanted(true);
        ask(window, "again");
        QTRY_COMPARE_WITH_TIMEOUT(service.shown.size(), 2, kWaitMs);
        QVERIFY(service.shown.last().contains("again"));
        tellsOfFailures(window, work, service);
    }
    /// As of what went well: when it took long.
    static void tellsOfFailures(MainWindow& window, LongWork& work, Notifications& service) {
        const qsizetype before = service.shown.size();
        QSignalSpy failed(window.engine(), &EngineClient::failed);
        const auto askInVain = [&](const QString& question) {
            failed.clear();
            window.chat()->startChat({}, question);
        };
        work.setLongReply(1'000'000);
        askInVain("die soon");
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kWaitMs);
        QCOMPARE(service.shown.size(), before);
        work.setLongReply(0);
        askInVain("die at once");
        QTRY_COMPARE_WITH_TIMEOUT(service.shown.size(), before + 1, kWaitMs);
        QVERIFY2(service.shown.last().startsWith("UniVi Studio: The reply failed: "),
                 qPrintable(service.shown.last()));
        QCOMPARE(failed.size(), 1);
    }
    static void ask(MainWindow& window, const QString& question) {
        QSignalSpy finished(window.engine(), &EngineClient::answered);
        window.chat()->startChat({}, question);
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, kWaitMs);
    }
};

UNIVI_QT_TEST(NoticeTest)

}  // namespace univi::ui

#include "notice_test.moc"
