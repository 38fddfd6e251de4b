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
                    finishes[id] = QString::fromStdString(to_string(e.finish));
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
    void cleanup() { client_.reset(); }

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

    /// Nothing is given up for a folder that holds no model: neither what is loaded nor the reply
    /// that is being made.
    void aWrongModelLeavesTheGoodOneAndItsReply() {
        open(keepsGood());
        Listener heard(client_.get());
        QSignalSpy refused(client_.get(), &EngineClient::refused);
        QSignalSpy states(client_.get(), &EngineClient::stateChanged);
        QSignalSpy changing(client_.get(), &EngineClient::modelChanging);
        const qint64 process = client_->processId();
        const qint64 reply = client_->ask(question("slow"));
        QTRY_VERIFY_WITH_TIMEOUT(heard.texts[reply].contains("word"), kWaitMs);
        client_->load(model("/models/missing"));
        QVERIFY(client_->isChecking());
        const qint64 held = client_->ask(question("held"));
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kWaitMs);
        QCOMPARE(refused.first().first().toString(),
                 QString("The model folder /models/missing was not found; choose another folder. "
                         "The model used before goes on."));
        QVERIFY(!client_->isChecking());
        QCOMPARE(client_->loadRequest().model, std::string("/models/good"));
        QVERIFY(!heard.over(reply));
        client_->stop(reply);
        QTRY_COMPARE_WITH_TIMEOUT(heard.finishes.value(reply), QString("stopped"), kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(heard.finishes.value(held), QString("stop"), kWaitMs);
        QCOMPARE(client_->processId(), process);
        QCOMPARE(states.count(), 0);
        QCOMPARE(changing.count(), 0);
        QVERIFY(client_->problem().isEmpty());
        QCOMPARE(loads("missing").size(), 1);
        QVERIFY(loads("missing").first().contains("\"check_only\":true"));
    }

    /// The engine has loaded the one before again by itself.
    void aModelThatFailsWhileItIsLoadedIsFollowedByTheOneBefore() {
        open(keepsGood());
        Listener heard(client_.get());
        QSignalSpy refused(client_.get(), &EngineClient::refused);
        const qint64 process = client_->processId();
        client_->load(model("/models/heavy"));
        QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kWaitMs);
        QCOMPARE(client_->state(), State::Ready);
        QCOMPARE(client_->processId(), process);
        QCOMPARE(client_->model().model, std::string("/models/good"));
        QCOMPARE(client_->loadRequest().model, std::string("/models/good"));
        const qint64 next = client_->ask(question("next"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.finishes.value(next), QString("stop"), kWaitMs);
        QCOMPARE(loads("good").size(), 1);
    }

    void whereTheProcessIsLostTheOneBeforeIsLoadedAgain() {
        for (const char* wrong : {"/models/lost", "/models/crash", "/models/trap"}) {
            open(keepsGood());
            QSignalSpy refused(client_.get(), &EngineClient::refused);
            const qint64 process = client_->processId();
            client_->load(model(wrong));
            QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kWaitMs);
            QVERIFY(refused.first().first().toString().endsWith("The model used before goes on."));
            QTRY_COMPARE_WITH_TIMEOUT(client_->state(), State::Ready, kWaitMs);
            QVERIFY(client_->processId() != process);
            QCOMPARE(client_->model().model, std::string("/models/good"));
            QVERIFY(client_->problem().isEmpty());
        }
    }

    void theChoiceMadeLastCounts() {
        open(keepsGood());
        QSignalSpy refused(client_.get(), &EngineClient::refused);
        client_->load(model("/models/missing"));
        client_->load(model("/models/third"));
        QTRY_COMPARE_WITH_TIMEOUT(client_->model().model, std::string("/models/third"), kWaitMs);
        QCOMPARE(client_->state(), State::Ready);
        QCOMPARE(refused.count(), 0);
        // While one is being loaded, too: that one is broken off with its process.
        bool chosen = false;
        connect(client_.get(), &EngineClient::loadProgressed, this, [&] {
            if (!std::exchange(chosen, true)) client_->load(model("/models/fifth"));
        });
        client_->load(model("/models/fourth"));
        QTRY_COMPARE_WITH_TIMEOUT(client_->model().model, std::string("/models/fifth"), kWaitMs);
        QCOMPARE(refused.count(), 0);
    }

    void aQuestionAfterTheChoiceIsForTheNewModel() {
        open(keepsGood());
        Listener heard(client_.get());
        const qint64 process = client_->processId();
        client_->load(model("/models/other"));
        const qint64 asked = client_->ask(question("who"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.finishes.value(asked), QString("stop"), kWaitMs);
        QCOMPARE(client_->model().model, std::string("/models/other"));
        QCOMPARE(client_->processId(), process);
        const QList<QByteArray> lines = loggedRequests(log(), "\"id\"");
        QVERIFY(lines.last().contains("who") && lines[lines.size() - 2].contains("other"));
    }

    void theSameModelAgainIsANewProcess() {
        open(keepsGood());
        const qint64 process = client_->processId();
        QSignalSpy states(client_.get(), &EngineClient::stateChanged);
        client_->load(model("/models/good"));
        QTRY_COMPARE_WITH_TIMEOUT(states.count(), 2, kWaitMs);
        QCOMPARE(client_->state(), State::Ready);
        QVERIFY(client_->processId() != process);
    }

    void aProcessThatDoesNotReactIsReplaced() {
        EngineClient::Options options = keepsGood();
        options.stop_patience_ms = options.check_patience_ms = 300;
        open(options);
        Listener heard(client_.get());
        // It hangs in a reply: the check is answered, the stop is not.
        const qint64 hung = client_->ask(question("hang"));
        QTRY_VERIFY_WITH_TIMEOUT(heard.texts[hung].contains("asked"), kWaitMs);
        qint64 process = client_->processId();
        client_->load(model("/models/second"));
        QTRY_COMPARE_WITH_TIMEOUT(client_->model().model, std::string("/models/second"), kWaitMs);
        QVERIFY(heard.errors[hung].contains("model was changed"));
        QVERIFY(client_->processId() != process);
        // It is stopped whole: nothing is answered.
        process = client_->processId();
        QCOMPARE(::kill(pid_t(process), SIGSTOP), 0);
        client_->load(model("/models/third"));
        QTRY_COMPARE_WITH_TIMEOUT(client_->model().model, std::string("/models/third"), kWaitMs);
        QVERIFY(client_->processId() != process);
        QVERIFY(heard.deaths.isEmpty());
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
        const qint64 process = client.processId();
        client.load({});
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), State::Ready, kWaitMs);
        QCOMPARE(client.processId(), process);
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

    void anotherModelIsLoadedIntoTheSameProcess() {
        for (const bool goes_back : {true, false}) {
            EngineClient::Options options = keepsGood();
            options.goes_back = goes_back;
            open(options);
            Listener heard(client_.get());
            const qint64 before = client_->processId();
            const qint64 cut = client_->ask(question("slow"));
            QTRY_VERIFY_WITH_TIMEOUT(!heard.texts[cut].isEmpty(), kWaitMs);
            client_->load(model("/models/other"));
            QTRY_COMPARE_WITH_TIMEOUT(client_->model().model, std::string("/models/other"),
                                      kWaitMs);
            QVERIFY(heard.errors[cut].contains("model was changed"));
            QCOMPARE(client_->processId(), before);
            QVERIFY(heard.deaths.isEmpty());
            const qint64 next = client_->ask(question("next"));
            QTRY_COMPARE_WITH_TIMEOUT(heard.finishes.value(next), QString("stop"), kWaitMs);
        }
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
    static protocol::LoadRequest model(const char* folder) {
        protocol::LoadRequest request;
        request.model = folder;
        return request;
    }
    QString log() const { return home_->path("requests"); }
    /// The requests that would load a model of that name.
    QList<QByteArray> loads(const QByteArray& name) const {
        return loggedRequests(log(), "/models/" + name);
    }
    EngineClient::Options keepsGood() const {
        EngineClient::Options options = scriptedEngine(log());
        options.goes_back = true;
        return options;
    }
    /// A client with a good model.
    void open(const EngineClient::Options& options) {
        client_ = std::make_unique<EngineClient>(options);
        client_->load(model("/models/good"));
        QTRY_COMPARE_WITH_TIMEOUT(client_->state(), State::Ready, kWaitMs);
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<EngineClient> client_;
};

UNIVI_QT_TEST(EngineClientTest)

}  // namespace univi::ui

#include "engine_client_test.moc"
