// A live camera or stream in a conversation: the real univi-cli on FFmpeg's test pictures and on a
// server of the test, the scripted engine.
#include <QFileInfo>
#include <QPushButton>
#include <QToolButton>

#include "core/media/image_file.h"
#include "tests/support/clips.h"
#include "tests/support/http_server.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support/chat_page_fixture.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/draft_keeper.h"
#include "ui/chat/live_actions.h"
#include "ui/chat/live_bar.h"
#include "ui/chat/media_chip.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {

class LiveTest : public QObject, protected ChatPageFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        cli_ = QStringLiteral(UNIVI_CLI);
        open();
    }
    void cleanup() { close(); }

    void aNewerWindowTakesThePlaceOfTheOneThatWaits() {
        goLive();
        const Medium first = window();
        QVERIFY(QFileInfo::exists(first.file));
        QVERIFY(first.file.startsWith(home_->path("data")));
        QTRY_VERIFY_WITH_TIMEOUT(window() != first, kWaitMs);
        QCOMPARE(page_->model()->pendingMedia().size(), 1);
        QVERIFY(!QFileInfo::exists(first.file));
        QTRY_COMPARE_WITH_TIMEOUT(window().clip.frames.value_or(0), kFrames, kWaitMs);
        QCOMPARE(page_->model()->groups().size(), 1);
        QVERIFY(page_->model()->groups()[0].complete);
        const auto requests = loggedRequests(home_->path("requests.log"), "\"encode\"");
        QVERIFY(requests.size() >= 2);
        for (const QByteArray& request : requests) QVERIFY(request.contains("\"passing\":true"));
        QVERIFY(bar()->isVisible());
        QVERIFY2(bar()->sentence().contains("the last 3 frames, one every 0.2 s"),
                 qPrintable(bar()->sentence()));
        QVERIFY2(!page_->model()->isWorking(), "what a camera gives is no work of a person");
        shot(page_.get(), "live");
    }

    void aQuestionTakesTheWindowThatWaits() {
        goLive();
        ask("What is there now?");
        QCOMPARE(turns().size(), 1);
        QCOMPARE(turns()[0].media.size(), 1);
        const Medium asked = turns()[0].media[0];
        QCOMPARE(asked.clip.frames.has_value(), true);
        QTRY_VERIFY_WITH_TIMEOUT(!page_->model()->pendingMedia().isEmpty(), kWaitMs);
        QVERIFY(window() != asked);
        ask("And now?");
        QVERIFY(turns()[1].media[0] != asked);
        closeCamera();
        for (const Turn& turn : turns()) QVERIFY(QFileInfo::exists(turn.media[0].file));
    }

    void aClosedCameraLeavesNothing() {
        goLive();
        const QString file = window().file;
        closeCamera();
        QVERIFY(page_->model()->pendingMedia().isEmpty());
        QVERIFY(!bar()->isVisible());
        QVERIFY(!QFileInfo::exists(file));
        QCOMPARE(recordedFiles(), QStringList());
        goLive();  // it can be opened again
    }

    void takingTheWindowOutClosesTheCamera() {
        goLive();
        page_->model()->removeMedia(0);
        QTRY_VERIFY_WITH_TIMEOUT(!page_->live()->isOn(), kWaitMs);
        QVERIFY(page_->model()->pendingMedia().isEmpty());
        QCOMPARE(recordedFiles(), QStringList());
    }

    void aPartOfAWindowIsAMediumAsAnyOther() {
        goLive();
        const QString file = window().file;
        base::ClipRange part;
        part.end_s = 0.3;
        page_->model()->setMediumClip(0, part);
        QTRY_COMPARE_WITH_TIMEOUT(page_->model()->pendingMedia().size(), 2, kWaitMs);
        QCOMPARE(page_->model()->pendingMedia()[0], Medium(file, part));
        closeCamera();
        QCOMPARE(page_->model()->pendingMedia().size(), 1);
        QVERIFY(QFileInfo::exists(file));
    }

    void theCameraGoesAlongIntoAnotherConversation() {
        goLive();
        ask("First?");
        const QString before = page_->model()->id();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->model()->pendingMedia().isEmpty(), kWaitMs);
        ConversationModel* old = page_->model();
        page_->newChat();
        QVERIFY(page_->model()->id() != before);
        QVERIFY(old->pendingMedia().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(!page_->model()->pendingMedia().isEmpty(), kWaitMs);
        QVERIFY(old->pendingMedia().isEmpty());
    }

    void aDraftKeepsNoWindow() {
        goLive();
        page_->composer()->setText("Not yet asked");
        page_->keepDraft();
        QCOMPARE(store_->draft({}).text, QString("Not yet asked"));
        QVERIFY(store_->draft({}).media.isEmpty());
    }

    void aRecordingIsOffered() {
        goLive();
        auto* record = bar()->findChild<QToolButton*>("recordButton");
        QTRY_VERIFY_WITH_TIMEOUT(record->isEnabled(), kWaitMs);
        record->click();
        QTRY_VERIFY_WITH_TIMEOUT(bar()->sentence().startsWith("Recording"), kWaitMs);
        QVERIFY(record->isChecked());
        const Medium at_first = window();
        QTRY_VERIFY_WITH_TIMEOUT(window() != at_first, kWaitMs);
        record->click();
        QTRY_VERIFY_WITH_TIMEOUT(notice().contains("recorded into"), kWaitMs);
        QVERIFY(!record->isChecked());
        const QStringList files = recordedFiles().filter("recorded");
        QCOMPARE(files.size(), 1);
        closeCamera();
        QCOMPARE(recordedFiles(), files);
    }

    void whatGoesWrongIsSaid() {
        page_->live()->start({"/dev/video99", "v4l2", "camera", kFrames, 0.2});
        QTRY_VERIFY_WITH_TIMEOUT(notice().contains("/dev/video99 is not there"), kWaitMs);
        QVERIFY(!bar()->isVisible());
        QVERIFY(!page_->live()->isOn());
        goLive(":duration=2");
        QTRY_VERIFY_WITH_TIMEOUT(notice().contains("gives no more pictures"), kWaitMs);
        QVERIFY(page_->model()->pendingMedia().isEmpty());
    }

    void aStreamIsLiveAsACameraIs() {
        const test::HttpServer camera(jpeg());
        page_->live()->start(streamAt(camera, "/jpegs"));
        QVERIFY(bar()->sentence().contains("Opening camera.local"));
        QTRY_COMPARE_WITH_TIMEOUT(window().clip.frames.value_or(0), kFrames, kWaitMs);
        QVERIFY2(bar()->sentence().contains("camera.local, the last 3 frames, one every 0.2 s"),
                 qPrintable(bar()->sentence()));
        ask("What is there now?");
        QCOMPARE(turns()[0].media.size(), 1);
        const auto* close = bar()->findChild<QToolButton*>("closeLiveButton");
        QCOMPARE(close->accessibleName(), QString("Close the stream"));
        shot(page_.get(), "live_stream");
        closeCamera();
        QVERIFY(QFileInfo::exists(turns()[0].media[0].file));
    }

    void aStreamThatBreaksOffIsOpenedAgain() {
        const test::HttpServer camera("no video");
        page_->live()->start(streamAt(camera, "/brief"));
        QTRY_VERIFY_WITH_TIMEOUT(notice().contains("/brief cannot be opened"), kWaitMs);
        QVERIFY2(!notice().contains("secret"), qPrintable(notice()));
        QVERIFY(!bar()->isVisible());
        shot(page_.get(), "live_stream_broken");
        for (auto* button : page_->notice()->findChildren<QPushButton*>())
            if (button->text() == "Open again") button->click();
        QVERIFY(page_->live()->isOn());
        QVERIFY(bar()->isVisible());
        QVERIFY(notice().isEmpty() || !page_->notice()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!page_->live()->isOn(), kWaitMs);
    }

    /// A camera that accepts and says nothing.
    void aStreamThatIsSilentIsClosedAtOnce() {
        const test::HttpServer camera("");
        page_->live()->start(streamAt(camera, "/silent"));
        QTest::qWait(500);
        QVERIFY(page_->live()->isOn());
        QElapsedTimer took;
        took.start();
        closeCamera();
        QVERIFY(took.elapsed() < 4000);
        QVERIFY2(!page_->notice()->isVisible(), qPrintable(notice()));
    }

    /// It may hold a password, and arguments can be seen by everybody.
    void theAddressIsNoArgument() {
        const QString told = home_->path("told");
        const QString script = home_->file(
            "fake-cli", "#!/bin/sh\nread line; echo \"$*|$line\" > '" + told.toUtf8() + "'\n");
        QFile::setPermissions(script, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        LiveSource source(nullptr, script);
        QSignalSpy ended(&source, &LiveSource::ended);
        source.start({"rtsp://me:secret@h/1", LiveCameraChoice::kStream, "h", kFrames, 0.2});
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kWaitMs);
        QFile file(told);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(),
                 QByteArray("live --frames 3 --every 0.2 --stream -|rtsp://me:secret@h/1\n"));
        QCOMPARE(ended[0][0].toString(), QString("The stream is over."));
    }

  private:
    static constexpr int kFrames = 3;
    std::string jpeg() const {
        const QString file = home_->path("camera.jpg");
        media::write_image(file.toStdString(), test::numbered_picture(5, 320, 240));
        QFile in(file);
        return in.open(QIODevice::ReadOnly) ? in.readAll().toStdString() : std::string();
    }
    static LiveCameraChoice streamAt(const test::HttpServer& server, const std::string& path) {
        QString address = QString::fromStdString(server.address(path));
        return {address.replace("http://", "http://me:secret@"), LiveCameraChoice::kStream,
                "camera.local", kFrames, 0.2};
    }
    void goLive(const QString& more = {}) {
        page_->live()->start({"testsrc2=size=320x240:rate=10" + more + ",realtime", "lavfi",
                              "camera", kFrames, 0.2});
        QTRY_VERIFY_WITH_TIMEOUT(!page_->model()->pendingMedia().isEmpty(), kWaitMs);
    }
    void closeCamera() {
        bar()->findChild<QToolButton*>("closeLiveButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->live()->isOn(), kWaitMs);
    }
    LiveBar* bar() const { return page_->live()->bar(); }
    Medium window() const { return page_->model()->pendingMedia().value(0); }
    QString notice() const { return page_->notice()->sentence(); }
    QStringList recordedFiles() const {
        const QDir folder(home_->path("data") + "/univi-studio/recorded");
        return folder.entryList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
    }
};

UNIVI_QT_TEST(LiveTest)

}  // namespace univi::ui

#include "live_test.moc"
