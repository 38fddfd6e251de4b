#include <QDragEnterEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QSqlDatabase>
#include <QSqlQuery>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/conversation_list.h"
#include "ui/chat/conversation_list_view.h"
#include "ui/chat/conversation_store.h"

namespace univi::ui {

/// Folders of conversations: in the store, and in the sidebar by mouse and keyboard.
class FoldersTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        store_ = std::make_unique<ConversationStore>();
    }
    void cleanup() {
        view_.reset();
        store_.reset();
    }

    void theyAreKeptOverAStart() {
        const QString id = add("A zebra?");
        store_->addFolder("Empty");
        store_->setFolder(id, "Animals");
        store_->setFolderClosed("Empty", true);
        store_ = std::make_unique<ConversationStore>();
        QCOMPARE(names(), (QStringList{"Animals", "Empty"}));
        QVERIFY(store_->folders()[1].closed);
        QCOMPARE(store_->list()[0].folder, QString("Animals"));
        QCOMPARE(store_->read(id)->info.folder, QString("Animals"));
        QCOMPARE(store_->list("animals").size(), 1);  // it is found by its folder too
        const QString copy = store_->duplicate(id);
        QCOMPARE(store_->read(copy)->info.folder, QString("Animals"));
    }

    void renamingAndDeletingKeepsWhatLiesInThem() {
        const QString id = add("A zebra?");
        store_->setFolder(id, "Animals");
        store_->renameFolder("Animals", "Beasts");
        QCOMPARE(names(), QStringList{"Beasts"});
        QCOMPARE(store_->read(id)->info.folder, QString("Beasts"));
        store_->addFolder("Others");
        store_->renameFolder("Others", "Beasts");  // one takes the other in
        QCOMPARE(names(), QStringList{"Beasts"});
        store_->removeFolder("Beasts");
        QVERIFY(names().isEmpty());
        QCOMPARE(store_->read(id)->info.folder, QString());
        const Conversation removed = *store_->read(id);
        store_->setFolder(id, "Again");
        store_->remove(id);
        store_->restore(removed);
        QCOMPARE(store_->list().size(), 1);
    }

    void anOlderFileGetsThem() {
        const QString file = home_->path("old.sqlite");
        {
            auto database = QSqlDatabase::addDatabase("QSQLITE", "old");
            database.setDatabaseName(file);
            QVERIFY(database.open());
            for (const char* sql :
                 {"CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, "
                  "titled_by_user INTEGER NOT NULL DEFAULT 0, folded TEXT NOT NULL, created "
                  "INTEGER NOT NULL, updated INTEGER NOT NULL)",
                  "CREATE TABLE turns (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT "
                  "NULL REFERENCES conversations(id) ON DELETE CASCADE, question TEXT NOT NULL, "
                  "reply TEXT NOT NULL, folded TEXT NOT NULL, error TEXT NOT NULL, state INTEGER "
                  "NOT NULL, finish TEXT NOT NULL, prompt_tokens INTEGER NOT NULL, visual_tokens "
                  "INTEGER NOT NULL, first_token_s REAL NOT NULL, tokens_per_s REAL NOT NULL, "
                  "created INTEGER NOT NULL, options TEXT NOT NULL)",
                  "CREATE TABLE media (turn INTEGER NOT NULL REFERENCES turns(id) ON DELETE "
                  "CASCADE, position INTEGER NOT NULL, path TEXT NOT NULL, PRIMARY KEY (turn, "
                  "position))",
                  "INSERT INTO conversations VALUES ('c', 'Old', 0, 'old', 1, 2)",
                  "INSERT INTO turns VALUES (1, 'c', 'Q', 'A', 'q', '', 2, 'stop', 1, 1, 1, 1, 1, "
                  "'{}')",
                  "INSERT INTO media VALUES (1, 0, '/a.mp4')", "PRAGMA user_version = 1"})
                QVERIFY2(QSqlQuery(database).exec(sql), sql);
            database.close();
        }
        QSqlDatabase::removeDatabase("old");
        ConversationStore store(file);
        QCOMPARE(store.notice(), QString());
        QCOMPARE(store.read("c")->turns[0].media, Media{Medium("/a.mp4")});
        store.setFolder("c", "Kept");
        QCOMPARE(store.list()[0].folder, QString("Kept"));
    }

    void theSidebarShowsAndFoldsThem() {
        store_->setFolder(add("A zebra?"), "Animals");
        const QString pinned = add("Pinned");
        store_->setPinned(pinned, true);
        add("Loose");
        open();
        QCOMPARE(rows(), (QStringList{"Pinned", "Animals", "A zebra?", "Loose"}));
        shot(view_.get(), "folders");
        list()->setCurrentRow(1);
        QTest::keyClick(list(), Qt::Key_Left);
        QCOMPARE(rows(), (QStringList{"Pinned", "Animals", "Loose"}));
        QVERIFY(store_->folders()[0].closed);
        QCOMPARE(list()->currentRow(), 1);  // the keyboard stays there
        QTest::keyClick(list(), Qt::Key_Return);
        QCOMPARE(rows().size(), 4);
        view_->activateWindow();
        list()->setFocus();
        QTRY_VERIFY_WITH_TIMEOUT(list()->hasFocus(), kWaitMs);
        QTest::keyClick(list(), Qt::Key_Delete);
        QCOMPARE(rows(), (QStringList{"Pinned", "Loose", "A zebra?"}));
    }

    void aSearchUnfoldsThem() {
        store_->setFolder(add("A zebra?"), "Animals");
        store_->addFolder("Empty");
        store_->setFolderClosed("Animals", true);
        add("Loose");
        open();
        QCOMPARE(rows(), (QStringList{"Animals", "Empty", "Loose"}));
        view_->findChild<QLineEdit*>()->setText("zebra");
        QCOMPARE(rows(), (QStringList{"Animals", "A zebra?"}));
    }

    void conversationsAreDraggedIntoThemAndOut() {
        const QString id = add("A zebra?");
        store_->addFolder("Animals");
        open();
        QCOMPARE(rows(), (QStringList{"Animals", "A zebra?"}));
        drop(id, list()->visualItemRect(list()->item(0)).center());
        QTRY_COMPARE_WITH_TIMEOUT(store_->read(id)->info.folder, QString("Animals"), kWaitMs);
        QCOMPARE(rows(), (QStringList{"Animals", "A zebra?"}));
        drop(id, QPoint(40, list()->viewport()->height() - 4));
        QTRY_COMPARE_WITH_TIMEOUT(store_->read(id)->info.folder, QString(), kWaitMs);
    }

    void theyAreMadeAndRenamedInTheSidebar() {
        const QString id = add("A zebra?");
        open();
        view_->addFolder("  My   animals ", id);
        QCOMPARE(rows(), (QStringList{"My animals", "A zebra?"}));
        list()->item(0)->setText("Beasts");
        QTRY_COMPARE_WITH_TIMEOUT(rows(), (QStringList{"Beasts", "A zebra?"}), kWaitMs);
        list()->item(0)->setText("  ");
        QTRY_COMPARE_WITH_TIMEOUT(rows(), (QStringList{"Beasts", "A zebra?"}), kWaitMs);
        QCOMPARE(store_->read(id)->info.folder, QString("Beasts"));
        QVERIFY(list()->item(0)->data(Qt::AccessibleDescriptionRole).toString().contains("1"));
    }

  private:
    QString add(const QString& question) {
        const QString id = ConversationStore::makeId();
        store_->create(id, question);
        Turn turn;
        turn.question = question;
        turn.reply = "yes";
        turn.state = Turn::State::Done;
        store_->addTurn(id, turn);
        return id;
    }
    void open() {
        view_ = std::make_unique<ConversationListView>(store_.get());
        view_->resize(280, 500);
        view_->show();
    }
    ConversationList* list() const { return view_->findChild<ConversationList*>(); }
    QStringList rows() const {
        QStringList all;
        for (int row = 0; row < list()->count(); ++row) all << list()->item(row)->text();
        return all;
    }
    QStringList names() const {
        QStringList all;
        for (const ConversationFolder& folder : store_->folders()) all << folder.name;
        return all;
    }
    void drop(const QString& id, const QPoint& place) {
        QMimeData mime;
        mime.setData("application/x-univi-conversation", id.toUtf8());
        QDragEnterEvent enter(place, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(list()->viewport(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(place), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(list()->viewport(), &drop);
        QVERIFY(drop.isAccepted());
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<ConversationListView> view_;
};

UNIVI_QT_TEST(FoldersTest)

}  // namespace univi::ui

#include "folders_test.moc"
