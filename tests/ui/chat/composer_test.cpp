#include "ui/chat/composer.h"

#include <QClipboard>
#include <QDropEvent>
#include <QGuiApplication>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/media_chip.h"
#include "ui/media/media_kind.h"
#include "ui/media/thumbnails.h"

namespace univi::ui {

class ComposerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        thumbnails_ = std::make_unique<Thumbnails>();
        composer_ = std::make_unique<Composer>(thumbnails_.get());
        composer_->resize(600, 120);
        composer_->show();
    }
    void cleanup() {
        composer_.reset();
        thumbnails_.reset();
    }

    void enterSendsAndShiftEnterStartsALine() {
        QSignalSpy sent(composer_.get(), &Composer::sendRequested);
        QTest::keyClicks(editor(), "one");
        QTest::keyClick(editor(), Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClicks(editor(), "two");
        QCOMPARE(sent.count(), 0);
        QTest::keyClick(editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 1);
        QCOMPARE(sent.first().first().toString(), QString("one\ntwo"));
    }

    void nothingIsSentWhileEmptyOrBusy() {
        QSignalSpy sent(composer_.get(), &Composer::sendRequested);
        QTest::keyClick(editor(), Qt::Key_Return);
        QVERIFY(!button()->isEnabled());
        composer_->setText("typed while it answers");
        composer_->setBusy(true);
        QTest::keyClick(editor(), Qt::Key_Return);
        QCOMPARE(sent.count(), 0);
        QSignalSpy stopped(composer_.get(), &Composer::stopRequested);
        QTest::mouseClick(button(), Qt::LeftButton);
        QCOMPARE(stopped.count(), 1);
        QCOMPARE(composer_->text(), QString("typed while it answers"));
    }

    void growsWithTheTextUpToALimit() {
        const int one = editor()->height();
        composer_->setText("a\nb\nc");
        const int three = editor()->height();
        composer_->setText(QString("x\n").repeated(100));
        const int many = editor()->height();
        QVERIFY(three > one);
        QVERIFY(many > three && many < 10 * one);
    }

    void droppedFilesAreMedia() {
        const QString picture = home_->picture("drop.png");
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(picture), QUrl("https://example.org/x.png")});
        QSignalSpy dropped(composer_.get(), &Composer::mediaDropped);
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(composer_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(composer_.get(), &drop);
        QCOMPARE(dropped.count(), 1);
        QCOMPARE(dropped.first().first().toStringList(), QStringList{picture});
    }

    void pastedPicturesBecomeFiles() {
        QImage screenshot(40, 30, QImage::Format_RGB32);
        screenshot.fill(Qt::blue);
        QGuiApplication::clipboard()->setImage(screenshot);
        QSignalSpy dropped(composer_.get(), &Composer::mediaDropped);
        editor()->paste();
        QCOMPARE(dropped.count(), 1);
        const QString file = dropped.first().first().toStringList().value(0);
        QVERIFY(file.startsWith(home_->path("data")));
        QCOMPARE(QImage(file).size(), QSize(40, 30));
    }

    void pastedPathsAndTextAreToldApart() {
        const QString clip = home_->file("clip one.mp4");
        QSignalSpy dropped(composer_.get(), &Composer::mediaDropped);
        QGuiApplication::clipboard()->setText(QUrl::fromLocalFile(clip).toString());
        editor()->paste();
        QCOMPARE(dropped.count(), 1);
        QCOMPARE(dropped.first().first().toStringList(), QStringList{clip});
        QVERIFY(composer_->text().isEmpty());
        QGuiApplication::clipboard()->setText("just words");
        editor()->paste();
        QCOMPARE(dropped.count(), 1);
        QCOMPARE(composer_->text(), QString("just words"));
    }

    void chipsCanBeRemoved() {
        composer_->setMedia({home_->picture("a.png"), home_->picture("b.png")});
        QCOMPARE(composer_->mediaCount(), 2);
        QSignalSpy removed(composer_.get(), &Composer::mediumRemoved);
        for (QToolButton* remove : composer_->findChildren<QToolButton*>())
            if (remove->accessibleName() == "Remove b.png") remove->click();
        QCOMPARE(removed.count(), 1);
        QCOMPARE(removed.first().first().toInt(), 1);
    }

    void chipsAreNumberedAndMovedByKeys() {
        composer_->setMedia({home_->picture("a.png"), home_->picture("b.png")});
        const QList<MediaChip*> chips = composer_->findChildren<MediaChip*>();
        QCOMPARE(chips.size(), 2);
        QCOMPARE(chips[1]->accessibleName(), QString("b.png, number 2"));
        QSignalSpy moved(composer_.get(), &Composer::mediumMoved);
        QTest::keyClick(chips[1], Qt::Key_Left, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(moved.count(), 1, kWaitMs);
        QCOMPARE(moved.first(), (QVariantList{1, 0}));
        QTest::keyClick(chips[0], Qt::Key_Left, Qt::ControlModifier);  // it stays the first
        QTRY_COMPARE_WITH_TIMEOUT(moved.count(), 2, kWaitMs);
        QCOMPARE(moved.last(), (QVariantList{0, 0}));
        QSignalSpy removed(composer_.get(), &Composer::mediumRemoved);
        QTest::keyClick(chips[0], Qt::Key_Delete);
        QCOMPARE(removed.count(), 1);
    }

    void aSlashInTheEmptyFieldOffersPrompts() {
        QSignalSpy wanted(composer_.get(), &Composer::promptsRequested);
        QTest::keyClicks(editor(), "/");
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(composer_->text(), QString());
        composer_->setText("1");
        QTest::keyClicks(editor(), "/2");
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(composer_->text(), QString("1/2"));
    }

    void upInAnEmptyFieldEditsTheLastQuestion() {
        QSignalSpy edit(composer_.get(), &Composer::editLastRequested);
        QTest::keyClick(editor(), Qt::Key_Up);
        QCOMPARE(edit.count(), 1);
        composer_->setText("x");
        QTest::keyClick(editor(), Qt::Key_Up);
        QCOMPARE(edit.count(), 1);
    }

    void kindsFollowNamesAndBytes() {
        QCOMPARE(mediaKind("/x/A.JPG"), MediaKind::Picture);
        QCOMPARE(mediaKind("/x/a.mkv"), MediaKind::Clip);
        QCOMPARE(mediaKind(home_->file("notes", "plain text")), MediaKind::Unknown);
        const QString picture = home_->picture("p.png");
        QVERIFY(QFile::copy(picture, home_->path("nosuffix")));
        QCOMPARE(mediaKind(home_->path("nosuffix")), MediaKind::Picture);
    }

    void thumbnailsRefuseWhatIsNoPicture() {
        QVERIFY(readSmallPicture(home_->file("text.png", "not a picture"), 100).isNull());
        QVERIFY(
            readSmallPicture(home_->file("x.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"), 100)
                .isNull());
        QImage big(3000, 1500, QImage::Format_RGB32);
        big.fill(Qt::green);
        QVERIFY(big.save(home_->path("big.png")));
        QCOMPARE(readSmallPicture(home_->path("big.png"), 480).size(), QSize(480, 240));
    }

    void thumbnailsShowWhatTheModelSees() {
        qputenv("UNIVI_THUMBNAIL", UNIVI_BIN_DIR "/univi-thumbnail");
        QImage hidden(60, 30, QImage::Format_ARGB32);
        hidden.fill(QColor(10, 200, 30, 0));
        QVERIFY(hidden.save(home_->path("hidden.png")));
        const QString data = QStringLiteral(UNIVI_TEST_DATA "/media/");
        QSignalSpy ready(thumbnails_.get(), &Thumbnails::ready);
        for (const auto& [file, size] : {std::pair{home_->path("hidden.png"), QSize(60, 30)},
                                         {data + "rot270.mp4", QSize(320, 200)},
                                         {data + "photo.heic", QSize(240, 240)}}) {
            QVERIFY(thumbnails_->get(file).isNull());
            QTRY_COMPARE_WITH_TIMEOUT(thumbnails_->get(file).size(), size, kWaitMs);
        }
        QCOMPARE(thumbnails_->get(home_->path("hidden.png")).pixelColor(5, 5), QColor(Qt::white));
        Thumbnails as_reference({}, nullptr, ThumbnailReading::Reference);
        as_reference.get(home_->path("hidden.png"));
        QTRY_VERIFY_WITH_TIMEOUT(!as_reference.get(home_->path("hidden.png")).isNull(), kWaitMs);
        QCOMPARE(as_reference.get(home_->path("hidden.png")).pixelColor(5, 5), QColor(10, 200, 30));
        qunsetenv("UNIVI_THUMBNAIL");
    }

    void filesThatCameFromPhonesAreOffered() {
        for (const char* name : {"/x/a.heic", "/x/a.HEIF", "/x/a.avif"})
            QCOMPARE(mediaKind(QString::fromLatin1(name)), MediaKind::Picture);
        for (const char* suffix : {"*.heic", "*.heif", "*.avif", "*.webp"})
            QVERIFY(mediaFilter().contains(QLatin1String(suffix)));
        QVERIFY(!mediaFilter().contains(QLatin1String("*.jp2")));
    }

    void thumbnailsArriveAndAreKept() {
        const QString picture = home_->picture("t.png", Qt::green);
        QSignalSpy ready(thumbnails_.get(), &Thumbnails::ready);
        QVERIFY(thumbnails_->get(picture).isNull());
        QVERIFY(ready.wait(kWaitMs));
        QCOMPARE(thumbnails_->get(picture).pixelColor(3, 3), QColor(Qt::green));
        const QString clip = home_->file("t.mp4");
        QVERIFY(thumbnails_->get(clip).isNull());
        thumbnails_->setClipFrame(clip, picture);
        QVERIFY(ready.wait(kWaitMs));
        Thumbnails next_start;
        QSignalSpy again(&next_start, &Thumbnails::ready);
        next_start.get(clip);
        QVERIFY(again.wait(kWaitMs));
        QCOMPARE(next_start.get(clip).pixelColor(3, 3), QColor(Qt::green));
    }

  private:
    QPlainTextEdit* editor() const { return composer_->findChild<QPlainTextEdit*>(); }
    QToolButton* button() const {
        return composer_->findChild<QToolButton*>(QStringLiteral("sendButton"));
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<Thumbnails> thumbnails_;
    std::unique_ptr<Composer> composer_;
};

UNIVI_QT_TEST(ComposerTest)

}  // namespace univi::ui

#include "composer_test.moc"
