#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <QSqlDatabase>
#include <QSqlQuery>

#include "core/base/paths.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/conversation_store.h"
#include "ui/settings/app_settings.h"

namespace univi::ui {
namespace {

constexpr uid_t kNobody = 65534;

/// Rights mean nothing to root: what is tried about them is tried as another user.
class AsNobody {
  public:
    explicit AsNobody(const TestHome& home) : is_root_(geteuid() == 0) {
        if (!is_root_) return;
        QFile::setPermissions(home.path("."), QFile::Permissions(0x7755));
        isDone_ = seteuid(kNobody) == 0;
    }
    ~AsNobody() {
        if (is_root_) isDone_ = seteuid(0) == 0;
    }

  private:
    bool is_root_, isDone_ = false;
};

Turn ask(ConversationStore& store, const QString& id, const QString& question) {
    if (!store.read(id)) store.create(id, question);
    Turn turn;
    turn.question = question;
    store.addTurn(id, turn);
    turn.reply = "reply";
    turn.state = Turn::State::Done;
    store.updateTurn(id, turn);
    return turn;
}

}  // namespace

class UnwritableHomeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { home_ = std::make_unique<TestHome>(); }

    void aFolderThatCannotBeMadeKeepsTheSessionInMemory() {
        // A file stands where the folders should be: nobody can make them, root neither.
        const QByteArray wall = home_->file("wall").toUtf8();
        for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
            qputenv(name, wall + "/below");
        ConversationStore store;
        QVERIFY(!store.isOnDisk());
        QVERIFY2(store.notice().contains("cannot be written"), qPrintable(store.notice()));
        QSignalSpy failed(&store, &ConversationStore::failed);
        ask(store, "one", "Is it kept?");
        ask(store, "one", "And now?");
        QCOMPARE(store.read("one")->turns.size(), 2);
        QCOMPARE(store.list("kept").size(), 1);
        QCOMPARE(failed.count(), 0);

        AppSettings settings;
        QVERIFY2(settings.notice().contains("cannot be written"), qPrintable(settings.notice()));
        protocol::GenerationOptions options;
        options.seed = 7;
        settings.setGeneration(options);
        QCOMPARE(settings.generation().seed, std::uint64_t(7));
    }

    void aReadOnlyFileIsShownAndSaid() {
        const QString file = home_->path("c.sqlite");
        {
            ConversationStore store(file);
            ask(store, "old", "Old question");
        }
        QFile::setPermissions(file, QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther);
        const AsNobody rights(*home_);
        ConversationStore store(file);
        QVERIFY2(store.notice().contains("cannot be written"), qPrintable(store.notice()));
        QCOMPARE(store.read("old")->turns.first().question, QString("Old question"));
        ask(store, "new", "New question");
        QCOMPARE(store.list().size(), 2);
    }

    void aFullDiskIsSaidOnceAndWhatWasSaidIsWrittenLater() {
        const QString file = home_->path("c.sqlite");
        ConversationStore store(file);
        ask(store, "old", "Old question");
        QSignalSpy noticed(&store, &ConversationStore::noticed);
        QSignalSpy failed(&store, &ConversationStore::failed);
        // A limit on the size of files stands for the full disk.
        signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit full{4096, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &full);
        ask(store, "new", "New question");
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!store.isOnDisk());
        QTRY_COMPARE_WITH_TIMEOUT(noticed.count(), 1, kWaitMs);
        QVERIFY(noticed.first().first().toString().contains("kept in memory"));
        QCOMPARE(failed.count(), 0);
        QCOMPARE(store.list().size(), 2);
        QCOMPARE(store.read("new")->turns.first().reply, QString("reply"));
        store.remove("old");
        ask(store, "new", "There is room again");
        QVERIFY(store.isOnDisk());
        ConversationStore again(file);
        QVERIFY(!again.read("old"));
        QCOMPARE(again.read("new")->turns.size(), 2);
        QCOMPARE(again.read("new")->turns.last().reply, QString("reply"));
    }

    void aNewerFileIsNotTouched() {
        const QString file = home_->path("c.sqlite");
        { ConversationStore store(file); }
        {
            QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", "raw");
            database.setDatabaseName(file);
            QVERIFY(database.open());
            QSqlQuery query(database);
            QVERIFY(query.exec("PRAGMA user_version = 99"));
            QVERIFY(query.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
        }
        QSqlDatabase::removeDatabase("raw");
        QFile bytes(file);
        QVERIFY(bytes.open(QIODevice::ReadOnly));
        const QByteArray before = bytes.readAll();
        {
            ConversationStore store(file);
            QVERIFY(store.notice().contains("newer version"));
            ask(store, "new", "Only in memory");
            QCOMPARE(store.list().size(), 1);
        }
        bytes.seek(0);
        QVERIFY(bytes.readAll() == before);
    }

    void settingsMoveToTheConfigurationFolder() {
        const QString former =
            QString::fromStdString((base::data_folder() / "settings.ini").string());
        {
            AppSettings old(former);
            old.addRecentModel("/models/old");
        }
        {
            AppSettings settings;
            QVERIFY(settings.fileName().startsWith(home_->path("config")));
            QCOMPARE(settings.recentModels(), QStringList{"/models/old"});
            QVERIFY(settings.notice().isEmpty());
            settings.addRecentModel("/models/new");
        }
        QVERIFY(!QFile::exists(former));
        { AppSettings(former).addRecentModel("/models/other"); }
        QCOMPARE(AppSettings().recentModels().first(), QString("/models/new"));  // taken over once
    }

  private:
    std::unique_ptr<TestHome> home_;
};

UNIVI_QT_TEST(UnwritableHomeTest)

}  // namespace univi::ui

#include "unwritable_home_test.moc"
