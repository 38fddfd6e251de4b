#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/command_palette.h"
#include "ui/chat/conversation_store.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

class PaletteTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        store_ = std::make_unique<ConversationStore>();
        search_ = std::make_unique<HistorySearch>(store_->file());
    }
    void cleanup() {
        search_.reset();
        store_.reset();
    }

    void findsWhatWasSaidInEveryWriting() {
        const QString cats = add("Two cats on a sofa", "Über the ROOF, and 100 % warm");
        const QString street = add("Street", "Ein Haus steht da");
        const QString chinese = add("图片", "这是一张图片，里面有两只猫。");
        QCOMPARE(found("CAT"), QStringList{cats});
        QCOMPARE(found("über roof"), QStringList{cats});
        QCOMPARE(found("ofa"), QStringList{cats});  // inside a word
        QCOMPARE(found("两只猫"), QStringList{chinese});
        QCOMPARE(found("haus"), QStringList{street});
        QCOMPARE(found("cat haus"), QStringList());
        QCOMPARE(found("100 %"), QStringList{cats});
        QCOMPARE(found("\"; DROP TABLE turns"), QStringList());
        QCOMPARE(found("   "), QStringList());
    }

    void isUpToDateAtEverySearch() {
        const QString id = add("First", "about zebras");
        QCOMPARE(found("zebra"), QStringList{id});
        const QString other = add("Second", "zebras again");
        QCOMPARE(found("zebra").size(), 2);
        store_->remove(id);
        QCOMPARE(found("zebra"), QStringList{other});
        Turn turn = store_->read(other)->turns[0];
        turn.reply = "elephants";
        store_->updateTurn(other, turn);
        QCOMPARE(found("zebra"), QStringList());
        QCOMPARE(found("elephants"), QStringList{other});
    }

    void onlyTheLastSearchIsAnswered() {
        add("First", "about zebras");
        QSignalSpy answers(search_.get(), &HistorySearch::found);
        for (const char* words : {"z", "ze", "zeb"}) search_->find(words);
        QTRY_COMPARE_WITH_TIMEOUT(answers.count(), 1, kWaitMs);
        QCOMPARE(answers.first().first().toString(), QString("zeb"));
    }

    void snippetsAreAroundTheWord() {
        const QString text =
            QString("one ").repeated(40) + "the zebra stands " + QString("two ").repeated(40);
        const QString snippet = snippetOf(text, {"zebra"});
        QVERIFY2(snippet.contains("zebra") && snippet.startsWith(QChar(0x2026)) &&
                     snippet.endsWith(QChar(0x2026)) && snippet.size() < 110,
                 qPrintable(snippet));
        QCOMPARE(snippetOf("a\n zebra", {"zebra"}), QString("a zebra"));
    }

    void theKeyboardGoesThere() {
        const QString cats = add("Two cats", "on a sofa"), street = add("Street", "a bus passes");
        int ran = 0;
        CommandPalette palette(store_.get(), search_.get(),
                               {{"New chat", "Ctrl+N", [&] { ++ran; }}, {"Train", "Ctrl+2", {}}},
                               nullptr);
        palette.resize(640, 420);
        palette.show();
        QCOMPARE(palette.count(), 4);
        QCOMPARE(palette.textAt(0), QString("Street"));
        QCOMPARE(palette.noteAt(2), QString("Ctrl+N"));
        auto* field = palette.findChild<QLineEdit*>();
        QSignalSpy chats(&palette, &CommandPalette::conversationChosen);
        QSignalSpy turns(&palette, &CommandPalette::turnChosen);
        field->setText("sofa");
        QTRY_COMPARE_WITH_TIMEOUT(palette.count(), 1, kWaitMs);
        QCOMPARE(palette.noteAt(0), QString("Two cats"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(turns.count(), 1);
        QCOMPARE(turns.first().first().toString(), cats);
        QVERIFY(!palette.isVisible());
        palette.show();
        field->setText("new");
        QCOMPARE(palette.count(), 1);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(ran, 1);
        palette.show();
        field->setText("t");
        QTest::keyClick(field, Qt::Key_Down);
        QTest::keyClick(field, Qt::Key_Up);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(chats.count(), 1);
        QCOMPARE(chats.first().first().toString(), street);
        palette.show();
        auto* list = palette.findChild<QListWidget*>();
        field->setText("xyzzy");
        QTRY_VERIFY_WITH_TIMEOUT(!list->isVisible(), kWaitMs);
        QStringList said;
        for (const QLabel* label : palette.findChildren<QLabel*>())
            if (label->isVisible()) said << label->text();
        QCOMPARE(said, QStringList(QString::fromUtf8("Nothing here has “xyzzy”.")));
        field->setText("new");
        QVERIFY(list->isVisible());
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(!palette.isVisible());
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().setMode(mode);
            palette.show();
            field->setText(QString());
            field->setText("s");
            QTRY_VERIFY_WITH_TIMEOUT(palette.count() > 2, kWaitMs);
            shot(&palette, mode == Theme::Mode::Light ? "palette" : "palette-dark");
        }
        Theme::instance().setMode(Theme::Mode::System);
    }

    /// The window goes on while ten thousand turns are searched for the first time.
    void aLongHistoryHoldsNothingUp() {
        Conversation all;
        all.info = {ConversationStore::makeId(), "Long", QDateTime::currentDateTimeUtc()};
        for (int i = 0; i < 10'000; ++i) {
            Turn turn;
            turn.id = i + 1;
            turn.question = QString("Question %1").arg(i);
            turn.reply = QString("reply %1 ").arg(i) + QString("word ").repeated(60);
            turn.state = Turn::State::Done;
            all.turns << turn;
        }
        store_->keep(all);
        QElapsedTimer took;
        took.start();
        QSignalSpy answers(search_.get(), &HistorySearch::found);
        search_->find("9999");
        const qint64 call_us = took.nsecsElapsed() / 1000;
        QTRY_COMPARE_WITH_TIMEOUT(answers.count(), 1, kWaitMs);
        const qint64 first = took.restart();
        QCOMPARE(answers[0][1].value<QList<TurnHit>>().size(), 1);
        search_->find("reply 77");
        QTRY_COMPARE_WITH_TIMEOUT(answers.count(), 2, kWaitMs);
        QVERIFY(answers[1][1].value<QList<TurnHit>>().size() > 10);
        qInfo("10,000 turns: the call %lld us, first answer %lld ms, next %lld ms", call_us, first,
              took.elapsed());
    }

  private:
    QString add(const QString& question, const QString& reply) {
        const QString id = ConversationStore::makeId();
        store_->create(id, question);
        Turn turn;
        turn.question = question;
        turn.reply = reply;
        turn.state = Turn::State::Done;
        store_->addTurn(id, turn);
        return id;
    }
    QStringList found(const QString& words) {
        QSignalSpy answers(search_.get(), &HistorySearch::found);
        search_->find(words);
        if (!answers.wait(kWaitMs)) return {"no answer"};
        QStringList ids;
        for (const TurnHit& hit : answers.first()[1].value<QList<TurnHit>>())
            ids << hit.conversation;
        return ids;
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<HistorySearch> search_;
};

UNIVI_QT_TEST(PaletteTest)

}  // namespace univi::ui

#include "palette_test.moc"
