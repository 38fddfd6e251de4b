#include "ui/chat/camera_dialog.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "tests/ui/support/dialog_texts.h"
#include "tests/ui/training/shots.h"

namespace univi::ui {

/// In place of univi-cli record: a shell script that gets the same arguments.
class CameraDialogTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { home_ = std::make_unique<TestHome>(); }

    void camerasAreOffered() {
        CameraDialog dialog(nullptr, listing(R"(echo '{"device":"/dev/video0","name":"Eye"}'
echo '{"device":"/dev/video2","name":""}')"));
        dialog.show();
        auto* cameras = dialog.findChild<QComboBox*>();
        QTRY_VERIFY_WITH_TIMEOUT(buttonNamed(dialog, "Take")->isEnabled(), kWaitMs);
        QCOMPARE(cameras->count(), 2);
        QCOMPARE(cameras->itemText(0), QString("Eye (/dev/video0)"));
        QCOMPARE(cameras->itemData(1).toString(), QString("/dev/video2"));
        shot(&dialog, "camera");
    }

    void withoutACameraOneSentenceSaysSo() {
        CameraDialog dialog(nullptr, listing("exit 0"));
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(textsOf(dialog).contains("No camera was found"), kWaitMs);
        QVERIFY(!buttonNamed(dialog, "Take")->isEnabled());
        QVERIFY(buttonNamed(dialog, "Search for cameras again")->isEnabled());
        shot(&dialog, "camera_none");
        CameraDialog::Source nowhere;
        nowhere.program = home_->path("no such program");
        CameraDialog broken(nullptr, nowhere);
        broken.show();
        QTRY_VERIFY_WITH_TIMEOUT(textsOf(broken).contains("install the program whole"), kWaitMs);
    }

    void aPictureIsHandedOver() {
        CameraDialog dialog(nullptr, taking("echo \"$@\" > \"$7\""));
        QSignalSpy recorded(&dialog, &CameraDialog::recorded);
        dialog.show();
        buttonNamed(dialog, "Take")->click();
        QTRY_COMPARE_WITH_TIMEOUT(recorded.count(), 1, kWaitMs);
        QVERIFY(!dialog.isVisible());
        QFile file(recorded[0][0].toString());
        QVERIFY(file.fileName().startsWith(home_->path("data")) &&
                file.fileName().endsWith(".png"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray told = file.readAll();
        QVERIFY2(told.startsWith("record --camera testsrc2 --camera-format lavfi --out "),
                 told.constData());
        QVERIFY(told.contains(" --still"));
    }

    void secondsAreRecordedAndAProblemIsSaid() {
        CameraDialog dialog(nullptr, taking("echo x > \"$7\"; echo \"univi-cli: The camera is used "
                                            "by another program, $9 s.\" >&2; exit 1"));
        dialog.show();
        auto* seconds = dialog.findChild<QSpinBox*>();
        QVERIFY(!seconds->isVisible());
        for (QToolButton* kind : dialog.findChildren<QToolButton*>())
            if (kind->text() == "Video") kind->click();
        QVERIFY(seconds->isVisible());
        seconds->setValue(7);
        buttonNamed(dialog, "Take")->click();
        QTRY_VERIFY_WITH_TIMEOUT(textsOf(dialog).contains("by another program, 7 s."), kWaitMs);
        QVERIFY(dialog.isVisible() && buttonNamed(dialog, "Take")->isEnabled());
        QVERIFY(QDir(home_->path("data")).entryList({"*.mkv"}, QDir::Files).isEmpty());
    }

    void aCameraThatStaysOpenIsAskedFor() {
        CameraDialog dialog(nullptr, listing(R"(echo '{"device":":7","name":"","format":"x11grab"}'
echo '{"device":"/dev/video2","name":"Eye","format":"v4l2"}')"));
        QSignalSpy live(&dialog, &CameraDialog::liveRequested);
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(buttonNamed(dialog, "Take")->isEnabled(), kWaitMs);
        auto* cameras = dialog.findChild<QComboBox*>();
        QCOMPARE(cameras->itemText(0), QString("This screen"));
        cameras->setCurrentIndex(1);
        auto* every = dialog.findChild<QDoubleSpinBox*>();
        QVERIFY(!every->isVisible());
        for (QToolButton* kind : dialog.findChildren<QToolButton*>())
            if (kind->text() == "Live") kind->click();
        QVERIFY(every->isVisible());
        every->setValue(2.5);
        shot(&dialog, "camera_live");
        buttonNamed(dialog, "Open")->click();
        QCOMPARE(live.count(), 1);
        const auto choice = live[0][0].value<LiveCameraChoice>();
        QCOMPARE(choice.device, QString("/dev/video2"));
        QCOMPARE(choice.format, QString("v4l2"));
        QCOMPARE(choice.name, QString("Eye"));
        QCOMPARE(choice.frames, 16);
        QCOMPARE(choice.every_s, 2.5);
        QVERIFY(!dialog.isVisible());
    }

  private:
    QString script(const QByteArray& body) const {
        const QString file = home_->file("fake-cli", "#!/bin/sh\n" + body + "\n");
        QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file;
    }
    CameraDialog::Source listing(const QByteArray& body) const {
        CameraDialog::Source source;
        source.program = script(body);
        return source;
    }
    CameraDialog::Source taking(const QByteArray& body) const {
        return {script(body), "testsrc2", "lavfi"};
    }

    std::unique_ptr<TestHome> home_;
};

UNIVI_QT_TEST(CameraDialogTest)

}  // namespace univi::ui

#include "camera_dialog_test.moc"
