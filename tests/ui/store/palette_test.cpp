#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/command_palette.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/turn_search.h"
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
        const QString snippet = snippetOf(text, {}, {"zebra"});
        QVERIFY2(snippet.contains("zebra") && snippet.startsWith(QChar(0x2026)) &&
                     snippet.endsWith(QChar(0x2026)) && snippet.size() < 110,
                 qPrintable(snippet));
        QCOMPARE(snippetOf("a\n zebra", {}, {"zebra"}), QString("a zebra"));
        // What was asked and what was replied are two things.
        QCOMPARE(snippetOf("Which one?", "The\nzebra.", {"zebra"}),
                 QString("Which one? › The zebra."));
        QCOMPARE(
            snippetOf("Q " + QString(30, 'x'), "A zebra" + QString(90, 'a'), {"a zebra"}).left(9),
            QString("…A zebraa"));
    }

    void isAsHighAsWhatItFinds() {
        for (int i = 0; i < 30; ++i) add(QString("Chat %1").arg(i), "about zebras");
        add("Alone", "about okapis");
        QWidget window;
        window.resize(1024, 700);
        CommandPalette palette(store_.get(), search_.get(), {}, &window);
        window.show();
        palette.show();
        auto* field = palette.findChild<QLineEdit*>();
        QSignalSpy answers(search_.get(), &HistorySearch::found);
        const auto height_for = [&](const QString& words) {
            field->setText(words);
            [&] { QTRY_VERIFY_WITH_TIMEOUT(answers.count() > 0, kWaitMs); }();
            answers.clear();
            return palette.height();
        };
        const int one = height_for("okapi"), many = height_for("zebra"), none = height_for("qqq");
        QVERIFY2(one < none && none < many && many <= 480,
                 qPrintable(QString("%1 %2 %3").arg(one).arg(none).arg(many)));
        auto* list = palette.findChild<QListWidget*>();
        height_for("okapi");
        QCOMPARE(palette.count(), 1);
        QVERIFY(list->viewport()->height() >= list->sizeHintForRow(0));
        window.resize(1024, 300);
        QVERIFY(height_for("zebra") <= 300 - 96);
    }

    void whatIsSearchedForIsMarked() {
        QCOMPARE(placesOf({"cat", "ca", "dog"}, "A Cat, a DOG"),
                 (QList<TextPlace>{{2, 3}, {9, 3}}));
        QCOMPARE(placesOf({"aa"}, "aaa"), (QList<TextPlace>{{0, 2}}));
        QCOMPARE(placesOf({}, "aaa"), QList<TextPlace>());
        // The marked word is painted with more ink than the same letters unmarked.
        add("First", "one zebra here");
        CommandPalette palette(store_.get(), search_.get(), {}, nullptr);
        palette.resize(640, 420);
        palette.show();
        auto* field = palette.findChild<QLineEdit*>();
        field->setText("zebra");
        QTRY_COMPARE_WITH_TIMEOUT(palette.count(), 1, kWaitMs);
        auto* list = palette.findChild<QListWidget*>();
        const auto ink = [list] {
            QImage row(list->visualItemRect(list->item(0)).size(), QImage::Format_RGB32);
            row.fill(Qt::white);
            list->viewport()->render(&row);
            qint64 sum = 0;
            for (int y = 0; y < row.height(); ++y)
                for (int x = 0; x < row.width(); ++x) sum += 255 - qGray(row.pixel(x, y));
            return sum;
        };
        list->setCurrentRow(-1);
        shot(list->viewport(), "palette-marked");
        const qint64 marked = ink();
        QSignalBlocker quiet(field);
        field->setText("nothing of it");
        shot(list->viewport(), "palette-unmarked");
        QVERIFY(marked > ink());
    }

    void versionsOfATurnAreTold() {
        const QString id = add("Which animal?", "A zebra, I think.");
        Turn other = store_->read(id)->turns[0];
        const qint64 first = other.id;
        other.id = 0;
        other.reply = "A striped zebra.";
        other.chosen = false;
        store_->addTurn(id, other);
        // Another reply to the same question that reads the same here is not a row of its own; the
        // one that is shown is what a click goes to.
        Turn same = other;
        same.id = 0;
        same.chosen = true;
        store_->addTurn(id, same);
        const QList<TurnHit> hits = hitsOf("zebra");
        QCOMPARE(hits.size(), 2);
        for (const TurnHit& hit : hits) QCOMPARE(hit.versions, 3);
        const bool is_first = hits[0].turn == first;
        QCOMPARE(hits[is_first ? 0 : 1].version, 1);
        QCOMPARE(hits[is_first ? 1 : 0].turn, same.id);
        QCOMPARE(hits[is_first ? 1 : 0].version, 3);
        CommandPalette palette(store_.get(), search_.get(), {}, nullptr);
        palette.findChild<QLineEdit*>()->setText("striped");
        QTRY_COMPARE_WITH_TIMEOUT(palette.count(), 1, kWaitMs);
        QCOMPARE(palette.noteAt(0), QString("Which animal?, version 3 of 3"));
        add("Another", "giraffe");
        QCOMPARE(hitsOf("giraffe")[0].versions, 1);
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
        turn.parent = 0;
        turn.state = Turn::State::Done;
        store_->addTurn(id, turn);
        return id;
    }
    QList<TurnHit> hitsOf(const QString& words) {
        QSignalSpy answers(search_.get(), &HistorySearch::found);
        search_->find(words);
        if (!answers.wait(kWaitMs)) return {};
        return answers.first()[1].value<QList<TurnHit>>();
    }
    QStringList found(const QString& words) {
        QStringList ids;
        for (const TurnHit& hit : hitsOf(words)) ids << hit.conversation;
        return ids;
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<HistorySearch> search_;
};

UNIVI_QT_TEST(PaletteTest)

}  // namespace univi::ui

#include "palette_test.moc"
