#include "ui/chat/stream_dialog.h"

#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "tests/ui/training/shots.h"

namespace univi::ui {

/// In place of univi-cli record: a shell script that gets the same arguments.
class StreamDialogTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { home_ = std::make_unique<TestHome>(); }

    void onlyAddressesAreTaken() {
        for (const char* good :
             {"http://h/a.mp4", " https://h ", "rtsp://me:pw@10.0.0.1:554/x", "RTSPS://camera/1"})
            QVERIFY2(StreamDialog::isStreamAddress(QString::fromLatin1(good)), good);
        for (const char* bad : {"", "camera", "http://", "file:///etc/passwd", "/dev/video0",
                                "--out", "ftp://h/a", "concat:a|b"})
            QVERIFY2(!StreamDialog::isStreamAddress(QString::fromLatin1(bad)), bad);
        StreamDialog dialog;
        dialog.show();
        QVERIFY(!record(dialog)->isEnabled());
        type(dialog, "file:///etc/passwd");
        QVERIFY(!record(dialog)->isEnabled());
        type(dialog, "rtsp://camera/1");
        QVERIFY(record(dialog)->isEnabled());
    }

    /// The address goes over standard input, where no list of processes shows it.
    void aRecordingIsHandedOver() {
        StreamDialog dialog(nullptr, script("read line; echo \"$line $6 $#\" > \"$4\""));
        QSignalSpy recorded(&dialog, &StreamDialog::recorded);
        dialog.show();
        type(dialog, "rtsp://me:secret@camera/1");
        dialog.findChild<QSpinBox*>()->setValue(7);
        record(dialog)->click();
        QTRY_COMPARE_WITH_TIMEOUT(recorded.count(), 1, kWaitMs);
        QVERIFY(!dialog.isVisible());
        QFile file(recorded.first().first().toString());
        QVERIFY2(file.fileName().startsWith(home_->path("data")), qPrintable(file.fileName()));
        QVERIFY(QFileInfo(file).fileName().startsWith("camera "));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("rtsp://me:secret@camera/1 7 6\n"));
    }

    void aProblemIsSaidAndMayBeMended() {
        StreamDialog dialog(
            nullptr, script("echo half > \"$4\"; echo 'univi-cli: h does not answer' >&2; exit 1"));
        QSignalSpy recorded(&dialog, &StreamDialog::recorded);
        dialog.show();
        type(dialog, "http://h/x");
        record(dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(says(dialog, "h does not answer"), kWaitMs);
        QVERIFY(dialog.isVisible() && record(dialog)->isEnabled());
        QCOMPARE(recorded.count(), 0);
        QVERIFY(files().isEmpty());
        type(dialog, "http://h/y");
        QVERIFY(!says(dialog, "h does not answer"));
    }

    /// More than a pipe holds, to a program that ends without reading: a write fails, and nothing
    /// else does.
    void aProgramThatReadsNothingIsNoEnd() {
        StreamDialog dialog(nullptr, script("echo 'univi-cli: no camera there' >&2; exit 1"));
        dialog.show();
        dialog.findChild<QLineEdit*>()->setMaxLength(1 << 20);
        type(dialog, "http://h/" + QByteArray(1 << 19, 'x'));
        record(dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(says(dialog, "no camera there"), kWaitMs);
    }

    void aStreamThatStaysOpenIsAskedFor() {
        StreamDialog dialog(nullptr, home_->path("nothing"));
        QSignalSpy live(&dialog, &StreamDialog::liveRequested);
        dialog.show();
        type(dialog, " rtsp://me:secret@camera.local/1 ");
        auto* every = dialog.findChild<QDoubleSpinBox*>();
        QVERIFY(!every->isVisible());
        shot(&dialog, "stream");
        for (QToolButton* kind : dialog.findChildren<QToolButton*>())
            if (kind->text() == "Live") kind->click();
        QVERIFY(every->isVisible());
        QVERIFY(!dialog.findChild<QSpinBox*>()->isVisible());
        every->setValue(2.5);
        shot(&dialog, "stream_live");
        QCOMPARE(record(dialog)->text(), QString("Open"));
        record(dialog)->click();
        QCOMPARE(live.count(), 1);
        const auto choice = live[0][0].value<LiveCameraChoice>();
        QVERIFY(choice.isStream());
        QCOMPARE(choice.device, QString("rtsp://me:secret@camera.local/1"));
        QCOMPARE(choice.name, QString("camera.local"));
        QCOMPARE(choice.frames, 16);
        QCOMPARE(choice.every_s, 2.5);
        QVERIFY(!dialog.isVisible());
    }

    void aMissingProgramIsSaid() {
        StreamDialog dialog(nullptr, home_->path("nothing"));
        dialog.show();
        type(dialog, "http://h/x");
        record(dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            says(dialog,
                 home_->path("nothing") + " could not be started; install the program whole."),
            kWaitMs);
    }

    void closingEndsTheRecording() {
        const QString started = home_->path("started");
        auto dialog = std::make_unique<StreamDialog>(
            nullptr, script("echo part > \"$4\"; echo $$ > " + started + "; exec sleep 60"));
        dialog->show();
        type(*dialog, "http://h/x");
        record(*dialog)->click();
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(started).size() > 0, kWaitMs);
        QCOMPARE(files().size(), 1);
        QVERIFY(!record(*dialog)->isEnabled());
        dialog.reset();
        QVERIFY(files().isEmpty());
        QFile process(started);
        QVERIFY(process.open(QIODevice::ReadOnly));
        QVERIFY(!QFileInfo::exists("/proc/" + QString::fromLatin1(process.readAll().trimmed())));
    }

  private:
    QString script(const QString& commands) const {
        const QString path = home_->file("recorder.sh", "#!/bin/sh\n" + commands.toUtf8() + "\n");
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path;
    }
    static QPushButton* record(const StreamDialog& dialog) {
        for (auto* button : dialog.findChildren<QPushButton*>())
            if (button->isDefault()) return button;
        return nullptr;
    }
    static void type(const StreamDialog& dialog, const QByteArray& address) {
        dialog.findChild<QLineEdit*>()->setText(QString::fromLatin1(address));
    }
    static bool says(const StreamDialog& dialog, const QString& sentence) {
        for (const auto* label : dialog.findChildren<QLabel*>())
            if (label->text() == sentence) return true;
        return false;
    }
    QStringList files() const {
        QStringList found;
        QDirIterator it(home_->path("data"), {"*.mkv"}, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) found << it.next();
        return found;
    }

    std::unique_ptr<TestHome> home_;
};

UNIVI_QT_TEST(StreamDialogTest)

}  // namespace univi::ui

#include "stream_dialog_test.moc"
