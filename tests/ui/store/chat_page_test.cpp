#include "ui/chat/chat_page.h"

#include <QClipboard>
#include <QEnterEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/support/chat_page_fixture.h"
#include "tests/ui/support/long_conversation.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/conversation_exporter.h"
#include "ui/chat/conversation_list_view.h"
#include "ui/chat/media_card.h"
#include "ui/chat/turn_view.h"
#include "ui/media/thumbnails.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/save_dialog.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

class ChatPageTest : public QObject, protected ChatPageFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        open();
    }
    void cleanup() { close(); }

    void theFieldGrowsWithWrappedLines() {
        page_->resize(700, 700);
        QCoreApplication::processEvents();
        const int one = editor()->height();
        const int line = editor()->fontMetrics().lineSpacing();
        QString text;
        while (editor()->height() == one && text.size() < 4000)
            page_->composer()->setText(text += "word ");
        QCOMPARE(editor()->height(), one + line);  // without a new line
        page_->composer()->setText(QString("word ").repeated(2000));
        QCOMPARE(editor()->height(), one + 7 * line);
        page_->composer()->setText(text);
        page_->resize(1400, 700);
        QTRY_COMPARE_WITH_TIMEOUT(editor()->height(), one, kWaitMs);  // wide enough again
    }

    void aLongChatOpensWhenItIsRead() {
        ask("First");
        const QString here = page_->model()->id();
        const QString one = test::makeConversation(*store_, store_->file(), 900);
        const QString two = test::makeConversation(*store_, store_->file(), 700);
        const auto isShown = [this](const QString& id) { return page_->model()->id() == id; };
        QStringList told;
        page_->openConversation(one, [&] { told << one; });
        QVERIFY(isShown(here));  // until it is read
        QTRY_VERIFY_WITH_TIMEOUT(isShown(one), kWaitMs);
        QCOMPARE(page_->model()->turns().size(), 900);
        QCOMPARE(page_->model()->turns().last().question.section(':', 0, 0),
                 QString("Question 899"));
        QCOMPARE(told, QStringList{one});
        // The last one that was chosen counts.
        page_->openConversation(two, [&] { told << two; });
        page_->openConversation(here);
        QVERIFY(isShown(here));
        QTest::qWait(300);
        QVERIFY(isShown(here));
        QCOMPARE(told, QStringList{one});
        // What is written meanwhile is not lost.
        page_->openConversation(two);
        store_->rename(two, QStringLiteral("Renamed"));
        QTRY_VERIFY_WITH_TIMEOUT(isShown(two), kWaitMs);
        QCOMPARE(page_->model()->conversation().info.title, QString("Renamed"));
        page_->openConversation(here);
        page_->newChat();
        for (int i = 0; i < 3; ++i) {  // it falls off the shelf
            ask("Another");
            page_->newChat();
        }
        page_->openConversation(two);
        store_->remove(two);
        QTest::qWait(300);
        QVERIFY(!isShown(two));
        page_->openConversation(one);
        page_.reset();  // closed while it is read
    }

    void draftsStayWithTheirChatOverARestart() {
        ask("First");
        const QString first = page_->model()->id();
        page_->composer()->setText("half a thought");
        page_->newChat();
        QCOMPARE(page_->composer()->text(), QString());
        page_->composer()->setText("a new idea");
        page_->addMedia({home_->picture("cat.png")});
        page_->openConversation(first);
        QCOMPARE(page_->composer()->text(), QString("half a thought"));
        QCOMPARE(page_->composer()->mediaCount(), 0);
        page_->keepDraft();
        close();
        open();
        QCOMPARE(page_->composer()->text(), QString("a new idea"));
        QCOMPARE(page_->composer()->mediaCount(), 1);
        page_->openConversation(first);
        QCOMPARE(page_->composer()->text(), QString("half a thought"));
        ask("Second");
        page_->keepDraft();
        QVERIFY(store_->draft(first).isEmpty());
        page_->newChat();
        ask("asked now");
        page_->newChat();
        QCOMPARE(page_->composer()->text(), QString());
        QCOMPARE(page_->composer()->mediaCount(), 0);
    }

    void aSampleTakesNoDraftAlong() {
        page_->composer()->setText("my own");
        page_->addMedia({home_->picture("mine.png")});
        page_->startChat({home_->picture("sample.png")}, "What is this?");
        waitForReply();
        QCOMPARE(filesOf(page_->model()->turns().last().media),
                 QStringList{home_->path("sample.png")});
        QCOMPARE(page_->composer()->text(), QString());
        page_->newChat();
        QCOMPARE(page_->composer()->text(), QString("my own"));
        QCOMPARE(page_->composer()->mediaCount(), 1);
    }

    void noticesStayWithTheirChat() {
        ask("First");
        const QString first = page_->model()->id();
        page_->addMedia({home_->path("none.png")});
        QVERIFY(page_->notice()->sentence().contains("none.png was not found"));
        page_->newChat();
        QVERIFY(!page_->notice()->isVisible());
        page_->openConversation(first);
        QVERIFY(page_->notice()->isVisible());
        ask("Second");
        QVERIFY(!page_->notice()->isVisible());
        page_->addMedia({home_->path("none.png")});
        page_->notice()->findChild<QToolButton*>()->click();  // dismissed
        page_->newChat();
        page_->openConversation(first);
        QVERIFY(!page_->notice()->isVisible());
    }

    void severalRefusedFilesAreAllNamed() {
        page_->addMedia({home_->file("notes.txt", "words"), home_->path("none.png"),
                         home_->path("."), home_->picture("good.png")});
        const QString said = page_->notice()->sentence();
        QVERIFY2(said.contains("notes.txt is neither a picture nor a video"), qPrintable(said));
        QVERIFY2(said.contains("none.png was not found"), qPrintable(said));
        QVERIFY2(said.contains("is a folder"), qPrintable(said));
        QCOMPARE(page_->composer()->mediaCount(), 1);
        page_->addMedia({home_->file("broken1.png"), home_->file("broken2.png")});
        QTRY_VERIFY_WITH_TIMEOUT(
            page_->notice()->sentence().contains("broken1.png and broken2.png"), kWaitMs);
    }

    void whatIsPastedAsAFileIsNoText_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");  // of the notice; empty: pasted as text
        QTest::newRow("a folder") << "%1"
                                  << "is a folder";
        QTest::newRow("a folder as an address") << "file://%1"
                                                << "is a folder";
        QTest::newRow("a missing picture") << "%1/none.png"
                                           << "none.png was not found";
        QTest::newRow("a missing address") << "file://%1/none.png"
                                           << "none.png was not found";
        QTest::newRow("a missing file") << "%1/none"
                                        << "none was not found";
        QTest::newRow("quoted") << "'%1/no ne.png'"
                                << "no ne.png was not found";
        QTest::newRow("two of them") << "%1/a.png\n%1/b.mp4"
                                     << "a.png and b.mp4 were not found";
        QTest::newRow("another file") << "%1/notes.txt"
                                      << "notes.txt is neither";
        QTest::newRow("words") << "/and so on"
                               << "";
        QTest::newRow("a path in words") << "look at %1/none.png"
                                         << "";
        QTest::newRow("an option") << "/help"
                                   << "";
    }
    void whatIsPastedAsAFileIsNoText() {
        QFETCH(QString, text);
        QFETCH(QString, says);
        home_->file("notes.txt", "words");
        text.replace("%1", QDir(home_->path(".")).canonicalPath());
        QGuiApplication::clipboard()->setText(text);
        editor()->paste();
        if (says.isEmpty()) {
            QCOMPARE(page_->composer()->text(), text);
            QVERIFY(!page_->notice()->isVisible());
            return;
        }
        QCOMPARE(page_->composer()->text(), QString());
        QVERIFY2(page_->notice()->sentence().contains(says),
                 qPrintable(page_->notice()->sentence()));
    }

    void escapeInTheSearchGivesTheFocusBack() {
        page_->focusComposer();
        page_->focusSearch();
        auto* search = page_->list()->findChild<QLineEdit*>("search");
        QTRY_VERIFY_WITH_TIMEOUT(search->hasFocus(), kWaitMs);
        QTest::keyClicks(search, "cats");
        QTest::keyClick(search, Qt::Key_Escape);
        QCOMPARE(search->text(), QString());
        QVERIFY(editor()->hasFocus());
    }

    void aModelThatHangsIsStartedAgainByTheSecondEscape() {
        page_->composer()->setText("please hang");
        QTest::keyClick(editor(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(page_->model()->turns().last().reply.contains("asked"), kWaitMs);
        const qint64 before = engine_->processId();
        page_->stop();
        QTRY_VERIFY_WITH_TIMEOUT(page_->notice()->isVisible(), kWaitMs);
        QVERIFY(page_->notice()->sentence().contains("does not react"));
        QVERIFY(page_->model()->isBusy());
        page_->stop();
        QVERIFY(!page_->model()->isBusy());
        QCOMPARE(page_->model()->turns().last().state, Turn::State::Stopped);
        QVERIFY(page_->model()->turns().last().reply.contains("asked"));  // nothing is lost
        QTRY_COMPARE_WITH_TIMEOUT(engine_->state(), EngineClient::State::Ready, kWaitMs);
        QVERIFY(engine_->processId() != before);
        QVERIFY(!page_->notice()->isVisible());
        ask("Go on");
        QCOMPARE(page_->model()->turns().last().state, Turn::State::Done);
    }

    void aStopThatIsHeardSaysNothing() {
        page_->composer()->setText("slow one");
        QTest::keyClick(editor(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(page_->model()->turns().last().reply.contains("word"), kWaitMs);
        page_->stop();
        waitForReply();
        QVERIFY(!engine_->hangs());
        QVERIFY(!page_->notice()->isVisible());
    }

    void theMeterCountsBeforeAQuestionIsAsked() {
        QCOMPARE(meter(), QString());
        page_->composer()->setText("one two three");
        QTRY_VERIFY_WITH_TIMEOUT(meter().startsWith("3 text"), kWaitMs);
        page_->addMedia({home_->picture("a.png"), home_->picture("b.png")});
        QTRY_VERIFY_WITH_TIMEOUT(meter().contains("224 visual"), kWaitMs);
        QVERIFY2(meter().endsWith("1,821 of 2,048 tokens free"), qPrintable(meter()));
        page_->composer()->setText(QString("word ").repeated(3000));
        QTRY_VERIFY_WITH_TIMEOUT(page_->contextMeter()->isTooLong(), kWaitMs);
        QVERIFY2(meter().startsWith("1,177 tokens too many: remove pictures or videos (up to 112 "
                                    "each)"),
                 qPrintable(meter()));
        page_->composer()->setText({});
        page_->newChat();
        page_->model()->removeMedia(1);
        page_->model()->removeMedia(0);
        QTRY_COMPARE_WITH_TIMEOUT(meter(), QString(), kWaitMs);
    }

    void aPastPictureCanBeTakenOutAndPutBack() {
        const QString cat = home_->picture("cat.png"), dog = home_->picture("dog.png");
        page_->addMedia({cat, dog});
        ask("Two animals?");
        ask("Next");
        auto* view = page_->view();
        Q_EMIT view->turnView(0)->mediumRemoved(0, 0);
        QCOMPARE(filesOf(page_->model()->turns()[0].media), QStringList{dog});
        QCOMPARE(filesOf(store_->read(page_->model()->id())->turns[0].media), QStringList{dog});
        QTRY_VERIFY_WITH_TIMEOUT(meter().contains("112 visual"), kWaitMs);
        QVERIFY(page_->notice()->sentence().startsWith("cat.png was taken out"));
        shot(page_.get(), "undo-notice");
        page_->notice()->findChild<QPushButton*>()->click();  // Undo
        QCOMPARE(filesOf(page_->model()->turns()[0].media), (QStringList{cat, dog}));
        QVERIFY(!page_->notice()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(meter().contains("224 visual"), kWaitMs);
    }

    void theCardRemovesByKeyAndButton() {
        Thumbnails thumbnails;
        MediaCard card(home_->picture("cat.png"), &thumbnails, QSize(200, 150));
        QSignalSpy removed(&card, &MediaCard::removeRequested);
        QTest::keyClick(&card, Qt::Key_Delete);
        QCOMPARE(removed.count(), 0);
        card.setRemovable(true);
        QTest::keyClick(&card, Qt::Key_Delete);
        QCOMPARE(removed.count(), 1);
        card.findChild<QAbstractButton*>()->click();
        QCOMPARE(removed.count(), 2);
    }

    void aMovedFileIsLocatedForAllItsTurns() {
        const QString old = home_->picture("old.png"), other = home_->file("clip.mp4");
        page_->addMedia({old});
        ask("First chat");
        const QString first = page_->model()->id();
        page_->newChat();
        page_->addMedia({old});
        ask("Second chat");
        QVERIFY(QFile::rename(old, home_->path("new.png")));
        auto* card = page_->view()->findChild<MediaCard*>();
        Q_EMIT card->clicked();
        auto* dialog = page_->findChild<QFileDialog*>();
        QVERIFY(dialog);  // a click on a card without a file asks where it is
        Q_EMIT dialog->fileSelected(other);
        QVERIFY(page_->notice()->sentence().contains("old.png was a picture"));
        Q_EMIT dialog->fileSelected(home_->path("new.png"));
        dialog->reject();
        QVERIFY(!page_->notice()->isVisible());
        QCOMPARE(filesOf(page_->model()->turns()[0].media), QStringList{home_->path("new.png")});
        QCOMPARE(filesOf(store_->read(first)->turns[0].media), QStringList{home_->path("new.png")});
        page_->openConversation(first);
        QCOMPARE(filesOf(page_->model()->turns()[0].media), QStringList{home_->path("new.png")});
        QVERIFY(!page_->view()->findChild<MediaCard*>()->isMissing());
    }

    void anExportIsNamedAfterItsConversation() {
        ask("What is \"this\": a/b?");
        page_->exportCurrent();
        auto* dialog = page_->findChild<QFileDialog*>();
        QVERIFY(dialog);
        QCOMPARE(QFileInfo(dialog->selectedFiles().value(0)).fileName(),
                 QString("What is this a b.md"));
        dialog->selectNameFilter("JSON (*.json)");
        QCOMPARE(QFileInfo(dialog->selectedFiles().value(0)).fileName(),
                 QString("What is this a b.json"));
        dialog->reject();
    }

    /// Pictures for a person to look at, where UNIVI_SCREENSHOTS names a folder.
    void shots() {
        const QString folder = qEnvironmentVariable("UNIVI_SCREENSHOTS");
        if (folder.isEmpty()) QSKIP("UNIVI_SCREENSHOTS is not set");
        QVERIFY(QDir().mkpath(folder));
        page_->resize(1208, 800);
        page_->addMedia({home_->picture("cat.png", Qt::darkCyan), home_->picture("dog.png")});
        ask("What is in these two pictures, and what do they have in common?");
        QVERIFY(QFile::rename(home_->path("dog.png"), home_->path("dog on holiday.png")));
        page_->newChat();
        page_->openConversation(store_->list().first().id);
        page_->composer()->setText(
            QString("A question that is long enough to be wrapped. ").repeated(5));
        QTRY_VERIFY_WITH_TIMEOUT(!meter().isEmpty(), kWaitMs);
        auto* card = page_->view()->findChild<MediaCard*>();
        QEnterEvent enter(QPointF(9, 9), QPointF(9, 9), QPointF(9, 9));
        QCoreApplication::sendEvent(card, &enter);
        page_->addMedia({home_->file("notes.txt", "words"), home_->path("none.png")});
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().setMode(mode);
            const QString name =
                folder + (mode == Theme::Mode::Light ? "/chat-light" : "/chat-dark");
            QVERIFY(page_->grab().save(name + ".png"));
            page_->resize(952, 700);
            QCoreApplication::processEvents();
            QVERIFY(page_->grab().save(name + "-small.png"));
            page_->resize(1208, 800);
        }
        Theme::instance().setMode(Theme::Mode::Light);
        page_->composer()->setText(QString("word ").repeated(3000));
        QTRY_VERIFY_WITH_TIMEOUT(page_->contextMeter()->isTooLong(), kWaitMs);
        Q_EMIT page_->view()->turnView(0)->mediumRemoved(0, 0);
        QCoreApplication::processEvents();
        QVERIFY(page_->grab().save(folder + "/chat-too-long.png"));
    }

    /// What says that all is done does not stay.
    void anExportThatIsDoneIsSaidForAWhile() {
        ask("First");
        QVERIFY(QTest::qWaitForWindowActive(page_.get()));
        page_->findChild<ConversationExporter*>()->write(*store_->read(page_->model()->id()),
                                                         home_->path("c.md"));
        QTRY_VERIFY_WITH_TIMEOUT(page_->notice()->sentence().startsWith("Exported to"), kWaitMs);
        auto* button = page_->notice()->findChild<QPushButton*>();
        QVERIFY(button);
        QCOMPARE(button->text(), QString("Show in folder"));
        auto* passing = page_->notice()->findChild<QTimer*>();
        QVERIFY(passing && passing->isActive());
        button->setFocus();
        passing->setInterval(1);
        QTest::qWait(50);
        QVERIFY(page_->notice()->isVisible());  // the keyboard is in it
        editor()->setFocus();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->notice()->isVisible(), kWaitMs);
        // Neither does it come back with the conversation, and what is wrong stays.
        page_->newChat();
        page_->openConversation(store_->list().first().id);
        QVERIFY(!page_->notice()->isVisible());
        page_->addMedia({home_->path("none.png")});
        QTest::qWait(50);
        QVERIFY(page_->notice()->isVisible());
    }

    void anExportSaysWhatItLacksAndComesBack() {
        const QString cat = home_->picture("cat.png");
        page_->addMedia({cat, home_->picture("dog.png")});
        ask("First");
        QVERIFY(QFile::remove(home_->path("dog.png")));
        auto* exporter = page_->findChild<ConversationExporter*>();
        const QString title = page_->model()->conversation().info.title;
        exporter->write(*store_->read(page_->model()->id()), home_->path("c.zip"));
        QTRY_VERIFY_WITH_TIMEOUT(
            page_->notice()->sentence().contains("without what could not be read"), kWaitMs);
        QVERIFY(page_->notice()->sentence().contains("dog.png"));
        QVERIFY(QFile::remove(cat));
        QSignalSpy imported(exporter, &ConversationExporter::imported);
        exporter->importFile(home_->path("c.zip"));
        QTRY_COMPARE_WITH_TIMEOUT(imported.count(), 1, kWaitMs);
        // The one that was exported is still there.
        QCOMPARE(page_->model()->conversation().info.title, title + " (2)");
        QVERIFY(QFileInfo(turns()[0].media[0].file).isFile());
        exporter->importFile(home_->file("no.zip", "PK"));
        QTRY_COMPARE_WITH_TIMEOUT(page_->notice()->isVisible(), true, kWaitMs);
        exporter->write(*store_->read(page_->model()->id()), home_->path("no/such/x.pdf"));
        QTRY_VERIFY_WITH_TIMEOUT(page_->notice()->sentence().contains("x.pdf"), kWaitMs);
    }

    void fileNamesAreSafe() {
        QCOMPARE(fileNameFrom("../../etc/passwd", "x"), QString("etc passwd"));
        QCOMPARE(fileNameFrom("  \n\t/ ", "Conversation"), QString("Conversation"));
        QCOMPARE(fileNameFrom("-rf .hidden.", "x"), QString("rf .hidden"));
        QCOMPARE(fileNameFrom(QString("é").repeated(300), "x").size(), 80);
        QCOMPARE(fileNameFrom(QString("漢").repeated(300), "x").toUtf8().size(), 198);
        QCOMPARE(fileNameFrom("A cut title\u2026", "x"), QString("A cut title"));
    }

  private:
};

UNIVI_QT_TEST(ChatPageTest)

}  // namespace univi::ui

#include "chat_page_test.moc"
