#include "ui/session/engine_client.h"

#include <signal.h>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"

namespace univi::ui {
namespace {

using State = EngineClient::State;

protocol::AskRequest question(const std::string& text) {
    protocol::AskRequest ask;
    ask.conversation = "c";
    ask.question = text;
    return ask;
}

/// Everything one client says, in order of arrival.
struct Listener : QObject {
    explicit Listener(EngineClient* client) {
        connect(client, &EngineClient::tokenArrived, this,
                [this](qint64 id, const protocol::TokenEvent& e) {
                    texts[id] += QString::fromStdString(e.text);
                });
        connect(client, &EngineClient::answered, this,
                [this](qint64 id, const protocol::DoneEvent& e) {
                    finishes[id] = QString::fromStdString(e.finish);
                });
        connect(
            client, &EngineClient::failed, this,
            [this](qint64 id, const QString&, const QString& message) { errors[id] = message; });
        connect(client, &EngineClient::died, this,
                [this](const QString& sentence) { deaths << sentence; });
    }
    bool over(qint64 id) const { return finishes.contains(id) || errors.contains(id); }
    QHash<qint64, QString> texts, finishes, errors;
    QStringList deaths;
};

}  // namespace

class EngineClientTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { home_ = std::make_unique<TestHome>(); }

    void requestsWaitForTheModelThenStream() {
        EngineClient client(scriptedEngine());
        Listener heard(&client);
        QSignalSpy progress(&client, &EngineClient::loadProgressed);
        const qint64 id = client.ask(question("Hello?"));
        QCOMPARE(client.state(), State::Off);
        client.load({});
        QTRY_VERIFY_WITH_TIMEOUT(heard.over(id), kWaitMs);
        QCOMPARE(heard.finishes[id], QString("stop"));
        QCOMPARE(heard.texts[id], QString("You asked: Hello? (0 turns, 0 media)"));
        QCOMPARE(client.state(), State::Ready);
        QCOMPARE(client.model().name, std::string("UniVi demo"));
        QCOMPARE(progress.count(), 2);
    }

    void stopEndsAReply() {
        EngineClient client(scriptedEngine());
        Listener heard(&client);
        client.load({});
        const qint64 id = client.ask(question("slow"));
        QTRY_VERIFY_WITH_TIMEOUT(heard.texts[id].contains("word"), kWaitMs);
        client.stop(id);
        QTRY_COMPARE_WITH_TIMEOUT(heard.finishes.value(id), QString("stopped"), kWaitMs);
    }

    void anErrorEndsOnlyItsRequest() {
        EngineClient client(scriptedEngine());
        Listener heard(&client);
        client.load({});
        const qint64 bad = client.ask(question("fail")), good = client.ask(question("works"));
        QTRY_VERIFY_WITH_TIMEOUT(heard.over(bad) && heard.over(good), kWaitMs);
        QVERIFY(heard.errors[bad].contains("too long"));
        QCOMPARE(heard.finishes[good], QString("stop"));
        QVERIFY(heard.deaths.isEmpty());
    }

    void aKilledEngineIsStartedAgain() {
        EngineClient client(scriptedEngine());
        Listener heard(&client);
        client.load({});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
        const qint64 first_process = client.processId();
        const qint64 cut = client.ask(question("slow"));
        QTRY_VERIFY_WITH_TIMEOUT(heard.texts[cut].contains("word"), kWaitMs);
        const qint64 waiting = client.ask(question("after"));
        QCOMPARE(::kill(pid_t(first_process), SIGKILL), 0);
        QTRY_VERIFY_WITH_TIMEOUT(heard.over(waiting), kWaitMs);
        QCOMPARE(heard.deaths.size(), 1);
        QCOMPARE(
            heard.deaths.first(),
            QString(
                "The model process ended unexpectedly while answering a question; it was started "
                "again and the conversation goes on."));
        QCOMPARE(heard.errors[cut], heard.deaths.first());
        QCOMPARE(heard.finishes[waiting],
                 QString("stop"));  // it had not begun: the next process took it
        QVERIFY(client.processId() != first_process);
    }

    void theSentenceNamesTheFileThatWasRead() {
        EngineClient client(scriptedEngine());
        Listener heard(&client);
        client.load({});
        client.encode({"c", home_->file("deadly.mp4").toStdString(), 64});
        QTRY_COMPARE_WITH_TIMEOUT(heard.deaths.size(), 1, kWaitMs);
        QVERIFY2(heard.deaths.first().contains("while reading deadly.mp4;"),
                 qPrintable(heard.deaths.first()));
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
    }

    void anIdleDeathIsSaidToo() {
        EngineClient client(scriptedEngine());
        Listener heard(&client);
        client.load({});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
        ::kill(pid_t(client.processId()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(heard.deaths.size(), 1, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
    }

    void aModelThatCannotBeLoadedGivesWayToTheOneBefore() {
        for (const char* wrong : {"/models/missing", "/models/crash"}) {
            EngineClient::Options options = scriptedEngine();
            options.goes_back = true;
            EngineClient client(options);
            QSignalSpy back(&client, &EngineClient::wentBack);
            protocol::LoadRequest good, bad;
            good.model = "/models/good";
            bad.model = wrong;
            client.load(good);
            QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
            QVERIFY(client.memoryInUse().value_or(1) > 0);
            client.load(bad);
            QTRY_COMPARE_WITH_TIMEOUT(back.count(), 1, kWaitMs);
            QVERIFY(back.first().first().toString().endsWith("The model used before goes on."));
            QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
            QCOMPARE(client.model().model, good.model);
            QVERIFY(client.problem().isEmpty());
        }
    }

    void withoutAModelBeforeThereIsNothingToGoBackTo() {
        EngineClient::Options options = scriptedEngine();
        options.goes_back = true;
        EngineClient client(options);
        protocol::LoadRequest bad;
        bad.model = "/models/missing";
        client.load(bad);
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::NoModel, kWaitMs);
        QVERIFY(client.problem().contains("was not found"));
    }

    void threeQuickDeathsEndIt() {
        EngineClient client(scriptedEngine());
        Listener heard(&client);
        protocol::LoadRequest load;
        load.model = "/models/crash";
        const qint64 held = client.ask(question("later"));
        client.load(load);
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Dead, kWaitMs);
        QCOMPARE(heard.deaths.size(), 3);
        QVERIFY2(client.problem().contains("3 times in a row") &&
                     client.problem().contains("loading the model crash"),
                 qPrintable(client.problem()));
        // Another model brings it back, and the question that waited is answered.
        client.load({});
        QTRY_COMPARE_WITH_TIMEOUT(heard.finishes.value(held), QString("stop"), kWaitMs);
        QVERIFY(client.problem().isEmpty());
    }

    void aModelThatCannotBeLoadedIsSaid() {
        EngineClient client(scriptedEngine());
        protocol::LoadRequest load;
        load.model = "/models/missing";
        client.load(load);
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::NoModel, kWaitMs);
        QVERIFY(client.problem().contains("was not found; choose another folder"));
        client.load({});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
    }

    void aMissingProgramIsSaid() {
        EngineClient::Options options = scriptedEngine();
        options.program = home_->path("no-engine");
        EngineClient client(options);
        client.load({});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Dead, kWaitMs);
        QVERIFY2(client.problem().contains("no-engine could not be started"),
                 qPrintable(client.problem()));
    }

    void anotherModelIsAnotherProcess() {
        EngineClient client(scriptedEngine());
        Listener heard(&client);
        client.load({});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
        const qint64 before = client.processId();
        const qint64 cut = client.ask(question("slow"));
        QTRY_VERIFY_WITH_TIMEOUT(!heard.texts[cut].isEmpty(), kWaitMs);
        protocol::LoadRequest other;
        other.model = "/models/other";
        client.load(other);
        QVERIFY(heard.errors[cut].contains("model was changed"));
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
        QVERIFY(client.processId() != before);
        QVERIFY(heard.deaths.isEmpty());
    }

    void garbageFromTheEngineIsIgnored() {
        EngineClient::Options options;
        options.program = "/bin/sh";
        options.arguments = {"-c",
                             "echo 'not json'; echo '{\"id\":1}'; exec " UNIVI_SCRIPTED_ENGINE};
        EngineClient client(options);
        client.load({});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
    }

  private:
    std::unique_ptr<TestHome> home_;
};

UNIVI_QT_TEST(EngineClientTest)

}  // namespace univi::ui

#include "engine_client_test.moc"
