#include <QPushButton>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/support/chat_page_fixture.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/queued_row.h"
#include "ui/chat/turn_view.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {

class QueueTest : public QObject, protected ChatPageFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        open();
    }
    void cleanup() { close(); }

    void aQuestionWaitsForTheReplyBefore() {
        send("slow one");
        send("second");
        send("third");
        QCOMPARE(states(), (QList<Turn::State>{Turn::State::Waiting, Turn::State::Queued,
                                               Turn::State::Queued}));
        QCOMPARE(page_->composer()->text(), QString());
        QCOMPARE(row(1)->sentence(), QString("Waiting for the reply before"));
        QTRY_VERIFY_WITH_TIMEOUT(turns()[0].reply.contains("word word"), kWaitMs);
        shot(page_.get(), "queue");
        QTRY_VERIFY_WITH_TIMEOUT(turns()[2].state == Turn::State::Done, kWaitMs);
        QVERIFY(turns()[1].reply.contains("second (1 turns"));
        QVERIFY(turns()[2].reply.contains("third (2 turns"));
        QVERIFY(!page_->model()->isBusy());
    }

    void aQuestionIsTakenBackWithItsMedia() {
        send("slow one");
        const QString cat = home_->picture("cat.png");
        page_->addMedia({cat});
        send("about the cat");
        send("last");
        page_->composer()->setText("typed since");
        press(1, "Take back");
        QTRY_COMPARE_WITH_TIMEOUT(turns().size(), 2, kWaitMs);
        QCOMPARE(page_->composer()->text(), QString("about the cat\ntyped since"));
        QCOMPARE(filesOf(page_->model()->pendingMedia()), QStringList{cat});
        QCOMPARE(turns()[1].question, QString("last"));
        QTRY_VERIFY_WITH_TIMEOUT(turns()[1].state == Turn::State::Done, kWaitMs);
        QCOMPARE(store_->read(page_->model()->id())->turns.size(), 2);
    }

    void aStopHoldsTheQueueAndSaysSo() {
        send("slow one");
        send("second");
        QTRY_VERIFY_WITH_TIMEOUT(turns()[0].reply.contains("word"), kWaitMs);
        page_->stop();
        QTRY_COMPARE_WITH_TIMEOUT(turns()[0].state, Turn::State::Stopped, kWaitMs);
        QCoreApplication::processEvents();
        QVERIFY(!page_->model()->isBusy());
        QCOMPARE(turns()[1].state, Turn::State::Queued);
        QVERIFY2(page_->notice()->sentence().contains("1 question goes on waiting"),
                 qPrintable(page_->notice()->sentence()));
        QVERIFY(row(1)->sentence().contains("not finished"));
        shot(page_.get(), "queue-held");
        press(1, "Ask now");
        QTRY_COMPARE_WITH_TIMEOUT(turns()[1].state, Turn::State::Done, kWaitMs);
        QVERIFY(!page_->notice()->isVisible());
    }

    void aFailureHoldsTheQueueToo() {
        send("slow fail");
        send("second");
        QTRY_COMPARE_WITH_TIMEOUT(turns()[0].state, Turn::State::Failed, kWaitMs);
        QCOMPARE(turns()[1].state, Turn::State::Queued);
        // Another question joins the end; they are asked in the order they stand in.
        send("third");
        QTRY_COMPARE_WITH_TIMEOUT(turns()[2].state, Turn::State::Done, kWaitMs);
        QVERIFY(turns()[1].reply.contains("second"));
    }

    void anEditIsAskedBeforeWhatWaits() {
        send("slow one");
        send("second");
        page_->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->model()->isBusy(), kWaitMs);
        QVERIFY(page_->model()->edit(0, "quick one"));
        QTRY_COMPARE_WITH_TIMEOUT(turns()[1].state, Turn::State::Done, kWaitMs);
        QCOMPARE(turns()[0].question, QString("quick one"));
        QCOMPARE(turns()[1].question, QString("second"));
        page_->model()->switchBranch(0, -1);
        QCOMPARE(turns().size(), 1);
    }

    void whatWaitsOutlivesTheProgram() {
        send("slow one");
        send("second");
        const QString id = page_->model()->id();
        close();
        open();
        page_->openConversation(id);
        QCOMPARE(states(), (QList<Turn::State>{Turn::State::Stopped, Turn::State::Queued}));
        QVERIFY(row(1)->sentence().contains("not finished"));
        press(1, "Ask now");
        QTRY_COMPARE_WITH_TIMEOUT(turns()[1].state, Turn::State::Done, kWaitMs);
    }

    void theFiguresOfAReplyAreAllThere() {
        send("What?");
        QTRY_COMPARE_WITH_TIMEOUT(turns()[0].state, Turn::State::Done, kWaitMs);
        QCOMPARE(statsDetails(turns()[0]),
                 QString("Model: UniVi demo\nReply: 3 tokens\nSpeed: 31 tokens a second\n"
                         "First word after 0.9 s\nWhole reply after 1.0 s\n"
                         "Prompt: 40 tokens, 0 of them visual\nSeed: 42"));
        QCOMPARE(store_->read(page_->model()->id())->turns[0].reply_tokens, 3);
        QCOMPARE(statsDetails(Turn()), QString());
    }

    void typingWhileBusyOffersToAskAfter() {
        send("slow one");
        auto* queue = page_->composer()->findChild<QToolButton*>("queueButton");
        QVERIFY(!queue->isVisible());
        page_->composer()->setText("second");
        QVERIFY(queue->isVisible());
        queue->click();
        QCOMPARE(turns().size(), 2);
        QVERIFY(!queue->isVisible());
        page_->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->model()->isBusy(), kWaitMs);
    }

  private:
    QList<Turn::State> states() const {
        QList<Turn::State> list;
        for (const Turn& turn : turns())
            list << (turn.state == Turn::State::Streaming ? Turn::State::Waiting : turn.state);
        return list;
    }
    QueuedRow* row(int turn) const {
        return page_->view()->turnView(turn)->findChild<QueuedRow*>();
    }
    void press(int turn, const QString& text) const {
        for (QPushButton* button : row(turn)->findChildren<QPushButton*>())
            if (button->text() == text) return button->click();
        QFAIL("no such button");
    }
};

UNIVI_QT_TEST(QueueTest)

}  // namespace univi::ui

#include "queue_test.moc"
