#include "ui/chat/conversation_model.h"

#include <signal.h>

#include "tests/ui/qt_test.h"
#include "tests/ui/support/conversation_fixture.h"
#include "ui/chat/attention_store.h"
#include "ui/chat/conversation_shelf.h"
#include "ui/chat/past_turns.h"

namespace univi::ui {

class ConversationModelTest : public QObject, protected ConversationFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }

    void ofALongPastOnlyWhatMayFitIsSent() {
        const auto turn = [](int letters, const QString& medium = {}) {
            Turn one;
            one.question = QString(letters, 'q');
            one.reply = one.question;
            one.state = Turn::State::Done;
            if (!medium.isEmpty()) one.media << Medium(medium);
            return one;
        };
        Turn failed = turn(5, "d.png");
        failed.state = Turn::State::Failed;
        const QList<Turn> turns{turn(10), turn(10, "a.png"), turn(10), failed,
                                turn(7),  turn(10),          turn(10), turn(10)};
        const auto is_read = [](const Medium&) { return true; };
        const auto lengths = [&](qsizetype most) {
            QList<qsizetype> found;
            const PastTurns past = pastTurns(turns, turns.size(), is_read, most);
            for (const auto& each : past.turns) found << qsizetype(each.question.size());
            return std::pair(found, past.left_out);
        };
        using Found = std::pair<QList<qsizetype>, int>;
        QCOMPARE(lengths(-1), Found({10, 10, 10, 7, 10, 10, 10}, 0));
        QCOMPARE(lengths(1000), Found({10, 10, 10, 7, 10, 10, 10}, 0));
        // Two turns have forty characters, and the one that goes beyond them is sent too. Media
        // stay, those of a question that failed with the next turn.
        QCOMPARE(lengths(40), Found({10, 7, 10, 10, 10}, 2));
        QCOMPARE(lengths(0), Found({10, 7, 10}, 4));
    }

    void severalTurnsAboutAPicture() {
        QSignalSpy groups(model_.get(), &ConversationModel::groupsChanged);
        model_->addMedia({home_->picture("cat.png")});
        QTRY_VERIFY_WITH_TIMEOUT(!groups.isEmpty(), kWaitMs);  // before any question
        askAndWait("What is this?");
        QCOMPARE(last().reply, QString("You asked: What is this? (0 turns, 1 media)"));
        QCOMPARE(last().state, Turn::State::Done);
        QCOMPARE(last().tokens_per_s, 31.0);
        QCOMPARE(last().model, QString("UniVi demo"));
        askAndWait("And now?");
        QCOMPARE(last().reply, QString("You asked: And now? (1 turns, 0 media)"));
        QVERIFY(loggedRequests(log_, "\"ask\"").last().contains("cat.png"));  // in the history
        QCOMPARE(store_->read(model_->id())->turns.size(), 2);
        QCOMPARE(store_->list().first().title, QString("What is this?"));
    }

    void aClipReportsFramesAndGroupsBeforeItsEnd() {
        QList<bool> complete;
        int frames = 0;
        connect(model_.get(), &ConversationModel::groupsChanged, this,
                [&](const protocol::TokenGroups& g) { complete << g.complete; });
        connect(model_.get(), &ConversationModel::progressChanged, this, [&] {
            if (model_->progress()) frames = std::max(frames, model_->progress()->frames_encoded);
        });
        model_->addMedia({home_->file("street.mp4")});
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isWorking(), kWaitMs);
        QCOMPARE(complete, (QList<bool>{false, true}));
        QCOMPARE(frames, 8);
        QCOMPARE(model_->groups().first().events.size(), std::size_t(2));
    }

    void stopKeepsWhatWasSaid() {
        QVERIFY(model_->ask("slow please"));
        QTRY_VERIFY_WITH_TIMEOUT(last().reply.contains("word word"), kWaitMs);
        model_->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QCOMPARE(last().state, Turn::State::Stopped);
        QVERIFY(last().reply.contains("word word"));
        QCOMPARE(store_->read(model_->id())->turns.first().reply, last().reply);
        askAndWait("next");
        QCOMPARE(last().state, Turn::State::Done);
    }

    void stopBeforeTheModelIsLoaded() {
        EngineClient idle(scriptedEngine());
        ConversationModel model(&idle, store_.get(), [] { return protocol::GenerationOptions{}; },
                                {});
        QVERIFY(model.ask("waits"));
        model.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!model.isBusy(), kWaitMs);
        QCOMPARE(model.turns().last().state, Turn::State::Stopped);
    }

    void anErrorIsShownAndTriedAgain() {
        askAndWait("please fail");
        QCOMPARE(last().state, Turn::State::Failed);
        QVERIFY(last().error.contains("too long by 12 tokens"));
        model_->editLast("now it works");
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QCOMPARE(last().state, Turn::State::Done);
        QCOMPARE(model_->turns().size(), 1);
        QCOMPARE(store_->read(model_->id())->turns.first().question, QString("now it works"));
        QCOMPARE(store_->list().first().title, QString("now it works"));
    }

    void redoTakesAnotherSeed() {
        askAndWait("again");
        model_->redo();
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        const QList<QByteArray> asks = loggedRequests(log_, "\"ask\"");
        QCOMPARE(asks.size(), 2);
        QVERIFY(asks[0].contains("\"seed\":42"));
        QVERIFY(asks[1].contains("\"seed\":43"));
        QCOMPARE(model_->turns().size(), 1);
    }

    void aBrokenFileLeavesTheComposerWithOneSentence() {
        QSignalSpy problem(model_.get(), &ConversationModel::problem);
        model_->addMedia({home_->file("broken.png"), home_->picture("good.png")});
        QCOMPARE(model_->pendingMedia().size(), 2);
        QTRY_COMPARE_WITH_TIMEOUT(problem.count(), 1, kWaitMs);
        QVERIFY(problem.first().first().toString().contains("no picture"));
        QCOMPARE(model_->pendingMedia().size(), 1);
        QVERIFY(model_->pendingMedia().first().file.endsWith("good.png"));
    }

    void filesThatAreNoMediaAreRefused() {
        QSignalSpy problem(model_.get(), &ConversationModel::problem);
        model_->addMedia({home_->file("notes.txt", "hello"), home_->path("none.png")});
        QCOMPARE(problem.count(), 1);  // one sentence names them all
        QVERIFY(problem[0].first().toString().contains("notes.txt is neither"));
        QVERIFY(problem[0].first().toString().contains("none.png was not found"));
        QVERIFY(model_->pendingMedia().isEmpty());
    }

    void aDeathIsSaidAndTheConversationGoesOn() {
        model_->addMedia({home_->picture("cat.png")});
        askAndWait("please die");
        QCOMPARE(last().state, Turn::State::Failed);
        QVERIFY2(last().error.contains("ended unexpectedly while answering a question"),
                 qPrintable(last().error));
        model_->ask("Still there?");
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        // The picture of the turn that failed goes with the next question.
        QCOMPARE(last().reply, QString("You asked: Still there? (0 turns, 1 media)"));
    }

    void tokensKnowWhereTheyStand() {
        model_->addMedia({home_->picture("cat.png")});
        askAndWait("Where?");
        const int position = int(last().reply.indexOf("asked"));
        const auto word = model_->attentionAt(0, position + 2);
        QCOMPARE(word.shares.size(), std::size_t(1));
        QCOMPARE(word.shares[0].size(), std::size_t(112));
        QVERIFY(word.shares[0][5] > 0.5f);  // the second token looks at group 5
        QCOMPARE(word.scale, 0.6f);
        QCOMPARE(last().reply.mid(word.start, word.length).trimmed(), QString("asked:"));
        QVERIFY(model_->attentionAt(0, 0).shares[0][0] > 0.5f);
        QVERIFY(model_->attentionAt(7, 0).shares.empty());
    }

    void whatWordsLookedAtComesBackAtTheNextStart() {
        model_->addMedia({home_->picture("cat.png")});
        askAndWait("Where?");
        const int position = int(last().reply.indexOf("asked"));
        const auto before = model_->attentionAt(0, position);
        const QString id = model_->id();
        model_.reset();
        store_ = std::make_unique<ConversationStore>();
        model_ = makeModel(*store_->read(id));
        const auto after = model_->attentionAt(0, position);
        QCOMPARE(after.start, before.start);
        QCOMPARE(after.length, before.length);
        QCOMPARE(after.scale, before.scale);
        QCOMPARE(after.shares.size(), before.shares.size());
        for (std::size_t i = 0; i < before.shares[0].size(); ++i)
            QVERIFY(qAbs(after.shares[0][i] - before.shares[0][i]) < 0.01f * before.scale);
        // The groups of another model are others: its words looked at nothing of these.
        protocol::LoadRequest other;
        other.model = "/models/other";
        engine_->load(other);
        QTRY_COMPARE_WITH_TIMEOUT(engine_->state(), EngineClient::State::Ready, kWaitMs);
        QVERIFY(model_->attentionAt(0, position).shares.empty());
        engine_->load({});
        QTRY_COMPARE_WITH_TIMEOUT(engine_->state(), EngineClient::State::Ready, kWaitMs);
        QCOMPARE(model_->attentionAt(0, position).start, before.start);
    }

    /// The reply before stays, and so does what it looked at.
    void anEditedQuestionKeepsWhatTheFirstReplyLookedAt() {
        model_->addMedia({home_->picture("cat.png")});
        askAndWait("Where?");
        const qint64 turn = last().id;
        QVERIFY(!store_->attention().get(model_->id(), turn).isEmpty());
        QSignalSpy finished(model_.get(), &ConversationModel::turnFinished);
        model_->editLast("please fail");
        QVERIFY(finished.wait(kWaitMs));
        QVERIFY(!store_->attention().get(model_->id(), turn).isEmpty());
        QVERIFY(store_->attention().get(model_->id(), last().id).isEmpty());
    }

    void aDamagedRecordOrFileLosesNoWord() {
        QVERIFY(!unpackAttention({}));
        QVERIFY(!unpackAttention("abc"));
        QVERIFY(!unpackAttention(QByteArray("\xff\xff\xff\xff", 4) + QByteArray(40, 'x')));
        ReplyAttention attention;
        attention.model = "/m";
        attention.add(0, {{0.5f, 0.0f, 0.125f}, {}});
        attention.add(4, {{0.001f, 0.5f, 0.25f}, {}});
        const QByteArray packed = packAttention(attention);
        QVERIFY(!unpackAttention(packed.left(packed.size() / 2)));
        const auto back = unpackAttention(packed);
        QVERIFY(back);
        QCOMPARE(back->tokens.size(), 2);
        QCOMPARE(back->tokens[0].shares[0][0], 0.5f);
        QCOMPARE(back->tokens[0].shares[0][1], 0.0f);
        QVERIFY(qAbs(back->tokens[1].shares[0][0] - 0.001f) < 0.0005f);
        QVERIFY(back->tokens[1].shares[1].empty());
        QCOMPARE(back->tokenAt(3), 0);
        QCOMPARE(back->tokenAt(4), 1);

        const QString file = home_->file("attention.sqlite", QByteArray(9000, 'x'));
        AttentionStore store(file);
        store.set("c", 1, packed);
        QCOMPARE(store.get("c", 1), packed);
        store.keepOnly({"d"});
        QVERIFY(store.get("c", 1).isEmpty());
        AttentionStore nowhere("/nowhere/attention.sqlite");
        nowhere.set("c", 1, packed);
        QCOMPARE(nowhere.get("c", 1), packed);
    }

    /// Greedy gives the same words again; who asks for another reply gets others.
    void anotherReplyOfAGreedyModelIsDrawn() {
        protocol::LoadRequest greedy;
        greedy.model = "/models/greedy";
        engine_->load(greedy);
        QTRY_COMPARE_WITH_TIMEOUT(engine_->state(), EngineClient::State::Ready, kWaitMs);
        askAndWait("What?");
        QVERIFY(!loggedRequests(log_, "\"ask\"").last().contains("temperature"));
        QSignalSpy finished(model_.get(), &ConversationModel::turnFinished);
        model_->redo();
        QVERIFY(finished.wait(kWaitMs));
        QVERIFY(loggedRequests(log_, "\"ask\"").last().contains("\"temperature\":0.5"));
        QVERIFY(loggedRequests(log_, "\"ask\"").last().contains("\"seed\":43"));
    }

    void openedAgainItReadsItsMediaAndRemembers() {
        model_->addMedia({home_->picture("cat.png")});
        askAndWait("First?");
        const QString id = model_->id();
        model_ = makeModel(*store_->read(id));
        QSignalSpy groups(model_.get(), &ConversationModel::groupsChanged);
        model_->readMediaAgain();
        QTRY_COMPARE_WITH_TIMEOUT(groups.count(), 1, kWaitMs);
        askAndWait("Second?");
        QCOMPARE(last().reply, QString("You asked: Second? (1 turns, 0 media)"));
    }

    void removingAMediumRenumbersTheGroups() {
        model_->addMedia({home_->picture("a.png"), home_->picture("b.png")});
        QTRY_VERIFY_WITH_TIMEOUT(model_->groups().size() == 2, kWaitMs);
        QCOMPARE(model_->groups()[1].medium, 1);
        QSignalSpy reset(model_.get(), &ConversationModel::groupsReset);
        model_->removeMedia(0);
        QCOMPARE(reset.count(), 1);
        QCOMPARE(model_->groups().size(), 1);
        QCOMPARE(model_->groups()[0].medium, 0);
        QVERIFY(QString::fromStdString(model_->groups()[0].source).endsWith("b.png"));
    }

    void theShelfKeepsAReplyGoing() {
        ConversationShelf shelf(engine_.get(), store_.get(),
                                [] { return protocol::GenerationOptions{}; });
        ConversationModel* first = shelf.create();
        QCOMPARE(shelf.create(), first);  // an empty one is used again
        QVERIFY(first->ask("slow"));
        const QString id = first->id();
        ConversationModel* second = shelf.create();
        QVERIFY(second != first);
        QTRY_VERIFY_WITH_TIMEOUT(first->turns().last().reply.size() > 20, kWaitMs);
        QCOMPARE(shelf.takeHeld(id), first);
        QVERIFY(first->isBusy());
        shelf.drop(id);
        QVERIFY(shelf.current() == second);
        QVERIFY(!shelf.takeHeld("no such id"));
    }

    void anEmptyQuestionIsNotAsked() {
        QVERIFY(!model_->ask("  \n "));
        QVERIFY(store_->list().isEmpty());
    }

  private:
    void askAndWait(const QString& question) {
        QSignalSpy finished(model_.get(), &ConversationModel::turnFinished);
        QVERIFY(model_->ask(question));
        QVERIFY(finished.wait(kWaitMs));
    }
};

UNIVI_QT_TEST(ConversationModelTest)

}  // namespace univi::ui

#include "conversation_model_test.moc"
