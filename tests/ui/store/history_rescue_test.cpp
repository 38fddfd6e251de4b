#include "ui/chat/history_rescue.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSqlDatabase>
#include <QSqlQuery>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/conversation_store.h"

namespace univi::ui {
namespace {

constexpr int kChats = 60, kTurns = 8, kPage = 4096;

QString idOf(int chat) {
    return QStringLiteral("00000000-0000-4000-8000-%1").arg(chat, 12, 10, QLatin1Char('0'));
}

/// 60 conversations of 8 questions; every tenth first reply is longer than a page.
void fill(ConversationStore& store) {
    for (int chat = 0; chat < kChats; ++chat) {
        Conversation conversation;
        conversation.info = {idOf(chat), QStringLiteral("Chat %1").arg(chat),
                             QDateTime::currentDateTimeUtc()};
        for (int i = 0; i < kTurns; ++i) {
            Turn turn;
            turn.id = 1 + chat * kTurns + i;
            turn.question = QStringLiteral("Question %1 of chat %2").arg(i).arg(chat);
            turn.media = {QStringLiteral("/pictures/%1-%2.png").arg(chat).arg(i)};
            turn.reply = QStringLiteral("Reply %1 of chat %2 ").arg(i).arg(chat) +
                         QString("word ").repeated(i == 0 && chat % 10 == 0 ? 3000 : 40);
            turn.state = Turn::State::Done;
            conversation.turns << turn;
        }
        store.keep(conversation);
    }
    store.setDraft(idOf(1), {"half a thought", {}});
}

/// Runs one statement as another program would.
bool runRaw(const QString& file, const QString& sql) {
    bool done = false;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", "raw");
        database.setDatabaseName(file);
        done = database.open() && QSqlQuery(database).exec(sql);
    }
    QSqlDatabase::removeDatabase("raw");
    return done;
}

/// The replies that came back word for word.
int wholeReplies(ConversationStore& store) {
    int whole = 0;
    for (int chat = 0; chat < kChats; ++chat) {
        const std::optional<Conversation> read = store.read(idOf(chat));
        if (!read) continue;
        for (const Turn& turn : read->turns) {
            const QString end = turn.question.mid(int(QString("Question").size()));
            whole += turn.reply.startsWith("Reply" + end);
        }
    }
    return whole;
}

void overwrite(const QString& name, const QList<int>& pages) {
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QRandomGenerator random(7);
    for (const int page : pages) {
        QByteArray noise(kPage, Qt::Uninitialized);
        for (char& byte : noise) byte = char(random.bounded(256));
        QVERIFY(file.seek(qint64(page) * kPage));
        file.write(noise);
    }
}

int pagesOf(const QString& name) {
    return int(QFileInfo(name).size() / kPage);
}

}  // namespace

class HistoryRescueTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        full_ = std::make_unique<QTemporaryDir>();
        ConversationStore store(full_->filePath("c.sqlite"));
        fill(store);
    }
    void init() {
        home_ = std::make_unique<TestHome>();
        QVERIFY(QFile::copy(full_->filePath("c.sqlite"), file()));
    }

    void aWholeFileIsLeftAlone() {
        ConversationStore store(file());
        QVERIFY2(store.notice().isEmpty(), qPrintable(store.notice()));
        QCOMPARE(wholeReplies(store), kChats * kTurns);
        QCOMPARE(filesOf(store.read(idOf(7))->turns[3].media), QStringList{"/pictures/7-3.png"});
    }

    void damage_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("least");  // replies that must come back
        QTest::newRow("two pages in the middle") << "middle" << kChats * kTurns - 30;
        QTest::newRow("the header page") << "header" << kChats * kTurns - 10;
        QTest::newRow("only the first 100 bytes") << "first bytes" << kChats * kTurns - 10;
        QTest::newRow("the tables' roots") << "roots" << kChats * kTurns - 30;
        QTest::newRow("every fourth page") << "every fourth" << kChats * kTurns / 3;
        QTest::newRow("cut off at two thirds") << "cut off" << kChats * kTurns / 4;
        QTest::newRow("cut off inside a page") << "cut inside" << kChats * kTurns / 4;
    }
    void damage() {
        QFETCH(QString, what);
        QFETCH(int, least);
        hurt(what);
        ConversationStore store(file());
        QVERIFY2(store.notice().contains("was damaged"), qPrintable(store.notice()));
        QCOMPARE(store.notice().count('.'), 3);  // one sentence, and the dots of the name
        const int saved = wholeReplies(store);
        QVERIFY2(saved >= least, qPrintable(QStringLiteral("%1 replies").arg(saved)));
        QCOMPARE(asideFiles().size(), 1);
        newChatsAreKept(store, saved);
    }

    void anIndexIsMadeAnew() {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", "raw");
        database.setDatabaseName(file());
        QVERIFY(database.open());
        int root = 0;
        {
            QSqlQuery query(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'turns_of_conversation'",
                database);
            QVERIFY(query.next());
            root = query.value(0).toInt();
        }
        database.close();
        database = {};
        QSqlDatabase::removeDatabase("raw");
        overwrite(file(), {root - 1});
        ConversationStore store(file());
        QCOMPARE(wholeReplies(store), kChats * kTurns);
        QCOMPARE(filesOf(store.read(idOf(7))->turns[3].media), QStringList{"/pictures/7-3.png"});
        QCOMPARE(store.draft(idOf(1)).text, QString("half a thought"));
    }

    void whatStandsInTheLogIsSavedToo() {
        // A killed program leaves what it wrote last in the log; then the file itself is damaged.
        const pid_t child = fork();
        if (child == 0) {
            ConversationStore store(file());
            store.create(idOf(900), "In the log");
            Turn turn;
            turn.question = "Only in the log";
            store.addTurn(idOf(900), turn);
            raise(SIGKILL);
        }
        int status = 0;
        waitpid(child, &status, 0);
        QVERIFY(QFileInfo(file() + "-wal").size() > 0);
        overwrite(file(), {pagesOf(file()) / 2, pagesOf(file()) / 2 + 1});
        ConversationStore store(file());
        QVERIFY(store.notice().contains("was damaged"));
        QCOMPARE(store.read(idOf(900))->turns.first().question, QString("Only in the log"));
    }

    void damageThatShowsLaterIsMended() {
        ConversationStore store(file());
        QSignalSpy noticed(&store, &ConversationStore::noticed);
        QSignalSpy failed(&store, &ConversationStore::failed);
        QSignalSpy reopened(&store, &ConversationStore::reopened);
        const int pages = pagesOf(file());
        QList<int> all;
        for (int page = pages / 3; page < pages / 3 + 6; ++page) all << page;
        overwrite(file(), all);
        // A change by another program makes the pages be read from the disk again.
        QVERIFY(runRaw(file(), "PRAGMA application_id = 5"));
        const int saved = wholeReplies(store);
        QVERIFY(saved > kChats * kTurns / 2);
        QTRY_COMPARE_WITH_TIMEOUT(noticed.count(), 1, kWaitMs);
        QCOMPARE(failed.count(), 0);
        QCOMPARE(reopened.count(), 1);
        newChatsAreKept(store, saved);
    }

    void whatTheWindowHoldsIsKeptAgain() {
        ConversationStore store(file());
        Conversation held = *store.read(idOf(30));
        overwrite(file(), {pagesOf(file()) / 2, pagesOf(file()) / 2 + 1});
        ConversationStore mended(file());
        mended.keep(held);
        QCOMPARE(mended.read(idOf(30))->turns.size(), kTurns);
        held.turns.last().reply = "later";
        mended.updateTurn(idOf(30), held.turns.last());
        QCOMPARE(mended.read(idOf(30))->turns.last().reply, QString("later"));
    }

    void deletedChatsDoNotComeBack() {
        {
            ConversationStore store(file());
            for (int chat = 0; chat < kChats; chat += 2) store.remove(idOf(chat));
        }
        overwrite(file(), {0});
        const RescuedHistory history = readDamagedHistory(file());
        QCOMPARE(history.conversations.size(), kChats / 2);
        for (const Conversation& conversation : history.conversations)
            QVERIFY(conversation.info.id.right(2).toInt() % 2 == 1);
    }

    void whatIsNoDatabase_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"text", "noise", "folder", "pipe"})
            QTest::newRow(kind) << QString(kind);
    }
    void whatIsNoDatabase() {
        QFETCH(QString, kind);
        QVERIFY(QFile::remove(file()));
        if (kind == "text") home_->file("c.sqlite", QByteArray("not a database\n").repeated(500));
        if (kind == "noise") {
            home_->file("c.sqlite", QByteArray(8 * kPage, 0));
            overwrite(file(), {0, 1, 2, 3, 4, 5, 6, 7});
        }
        if (kind == "folder") QVERIFY(QDir().mkpath(file() + "/inside"));
        if (kind == "pipe") QCOMPARE(mkfifo(qPrintable(file()), 0600), 0);
        ConversationStore store(file());
        QVERIFY2(store.notice().contains("kept as"), qPrintable(store.notice()));
        QVERIFY(store.isOnDisk());
        QCOMPARE(asideFiles().size(), 1);
        newChatsAreKept(store, 0);
    }

    void anEmptyFileIsANewHistory() {
        QVERIFY(QFile::resize(file(), 0));
        ConversationStore store(file());
        QVERIFY(store.notice().isEmpty());
        newChatsAreKept(store, 0);
    }

    void twoStartsAtOnceShareTheFile() {
        QVERIFY(QFile::remove(file()));
        QList<pid_t> children;
        for (int i = 0; i < 4; ++i) {
            const pid_t child = fork();
            if (child == 0) {
                ConversationStore store(file());
                store.create(idOf(i), "one of four");
                _exit(store.isOnDisk() && store.read(idOf(i)) ? 0 : 1);
            }
            children << child;
        }
        for (const pid_t child : children) {
            int status = 0;
            waitpid(child, &status, 0);
            QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
        ConversationStore store(file());
        QCOMPARE(store.list().size(), 4);
    }

  private:
    QString file() const { return home_->path("c.sqlite"); }
    QStringList asideFiles() const {
        return QDir(home_->path("."))
            .entryList({"*.broken-*"}, QDir::AllEntries | QDir::System)
            .filter(QRegularExpression("broken-\\d+$"));
    }
    void hurt(const QString& what) {
        const int pages = pagesOf(file());
        QList<int> all;
        if (what == "middle") overwrite(file(), {pages / 2, pages / 2 + 1});
        if (what == "header") overwrite(file(), {0});
        if (what == "roots") overwrite(file(), {1, 2, 3, 4});
        if (what == "first bytes") {
            QFile bytes(file());
            QVERIFY(bytes.open(QIODevice::ReadWrite));
            bytes.write(QByteArray(100, 0));
        }
        for (int page = 4; what == "every fourth" && page < pages; page += 4) all << page;
        overwrite(file(), all);
        if (what == "cut off") QVERIFY(QFile::resize(file(), qint64(pages) * 2 / 3 * kPage));
        if (what == "cut inside")
            QVERIFY(QFile::resize(file(), qint64(pages) * 2 / 3 * kPage + 1234));
    }
    void newChatsAreKept(ConversationStore& store, int saved) {
        store.create(idOf(999), "After");
        Turn turn;
        turn.question = "After the damage";
        store.addTurn(idOf(999), turn);
        ConversationStore again(file());
        QVERIFY2(again.notice().isEmpty(), qPrintable(again.notice()));
        QCOMPARE(again.read(idOf(999))->turns.first().question, turn.question);
        QCOMPARE(wholeReplies(again), saved);
    }

    std::unique_ptr<QTemporaryDir> full_;
    std::unique_ptr<TestHome> home_;
};

UNIVI_QT_TEST(HistoryRescueTest)

}  // namespace univi::ui

#include "history_rescue_test.moc"
