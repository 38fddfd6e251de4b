#include "ui/chat/turn_branches.h"

#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/support/conversation_fixture.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/conversation_export.h"
#include "ui/chat/history_rescue.h"
#include "ui/chat/turn_search.h"
#include "ui/chat/turn_view.h"
#include "ui/chat/versions_dialog.h"
#include "ui/media/thumbnails.h"

namespace univi::ui {

class BranchesTest : public QObject, protected ConversationFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }

    void anotherReplyKeepsTheOneBefore() {
        ask("again");
        const qint64 first = model_->turns()[0].id;
        QCOMPARE(model_->branchOf(0), (BranchPlace{1, 1}));
        model_->redo();
        waitForReply();
        QCOMPARE(model_->turns().size(), 1);
        QCOMPARE(model_->branchOf(0), (BranchPlace{2, 2}));
        QVERIFY(model_->turns()[0].id != first);
        QCOMPARE(model_->turns()[0].options.seed, std::uint64_t(43));
        model_->switchBranch(0, -1);
        QCOMPARE(model_->turns()[0].id, first);
        QCOMPARE(model_->branchOf(0), (BranchPlace{1, 2}));
        model_->switchBranch(0, -1);  // there is none
        QCOMPARE(model_->turns()[0].id, first);
    }

    void twoVersionsStandSideBySide() {
        ask("What is it?");
        model_->redo();
        waitForReply();
        QVERIFY(model_->edit(0, QStringLiteral("What is that?")));
        waitForReply();
        model_->switchBranch(0, -1);
        Thumbnails thumbnails;
        ChatView view(&thumbnails);
        view.resize(800, 600);
        view.setModel(model_.get());
        view.show();
        auto* compare = view.turnView(0)->findChild<QToolButton*>("compareVersions");
        QTRY_VERIFY(compare->isVisible());
        compare->click();
        auto* dialog = view.findChild<VersionsDialog*>();
        QVERIFY(dialog);
        const auto sides = dialog->findChildren<QComboBox*>();
        QCOMPARE(sides.size(), 2);
        QVERIFY(sides[0]->currentText().startsWith(QStringLiteral("1/3 · ")));
        QVERIFY(sides[1]->currentText().startsWith(QStringLiteral("2/3 · ")));
        const auto visibleQuestions = [&] {
            int count = 0;
            for (const QLabel* label : dialog->findChildren<QLabel*>())
                count +=
                    label->accessibleName() == QStringLiteral("Question") && label->isVisible();
            return count;
        };
        QCOMPARE(visibleQuestions(), 0);  // it is the same one
        sides[1]->setCurrentIndex(2);
        QCOMPARE(visibleQuestions(), 2);
        auto* right = dialog->findChild<QLabel*>("rightReply");
        QVERIFY2(right->text().contains("<b>"), qPrintable(right->text()));
        sides[0]->setCurrentIndex(2);  // beside itself nothing differs
        QVERIFY(!right->text().contains("<b>"));
    }

    void anyTurnCanBeEditedAndWhatFollowedStays() {
        for (const char* question : {"A", "B", "C"}) ask(question);
        QSignalSpy reset(model_.get(), &ConversationModel::turnsReset);
        QVERIFY(model_->edit(1, "B2"));
        waitForReply();
        QCOMPARE(reset.first().first().toInt(), 1);
        QCOMPARE(questions(), (QStringList{"A", "B2"}));
        QVERIFY(model_->turns()[1].reply.contains("(1 turns"));
        ask("C2");
        QCOMPARE(questions(), (QStringList{"A", "B2", "C2"}));
        model_->switchBranch(1, -1);
        QCOMPARE(questions(), (QStringList{"A", "B", "C"}));
        ask("D");
        // The engine hears of the shown branch only.
        const QByteArray request = loggedRequests(log_, "\"ask\"").last();
        QVERIFY(request.contains("\"C\"") && !request.contains("B2") && !request.contains("C2"));
        model_->switchBranch(1, 1);
        QCOMPARE(questions(), (QStringList{"A", "B2", "C2"}));
        model_->switchBranch(1, -1);
        QCOMPARE(questions(), (QStringList{"A", "B", "C", "D"}));
    }

    void theShownBranchComesBackAtTheNextStart() {
        ask("A");
        ask("B");
        QVERIFY(model_->edit(0, "A2"));
        waitForReply();
        model_->switchBranch(0, -1);
        const QString id = model_->id();
        model_.reset();
        store_ = std::make_unique<ConversationStore>();
        model_ = makeModel(*store_->read(id));
        QCOMPARE(questions(), (QStringList{"A", "B"}));
        model_->switchBranch(0, 1);
        QCOMPARE(questions(), (QStringList{"A2"}));
        QCOMPARE(store_->list().first().title, QString("A2"));
    }

    void deletingIsTakenBackWithAllBranches() {
        branched();
        const Conversation before = *store_->read(model_->id());
        store_->remove(model_->id());
        store_->restore(before);
        const Conversation after = *store_->read(model_->id());
        QCOMPARE(after.others.size(), 1);
        QCOMPARE(toJson(after), toJson(before));
    }

    void nothingSwitchesWhileAReplyIsMade() {
        branched();
        QVERIFY(model_->ask("slow"));
        model_->switchBranch(0, -1);
        QCOMPARE(questions().first(), QString("an elephant"));
        QVERIFY(!model_->edit(0, "no"));
        QCOMPARE(model_->reveal(model_->conversation().others.first().id), -1);
        model_->stop();
        waitForReply();
    }

    void searchFindsWhatIsOnOtherBranches() {
        branched();
        QCOMPARE(store_->list("zebra").size(), 1);
        QCOMPARE(turnFoundBy("elephant", model_->conversation()), model_->turns()[0].id);
        const qint64 hidden = turnFoundBy("zebra", model_->conversation());
        QCOMPARE(hidden, model_->conversation().others.first().id);
        QCOMPARE(model_->reveal(hidden), 0);
        QCOMPARE(questions(), (QStringList{"a zebra"}));
        QCOMPARE(turnFoundBy("nothing of it", Conversation()), qint64(0));
    }

    void exportsTheShownBranchAsAPageAndAllAsJson() {
        branched();
        const Conversation conversation = *store_->read(model_->id());
        QVERIFY(toMarkdown(conversation).contains("elephant"));
        QVERIFY(!toMarkdown(conversation).contains("zebra"));
        const QJsonArray turns =
            QJsonDocument::fromJson(toJson(conversation)).object().value("turns").toArray();
        QCOMPARE(turns.size(), 2);
        QCOMPARE(turns[0].toObject().value("shown").toBool(), false);
        QCOMPARE(turns[1].toObject().value("shown").toBool(), true);
        QCOMPARE(turns[1].toObject().value("parent").toInt(), 0);
    }

    void aFileOfTheVersionBeforeIsOneBranch() {
        ask("A");
        ask("B");
        const QString id = model_->id();
        model_.reset();
        store_.reset();
        const QString file = home_->path("data/univi-studio/conversations.sqlite");
        {
            QSqlDatabase old = QSqlDatabase::addDatabase("QSQLITE", "old");
            old.setDatabaseName(file);
            QVERIFY(old.open());
            QSqlQuery query(old);
            for (const char* column : {"parent", "chosen", "reply_tokens"})
                QVERIFY(query.exec(QString("ALTER TABLE turns DROP COLUMN %1").arg(column)));
            QVERIFY(query.exec("ALTER TABLE conversations DROP COLUMN pinned"));
            QVERIFY(query.exec("PRAGMA user_version=3"));
        }
        QSqlDatabase::removeDatabase("old");
        store_ = std::make_unique<ConversationStore>();
        QVERIFY2(store_->notice().isEmpty(), qPrintable(store_->notice()));
        model_ = makeModel(*store_->read(id));
        QCOMPARE(questions(), (QStringList{"A", "B"}));
        QVERIFY(model_->edit(1, "B2"));
        waitForReply();
        QCOMPARE(model_->branchOf(1), (BranchPlace{2, 2}));
        QCOMPARE(questions(), (QStringList{"A", "B2"}));
        QCOMPARE(store_->read(id)->others.size(), 1);
    }

    void aDamagedFileKeepsItsBranches() {
        branched();
        ask("after");
        const Conversation before = *store_->read(model_->id());
        model_.reset();
        store_.reset();
        const RescuedHistory saved =
            readDamagedHistory(home_->path("data/univi-studio/conversations.sqlite"));
        QCOMPARE(saved.conversations.size(), 1);
        QCOMPARE(saved.questions(), 3);
        QCOMPARE(toJson(saved.conversations.first()), toJson(before));
        store_ = std::make_unique<ConversationStore>();
    }

    void lostParentsLoseNothingElse() {
        const auto turn = [](qint64 id, qint64 parent, bool chosen = true) {
            Turn made;
            made.id = id;
            made.parent = parent;
            made.chosen = chosen;
            return made;
        };
        const auto shown = [](const QList<Turn>& turns) {
            QList<qint64> ids;
            for (const Turn& one : turns) ids << one.id;
            return ids;
        };
        Conversation c;
        sortBranches(c, {turn(4, 3), turn(2, 1), turn(1, 0)});  // 3 is lost
        QCOMPARE(shown(c.turns), (QList<qint64>{1, 2, 4}));
        sortBranches(c, {turn(1, 0), turn(4, 3, false), turn(5, 3)});  // 2 and 3 are
        QCOMPARE(shown(c.turns), (QList<qint64>{1, 5}));
        QCOMPARE(shown(c.others), (QList<qint64>{4}));
        sortBranches(c, {turn(7, -1), turn(8, -1), turn(9, -1)});
        QCOMPARE(shown(c.turns), (QList<qint64>{7, 8, 9}));
        sortBranches(c, {turn(1, 0, false), turn(2, 0, false)});  // none is chosen: the newest
        QCOMPARE(shown(c.turns), (QList<qint64>{2}));
        sortBranches(c, {turn(1, 5), turn(2, 2)});  // no circles
        QCOMPARE(shown(c.turns), (QList<qint64>{1, 2}));
    }

    void theSwitchStandsUnderTheTurn() {
        Thumbnails thumbnails;
        ChatView view(&thumbnails);
        view.resize(800, 600);
        view.show();
        view.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&view));
        view.setModel(model_.get());
        branched();
        ask("more");
        QCoreApplication::processEvents();
        auto* of_switch = view.turnView(0)->findChild<QWidget*>("branchSwitch");
        QVERIFY(of_switch->isVisible());
        QCOMPARE(of_switch->accessibleName(), QString("Version 2 of 2"));
        QVERIFY(!view.turnView(1)->findChild<QWidget*>("branchSwitch")->isVisible());
        const QList<QToolButton*> arrows = of_switch->findChildren<QToolButton*>();
        QVERIFY(arrows[0]->isEnabled() && !arrows[1]->isEnabled());
        arrows[0]->setFocus();
        shot(&view, "branches");
        QTest::keyClick(arrows[0], Qt::Key_Space);
        QCOMPARE(view.count(), 1);
        QCOMPARE(of_switch->accessibleName(), QString("Version 1 of 2"));
        QVERIFY(arrows[1]->hasFocus());  // the keyboard goes on from there
        QTest::keyClick(arrows[1], Qt::Key_Space);
        QCOMPARE(view.count(), 2);
    }

  private:
    /// One question in two versions; the second is shown.
    void branched() {
        ask("a zebra");
        QVERIFY(model_->edit(0, "an elephant"));
        waitForReply();
    }
    QStringList questions() const {
        QStringList list;
        for (const Turn& turn : model_->turns()) list << turn.question;
        return list;
    }
};

UNIVI_QT_TEST(BranchesTest)

}  // namespace univi::ui

#include "branches_test.moc"
