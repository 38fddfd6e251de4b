#include "ui/chat/conversation_store.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>
#include <QSqlQuery>

#include "core/base/error.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/conversation_export.h"
#include "ui/chat/history_database.h"

namespace univi::ui {
namespace {

Turn makeTurn(const QString& question, const QString& reply) {
    Turn turn;
    turn.question = question;
    turn.reply = reply;
    turn.state = Turn::State::Done;
    turn.finish = QStringLiteral("stop");
    turn.visual_tokens = 112;
    turn.first_token_s = 0.9;
    turn.tokens_per_s = 31;
    turn.model = QStringLiteral("UniVi demo");
    turn.options.seed = 18446744073709551615u;
    turn.options.system = "Be brief.";
    return turn;
}

/// A stored conversation of one turn.
QString addConversation(ConversationStore& store, const QString& question, const QString& reply,
                        const QStringList& media = {}) {
    const QString id = ConversationStore::makeId();
    store.create(id, titleFromQuestion(question));
    Turn turn = makeTurn(question, reply);
    turn.media = toMedia(media);
    store.addTurn(id, turn);
    store.updateTurn(id, turn);
    return id;
}

}  // namespace

class ConversationStoreTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { home_ = std::make_unique<TestHome>(); }

    void keepsEverythingOverAStart() {
        QString id;
        {
            ConversationStore store(file());
            id = addConversation(store, "What is this?", "A *red* square; 100 %",
                                 {"/a/one.png", "/a/two.mp4"});
        }
        ConversationStore store(file());
        const std::optional<Conversation> read = store.read(id);
        QVERIFY(read);
        QCOMPARE(read->info.title, QString("What is this?"));
        QCOMPARE(read->turns.size(), 1);
        const Turn& turn = read->turns.first();
        QCOMPARE(turn.reply, QString("A *red* square; 100 %"));
        QCOMPARE(filesOf(turn.media), QStringList({"/a/one.png", "/a/two.mp4"}));
        QCOMPARE(turn.state, Turn::State::Done);
        QCOMPARE(turn.visual_tokens, 112);
        QCOMPARE(turn.tokens_per_s, 31.0);
        QCOMPARE(turn.model, QString("UniVi demo"));
        QCOMPARE(turn.options.seed, std::uint64_t(18446744073709551615u));
        QCOMPARE(QString::fromStdString(*turn.options.system), QString("Be brief."));
    }

    void aFileOfTheFirstVersionIsBroughtUpToDate() {
        QString id;
        {
            ConversationStore store(file());
            id = addConversation(store, "Old?", "Old.", {"/a/one.png"});
        }
        {
            QSqlDatabase old = QSqlDatabase::addDatabase("QSQLITE", "old");
            old.setDatabaseName(file());
            QVERIFY(old.open());
            QSqlQuery query(old);
            QVERIFY(query.exec("ALTER TABLE turns DROP COLUMN model"));
            QVERIFY(query.exec("PRAGMA user_version=1"));
        }
        QSqlDatabase::removeDatabase("old");
        ConversationStore store(file());
        QVERIFY2(store.notice().isEmpty(), qPrintable(store.notice()));
        const std::optional<Conversation> read = store.read(id);
        QCOMPARE(read->turns.first().reply, QString("Old."));
        QCOMPARE(filesOf(read->turns.first().media), QStringList{"/a/one.png"});
        QVERIFY(read->turns.first().model.isEmpty());
        addConversation(store, "New?", "New.");
        QCOMPARE(store.list().size(), 2);
    }

    void survivesAKill() {
        // The child writes and is killed without closing anything.
        const pid_t child = fork();
        if (child == 0) {
            ConversationStore store(file());
            addConversation(store, "Before the kill", "kept");
            raise(SIGKILL);
        }
        int status = 0;
        waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        ConversationStore store(file());
        QCOMPARE(store.list().size(), 1);
        QCOMPARE(store.read(store.list().first().id)->turns.first().reply, QString("kept"));
    }

    void aRunningTurnComesBackAsStopped() {
        ConversationStore store(file());
        const QString id = addConversation(store, "q", "half a rep");
        Turn turn = store.read(id)->turns.first();
        turn.state = Turn::State::Streaming;
        store.updateTurn(id, turn);
        QCOMPARE(store.read(id)->turns.first().state, Turn::State::Stopped);
        QCOMPARE(store.read(id)->turns.first().reply, QString("half a rep"));
    }

    void searchesTitlesQuestionsAndReplies() {
        ConversationStore store(file());
        const QString cats = addConversation(store, "Two cats on a sofa", "Über the ROOF");
        const QString street = addConversation(store, "Street, 100% empty_now", "A bus");
        const auto ids = [&](const QString& words) {
            QStringList found;
            for (const ConversationInfo& info : store.list(words)) found << info.id;
            return found;
        };
        QCOMPARE(ids("CATS"), QStringList{cats});
        QCOMPARE(ids("über roof"), QStringList{cats});
        QCOMPARE(ids("bus"), QStringList{street});
        QCOMPARE(ids("100%"), QStringList{street});
        QCOMPARE(ids("empty_now"), QStringList{street});
        QCOMPARE(ids("emptyXnow"), QStringList());
        QCOMPARE(ids("cats bus"), QStringList());
        QCOMPARE(ids("  ").size(), 2);
        QCOMPARE(ids("'; DROP TABLE turns; --"), QStringList());
        QCOMPARE(store.list().size(), 2);
    }

    void renamesAndKeepsTheUsersTitle() {
        ConversationStore store(file());
        const QString id = addConversation(store, "First", "r");
        QSignalSpy changed(&store, &ConversationStore::changed);
        store.rename(id, "Mine");
        QCOMPARE(changed.count(), 1);
        store.suggestTitle(id, "Suggested");
        QCOMPARE(store.read(id)->info.title, QString("Mine"));
    }

    /// Who only reads neither waits for who writes nor can write.
    void aReaderChangesNothingAndWaitsForNobody() {
        ConversationStore store(file());
        const QString id = addConversation(store, "What?", "r");
        HistoryDatabase writer(file());
        QElapsedTimer took;
        took.start();
        writer.inTransaction([&] {
            HistoryDatabase reader(file(), HistoryConnection::Access::Read);
            QCOMPARE(reader.read(id)->turns.first().question, QString("What?"));
            QVERIFY_THROWS_EXCEPTION(HistoryError, reader.rename(id, "Another", true));
        });
        QVERIFY2(took.elapsed() < 2000, qPrintable(QString::number(took.elapsed())));
        // Neither does it make a file, nor the tables of an older one.
        QVERIFY_THROWS_EXCEPTION(HistoryError, HistoryDatabase(home_->path("none.sqlite"),
                                                               HistoryConnection::Access::Read));
        QVERIFY(!QFileInfo::exists(home_->path("none.sqlite")));
        home_->file("empty.sqlite", "");
        QVERIFY_THROWS_EXCEPTION(HistoryError, HistoryDatabase(home_->path("empty.sqlite"),
                                                               HistoryConnection::Access::Read));
    }

    void automaticTitlesDiffer() {
        ConversationStore store(file());
        const QString first = addConversation(store, "What?", "r"),
                      second = addConversation(store, "What?", "r"),
                      third = addConversation(store, "Which?", "r");
        QCOMPARE(store.read(first)->info.title, QString("What?"));
        QCOMPARE(store.read(second)->info.title, QString("What? (2)"));
        // Asked anew in the same conversation it keeps the name, elsewhere it gets the next one.
        QCOMPARE(store.suggestTitle(first, "What?"), QString("What?"));
        QCOMPARE(store.suggestTitle(third, "What?"), QString("What? (3)"));
        QCOMPARE(store.read(third)->info.title, QString("What? (3)"));
        const QString copy = store.addCopy(*store.read(second));
        QCOMPARE(store.read(copy)->info.title, QString("What? (4)"));
        // What a person calls it is their own affair.
        store.rename(second, "What?");
        QCOMPARE(store.read(second)->info.title, QString("What?"));
    }

    void removesAndRestores() {
        ConversationStore store(file());
        const QString id = addConversation(store, "Gone?", "Back.", {"/m.png"});
        const Conversation before = *store.read(id);
        store.remove(id);
        QVERIFY(!store.read(id));
        QVERIFY(store.list().isEmpty());
        store.restore(before);
        const Conversation after = *store.read(id);
        QCOMPARE(toMarkdown(after), toMarkdown(before));
        QCOMPARE(filesOf(after.turns.first().media), QStringList{"/m.png"});
        QCOMPARE(after.info.updated, before.info.updated);
    }

    void aBrokenFileIsKeptAside() {
        QFile broken(file());
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write(QByteArray(8192, 'z'));
        broken.close();
        ConversationStore store(file());
        QVERIFY(store.notice().contains("kept as"));
        QVERIFY(store.list().isEmpty());
        addConversation(store, "works", "again");
        QCOMPARE(store.list().size(), 1);
        QCOMPARE(QDir(home_->path(".")).entryList({"*.broken-*"}).size(), 1);
    }

    void aFolderThatCannotBeWrittenIsSaid() {
        ConversationStore store(QStringLiteral("/proc/nowhere/c.sqlite"));
        QVERIFY(store.notice().contains("cannot be written"));
        addConversation(store, "in", "memory");
        QCOMPARE(store.list().size(), 1);
    }

    void exportsMarkdownAndJson() {
        ConversationStore store(file());
        const QString id =
            addConversation(store, "What?\nSecond line", "**Bold** reply", {"/a/b.mp4"});
        const Conversation conversation = *store.read(id);
        QCOMPARE(toMarkdown(conversation),
                 QString("# What?\n\n> `b.mp4`  \n> What?\n> Second line\n\n**Bold** reply\n"));
        const QString target = home_->path("out.json");
        exportConversation(conversation, target);
        QFile written(target);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QJsonObject turn = QJsonDocument::fromJson(written.readAll())
                                     .object()
                                     .value("turns")
                                     .toArray()
                                     .first()
                                     .toObject();
        QCOMPARE(turn.value("reply").toString(), QString("**Bold** reply"));
        QCOMPARE(turn.value("state").toString(), QString("done"));
        QCOMPARE(turn.value("options").toObject().value("seed").toString(),
                 QString("18446744073709551615"));
        QVERIFY_THROWS_EXCEPTION(
            base::Error, exportConversation(conversation, home_->path("no/such/folder/x.md")));
    }

    void titlesAreShortLines() {
        QCOMPARE(titleFromQuestion("  one  line \n two"), QString("one line"));
        const QString title = titleFromQuestion(QString("word ").repeated(40));
        QVERIFY(title.size() <= 61 && title.endsWith(QChar(0x2026)));
    }

  private:
    QString file() const { return home_->path("c.sqlite"); }
    std::unique_ptr<TestHome> home_;
};

UNIVI_QT_TEST(ConversationStoreTest)

}  // namespace univi::ui

#include "conversation_store_test.moc"
