// A screen shared through the desktop's portal: a portal of the test on a bus of its own, the real
// univi-cli, PipeWire's daemon where it is installed.
#include "ui/chat/screen_share.h"

#include <unistd.h>

#include <QComboBox>
#include <QLabel>
#include <QProcess>
#include <QPushButton>
#include <QStandardPaths>
#include <QToolButton>

#include "core/media/image_file.h"
#include "tests/support/clips.h"
#include "tests/support/pipewire_screen.h"
#include "tests/ui/chat/fake_portal.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "tests/ui/support/dialog_texts.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/camera_dialog.h"
#include "ui/chat/live_source.h"

namespace univi::ui {

class ScreenShareTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        portal_ = std::make_unique<FakePortal>();
        QVERIFY(portal_->isOnTheBus());
        qputenv("WAYLAND_DISPLAY", "none");
    }
    void cleanup() { portal_.reset(); }

    void itIsOfferedWhereAWaylandDesktopHasIt() {
        QCOMPARE(timesFound(), 1);
        portal_->kinds = 0;
        QCOMPARE(timesFound(), 0);
        portal_->kinds = 2;
        QCOMPARE(timesFound(), 1);
        qunsetenv("WAYLAND_DISPLAY");
        QCOMPARE(timesFound(), 0);
        qputenv("WAYLAND_DISPLAY", "none");
        portal_.reset();
        QCOMPARE(timesFound(), 0);
    }

    void thePersonIsAskedAndThePortalGivesPipeWire() {
        int ends[2];
        QCOMPARE(::pipe(ends), 0);
        portal_->remote = ends[0];
        for (const bool old : {false, true}) {
            portal_->isOld = old;
            portal_->calls.clear();
            auto share = std::make_unique<ScreenShare>();
            QSignalSpy shared(share.get(), &ScreenShare::shared);
            share->start();
            QTRY_COMPARE_WITH_TIMEOUT(shared.count(), 1, kWaitMs);
            QCOMPARE(portal_->calls, QStringList({"CreateSession", "SelectSources", "Start",
                                                  "OpenPipeWireRemote"}));
            QCOMPARE(portal_->sources.value("types").toUInt(), 3U);
            QCOMPARE(portal_->sources.value("multiple").toBool(), false);
            QCOMPARE(share->node(), 42U);
            QCOMPARE(::write(ends[1], "x", 1), 1);
            char byte = 0;
            QCOMPARE(::read(share->descriptor(), &byte, 1), 1);
            FakePortalSession* session = portal_->sessions.last();
            QVERIFY(!session->isClosed);
            share.reset();
            QTRY_VERIFY_WITH_TIMEOUT(session->isClosed, kWaitMs);
        }
        ::close(ends[0]);
        ::close(ends[1]);
    }

    void aNoIsNoFault() {
        portal_->answer = 1;
        QCOMPARE(refusal(), QString());
        portal_->answer = 2;
        QCOMPARE(refusal(), QString("The desktop ended its dialog; try again."));
        portal_->answer = 0;
        portal_->refusesRemote = true;
        QCOMPARE(refusal(), QString("The desktop shares no screen (PipeWire is away)."));
        portal_.reset();
        QVERIFY(refusal().startsWith("The desktop shares no screen ("));
    }

    void givingUpClosesTheDialogOfTheDesktop() {
        portal_->isSilent = true;
        auto share = std::make_unique<ScreenShare>();
        share->start();
        QTRY_VERIFY_WITH_TIMEOUT(portal_->calls.contains("Start"), kWaitMs);
        share.reset();
        QTRY_VERIFY_WITH_TIMEOUT(portal_->requests.last()->isClosed, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(portal_->sessions.last()->isClosed, kWaitMs);
    }

    void theDesktopMayEndIt() {
        portal_->remote = 0;
        ScreenShare share;
        QSignalSpy shared(&share, &ScreenShare::shared), ended(&share, &ScreenShare::ended);
        share.start();
        QTRY_COMPARE_WITH_TIMEOUT(shared.count(), 1, kWaitMs);
        Q_EMIT portal_->sessions.last()->Closed();
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kWaitMs);
    }

    void theCameraDialogTakesASharedScreen() {
        if (!test::PipeWireScreen::is_installed()) QSKIP("PipeWire's daemon is not installed");
        const test::PipeWireScreen screen(runFolder());
        offer(screen);
        CameraDialog dialog(nullptr, cli());
        QSignalSpy recorded(&dialog, &CameraDialog::recorded);
        chooseScreen(dialog);
        shot(&dialog, "camera_screen");
        portal_->answer = 1;
        buttonNamed(dialog, "Take")->click();
        QVERIFY(!buttonNamed(dialog, "Take")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(textsOf(dialog).contains("Nothing was shared."), kWaitMs);
        portal_->answer = 0;
        buttonNamed(dialog, "Take")->click();
        QTRY_VERIFY2_WITH_TIMEOUT(recorded.count() == 1, qPrintable(textsOf(dialog)), kWaitMs);
        const auto image = media::read_image(recorded[0][0].toString().toStdString());
        QVERIFY(test::read_number(image) >= 0);
        QTRY_VERIFY_WITH_TIMEOUT(portal_->sessions.last()->isClosed, kWaitMs);
    }

    void aSharedScreenIsLiveUntilItIsNotSharedAnyMore() {
        if (!test::PipeWireScreen::is_installed()) QSKIP("PipeWire's daemon is not installed");
        const test::PipeWireScreen screen(runFolder());
        offer(screen);
        LiveSource source(nullptr, cli().program);
        QSignalSpy pictures(&source, &LiveSource::pictureArrived);
        QSignalSpy ended(&source, &LiveSource::ended);
        {
            CameraDialog dialog(nullptr, cli());
            connect(&dialog, &CameraDialog::liveRequested, &source, &LiveSource::start);
            chooseScreen(dialog);
            for (QToolButton* kind : dialog.findChildren<QToolButton*>())
                if (kind->text() == "Live") kind->click();
            buttonNamed(dialog, "Open")->click();
            QTRY_VERIFY_WITH_TIMEOUT(!dialog.isVisible(), kWaitMs);
        }
        QTRY_VERIFY_WITH_TIMEOUT(pictures.count() >= 3, kWaitMs);
        QVERIFY(!portal_->sessions.last()->isClosed);
        QCOMPARE(source.choice().name, QString("Shared screen"));
        Q_EMIT portal_->sessions.last()->Closed();
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kWaitMs);
        QCOMPARE(ended[0][0].toString(), QString("The screen is not shared any more."));
    }

    void closingWhatIsLiveEndsTheSharing() {
        if (!test::PipeWireScreen::is_installed()) QSKIP("PipeWire's daemon is not installed");
        const test::PipeWireScreen screen(runFolder());
        offer(screen);
        auto share = ScreenShare::create();
        QSignalSpy shared(share.get(), &ScreenShare::shared);
        share->start();
        QTRY_COMPARE_WITH_TIMEOUT(shared.count(), 1, kWaitMs);
        LiveSource source(nullptr, cli().program);
        QSignalSpy pictures(&source, &LiveSource::pictureArrived);
        QSignalSpy ended(&source, &LiveSource::ended);
        LiveCameraChoice choice{QString::number(share->node()), LiveCameraChoice::kShared,
                                "screen"};
        choice.screen = std::move(share);
        source.start(choice);
        choice.screen.reset();
        QTRY_VERIFY_WITH_TIMEOUT(pictures.count() >= 1, kWaitMs);
        source.stop();
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kWaitMs);
        QCOMPARE(ended[0][0].toString(), QString());
        QTRY_VERIFY_WITH_TIMEOUT(portal_->sessions.last()->isClosed, kWaitMs);
    }

  private:
    static int timesFound() {
        QObject context;
        int found = 0;
        ScreenShare::find(&context, [&found] { ++found; });
        QTest::qWait(300);
        return found;
    }
    static QString refusal() {
        ScreenShare share;
        QSignalSpy refused(&share, &ScreenShare::refused);
        share.start();
        return refused.wait(kWaitMs) ? refused[0][0].toString() : QStringLiteral("it waits");
    }
    static CameraDialog::Source cli() {
        CameraDialog::Source source;
        source.program = QStringLiteral(UNIVI_CLI);
        return source;
    }
    std::filesystem::path runFolder() const {
        const QString folder = home_->path("run");
        QDir().mkpath(folder);
        return folder.toStdString();
    }
    void offer(const test::PipeWireScreen& screen) {
        portal_->node = screen.node();
        portal_->remote = screen.connection();
    }
    static void chooseScreen(CameraDialog& dialog) {
        dialog.show();
        auto* cameras = dialog.findChild<QComboBox*>();
        const auto row = [cameras] { return cameras->findText("A screen or a window…"); };
        QTRY_VERIFY_WITH_TIMEOUT(row() >= 0, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(buttonNamed(dialog, "Take")->isEnabled(), kWaitMs);
        cameras->setCurrentIndex(row());
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<FakePortal> portal_;
};

/// Runs the whole program again inside a message bus of its own.
int runOnABus() {
    const QString runner = QStandardPaths::findExecutable(QStringLiteral("dbus-run-session"));
    if (runner.isEmpty()) {
        qInfo("SKIP: dbus-run-session is not installed");
        return 0;
    }
    QProcess again;
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.insert(QStringLiteral("UNIVI_TEST_BUS"), QStringLiteral("1"));
    again.setProcessEnvironment(variables);
    again.setProcessChannelMode(QProcess::ForwardedChannels);
    again.start(runner, QStringList{QStringLiteral("--")} + QCoreApplication::arguments());
    return again.waitForFinished(10 * kWaitMs) ? again.exitCode() : 1;
}

[[maybe_unused]] static const bool is_registered = test::add_qt_test([](int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("UNIVI_TEST_BUS")) return runOnABus();
    ScreenShareTest test;
    return QTest::qExec(&test, argc, argv);
});

}  // namespace univi::ui

#include "screen_share_test.moc"
