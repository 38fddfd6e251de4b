#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTextDocument>

#include "core/base/error.h"
#include "core/base/zip_reader.h"
#include "core/base/zip_writer.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/attention_store.h"
#include "ui/chat/conversation_export.h"
#include "ui/chat/conversation_list_view.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/conversation_zip.h"
#include "ui/chat/prompt_picker.h"
#include "ui/chat/turn_branches.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

/// Conversations that are pinned, doubled, taken out and brought in, and kept prompts.
class ExchangeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        qputenv("UNIVI_THUMBNAIL", UNIVI_BIN_DIR "/univi-thumbnail");
        home_ = std::make_unique<TestHome>();
        store_ = std::make_unique<ConversationStore>();
    }
    void cleanup() {
        store_.reset();
        qunsetenv("UNIVI_THUMBNAIL");
    }

    void pinnedOnesStandFirstAndStaySo() {
        const QString first = add("First"), second = add("Second");
        QCOMPARE(store_->list().first().id, second);
        store_->setPinned(first, true);
        QCOMPARE(store_->list().first().id, first);
        QVERIFY(store_->list().first().pinned);
        ConversationListView list(store_.get());
        QCOMPARE(list.titleAt(0), QString("First"));
        const Conversation before = *store_->read(first);
        store_->remove(first);
        store_->restore(before);
        store_ = std::make_unique<ConversationStore>();
        QCOMPARE(store_->list().first().id, first);
        store_->setPinned(first, false);
        QVERIFY(!store_->list().first().pinned);
    }

    void aCopyHasEverythingAndIsItsOwn() {
        const QString id = branched();
        const Conversation before = *store_->read(id);
        store_->attention().set(id, before.turns[0].id, "looked");
        const QString copy = store_->duplicate(id);
        QVERIFY(!copy.isEmpty() && copy != id);
        const Conversation made = *store_->read(copy);
        QCOMPARE(made.info.title, QString("A zebra? (copy)"));
        QCOMPARE(questions(made.turns), questions(before.turns));
        QCOMPARE(questions(made.others), questions(before.others));
        QCOMPARE(made.turns[0].media, before.turns[0].media);
        QCOMPARE(store_->attention().get(copy, made.turns[0].id), QByteArray("looked"));
        store_->remove(id);
        QVERIFY(store_->read(copy));
        QVERIFY(store_->duplicate("no such id").isEmpty());
    }

    void jsonComesBackAsItWas() {
        const Conversation before = *store_->read(branched());
        const QString file = home_->path("c.json");
        exportConversation(before, file);
        store_->remove(before.info.id);
        QFile in(file);
        QVERIFY(in.open(QIODevice::ReadOnly));
        const QString id = store_->addCopy(conversationFromJson(in.readAll(), "c.json"));
        const Conversation after = *store_->read(id);
        QCOMPARE(questions(after.turns), questions(before.turns));
        QCOMPARE(questions(after.others), questions(before.others));
        QCOMPARE(toMarkdown(after), toMarkdown(before));
        QCOMPARE(after.turns[0].created, before.turns[0].created);
        QCOMPARE(after.turns[0].options.seed, before.turns[0].options.seed);
        QCOMPARE(after.turns[0].reply_tokens, before.turns[0].reply_tokens);
    }

    void jsonOfTheVersionBeforeIsOneBranch() {
        const Conversation c = conversationFromJson(
            R"({"title":"T","turns":[{"question":"a","reply":"b","state":"done"},
                {"question":"c","reply":"d","state":"done"}]})",
            "old.json");
        QCOMPARE(questions(c.turns), (QStringList{"a", "c"}));
        QCOMPARE(c.turns[1].state, Turn::State::Done);
    }

    void whatIsNoConversationIsRefused_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("hello");
        QTest::newRow("an array") << QByteArray("[1,2]");
        QTest::newRow("no turns") << QByteArray(R"({"turns":[]})");
        QTest::newRow("turns of nothing") << QByteArray(R"({"turns":[7,{}]})");
        QTest::newRow("one id twice")
            << QByteArray(R"({"turns":[{"id":1,"question":"a"},{"id":1,"question":"b"}]})");
        QTest::newRow("an id below one") << QByteArray(R"({"turns":[{"id":-4,"question":"a"}]})");
    }
    void whatIsNoConversationIsRefused() {
        QFETCH(QByteArray, json);
        try {
            conversationFromJson(json, "x.json");
            QFAIL("was read");
        } catch (const base::Error& error) {
            QVERIFY(QString(error.what()).startsWith("x.json holds no conversation"));
        }
    }

    void aWebPageNeedsNoOtherFile() {
        Conversation conversation = *store_->read(branched());
        conversation.turns[0].question = "<b>1</b> & 2";
        conversation.turns[0].media = {home_->picture("cat.png"), home_->path("gone.png")};
        conversation.turns[0].reply =
            "A **red** square <script>alert(1)</script>\n\n```py\nx = 1  # one\n```\n";
        const QString html = toHtml(conversation, readForExport(conversation));
        QVERIFY(html.contains("data:image/jpeg;base64,"));
        QVERIFY(html.contains("gone.png"));
        QVERIFY(html.contains("&lt;b&gt;1&lt;/b&gt; &amp; 2"));
        QVERIFY(!html.contains("<script"));
        QVERIFY(!html.contains("src=\"/"));
        QVERIFY(html.contains(Theme::light().code.comment.name()));
        QTextDocument shown;
        shown.setHtml(html);
        QVERIFY(shown.toPlainText().contains("A red square"));
        // On paper a colour behind the question would run over the end of the page.
        QVERIFY(html.contains("background-color:#eceefb"));
        QVERIFY(!toPaper(conversation).contains("background-color:#eceefb"));
        shown.setHtml(toPaper(conversation));
        QVERIFY(shown.toPlainText().contains("A red square"));
    }

    void pdfAndZipAreWritten() {
        Conversation conversation = *store_->read(branched());
        home_->picture("cat.png");
        QVERIFY(QDir().mkpath(home_->path("other")));
        QVERIFY(QFile::copy(home_->path("cat.png"), home_->path("other/cat.png")));
        conversation.turns[0].media = {home_->path("cat.png"), home_->path("other/cat.png"),
                                       home_->path("gone.png")};
        exportConversation(conversation, home_->path("c.pdf"));
        QFile pdf(home_->path("c.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        QVERIFY(pdf.readAll().startsWith("%PDF-"));
        QCOMPARE(exportConversation(conversation, home_->path("c.zip")).missing,
                 (QStringList{home_->path("gone.png"), "/a/one.png"}));
        const base::ZipReader zip(base::MappedFile::open(home_->path("c.zip").toStdString()));
        QStringList names;
        for (const auto& record : zip.entries())
            names << QString::fromStdString(std::string(record.name));
        names.sort();
        QCOMPARE(names, (QStringList{"conversation.html", "conversation.json", "conversation.md",
                                     "media/2-cat.png", "media/cat.png", "missing-media.txt",
                                     "pictures/2-cat.png.jpg", "pictures/cat.png.jpg"}));
        QVERIFY_THROWS_EXCEPTION(
            base::Error, exportConversation(conversation, home_->path("no/such/folder/x.pdf")));
    }

    void aVideoIsSeenInEveryExport() {
        const Conversation conversation = withClip();
        const ExportedMedia media = readForExport(conversation);
        const Medium clip = conversation.turns[0].media[0];
        QCOMPARE(media[clip].pictures.size(), 4);
        QVERIFY(media[clip].seconds > 2);
        // The part that is asked about begins later than the video.
        const Medium whole(clip.file);
        Conversation other = conversation;
        other.turns[0].media = {whole};
        QVERIFY(readForExport(other)[whole].pictures[0] != media[clip].pictures[0]);
        // One file: a row of frames, nothing that plays.
        const QString html = toHtml(conversation, media);
        QCOMPARE(html.count("<img "), 4);
        QVERIFY(html.contains("a clip (1).mp4 (0:01–0:02)"));
        QVERIFY(!html.contains("<video"));
        QTextDocument paper;
        paper.setHtml(toPaper(conversation, media));
        QCOMPARE(paper.toPlainText().count(QChar::ObjectReplacementCharacter), 4);
        const QImage frame = media[clip].pictures[0];
        QVERIFY(toPaper(conversation, media)
                    .contains(QString("<img width=\"120\" height=\"%1\"")
                                  .arg(120 * frame.height() / frame.width())));
        // After a stop nothing is read any more.
        base::StopSource stop;
        stop.request_stop();
        QVERIFY(readForExport(conversation, stop.get_token())[clip].pictures.isEmpty());
    }

    void aVideoPlaysInAZipsPage() {
        exportConversation(withClip(), home_->path("c.zip"));
        const base::ZipReader zip(base::MappedFile::open(home_->path("c.zip").toStdString()));
        const auto entry = [&zip](const char* name) {
            const base::ZipEntry* found = zip.find(name);
            if (!found) return QByteArray();
            const auto bytes = zip.bytes(*found);
            return QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size()));
        };
        const QByteArray html = entry("conversation.html"), page = entry("conversation.md");
        QVERIFY2(html.contains("src=\"media/a%20clip%20%281%29.mp4#t=1,2\"></video>"),
                 html.constData());
        QVERIFY(html.contains("poster=\"data:image/jpeg;base64,"));
        QVERIFY2(
            page.contains("](pictures/a%20clip%20%281%29.mp4.jpg)](media/a%20clip%20%281%29.mp4)"),
            page.constData());
        QVERIFY(zip.find("media/a clip (1).mp4"));
        const QImage row = QImage::fromData(entry("pictures/a clip (1).mp4.jpg"));
        QVERIFY(row.width() > 4 * row.height());
    }

    void aMarkdownPagesPicturesLieBesideIt() {
        const Exported made = exportConversation(withClip(), home_->path("talk.md"));
        QCOMPARE(made.picture_folder, home_->path("talk_files"));
        QVERIFY(!QImage(home_->path("talk_files/a clip (1).mp4.jpg")).isNull());
        QFile file(home_->path("talk.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString page = QString::fromUtf8(file.readAll());
        const QString address = "file://" + addressOf(home_->path("a clip (1).mp4"));
        QVERIFY2(page.contains("> [![a clip (1).mp4 (0:01–0:02)](talk_files/"
                               "a%20clip%20%281%29.mp4.jpg)](" +
                               address + ")  \n> [a clip (1).mp4 (0:01–0:02)](" + address + ")"),
                 qPrintable(page));
        // A conversation without pictures is one file.
        const Conversation words = *store_->read(add("Only words"));
        QVERIFY(exportConversation(words, home_->path("words.md")).picture_folder.isEmpty());
        QVERIFY(!QFileInfo::exists(home_->path("words_files")));
        // A name with signs that Markdown reads stays a name.
        QCOMPARE(toMarkdown(with("a[b]_c_.png"), {{Medium("/x/a[b]_c_.png"), shownAs("p.jpg")}}),
                 QString("# T\n\n> ![a\\[b\\]\\_c\\_.png](p.jpg)  \n> Q\n\n"));
    }

    void aZipIsTakenInWithItsMedia() {
        Conversation before = *store_->read(branched());
        home_->picture("cat.png");
        before.turns[0].media = {Medium(home_->path("cat.png"), {1.0, 2.0, 8}),
                                 home_->path("gone.png")};
        before.others[0].media = {home_->path("cat.png")};
        exportConversation(before, home_->path("c.zip"));
        QVERIFY(QFile::remove(home_->path("cat.png")));
        const Conversation after =
            readConversationZip(home_->path("c.zip"), home_->path("imported"));
        QCOMPARE(after.info.title, before.info.title);
        const Medium cat = after.turns[0].media[0];
        QVERIFY2(cat.file.startsWith(home_->path("imported")), qPrintable(cat.file));
        QCOMPARE(QImage(cat.file).size(), QSize(160, 120));
        QCOMPARE(cat.clip, before.turns[0].media[0].clip);
        QCOMPARE(after.turns[0].media[1], Medium(home_->path("gone.png")));
        QCOMPARE(after.others[0].media[0].file, cat.file);  // the same file once
    }

    void aHostileZipWritesNothingElsewhere() {
        for (const char* path :
             {"media/../../evil.png", "media/..", "media/a/b.png", "/etc/passwd"}) {
            base::ZipWriter zip(home_->path("h.zip").toStdString(), 1);
            const QByteArray json =
                QByteArray(R"({"turns":[{"question":"Q","media":["%1"]}]})").replace("%1", path);
            zip.add("conversation.json", json.toStdString());
            zip.commit();
            const Conversation read =
                readConversationZip(home_->path("h.zip"), home_->path("imported"));
            QCOMPARE(read.turns[0].media[0].file, QString(path));
            QVERIFY(!QFileInfo::exists(home_->path("imported")));
        }
        home_->file("n.zip", "PK no archive");
        QVERIFY_THROWS_EXCEPTION(
            base::Error, readConversationZip(home_->path("n.zip"), home_->path("imported")));
    }

    void promptsAreKept() {
        PromptLibrary library;
        QVERIFY(library.own().isEmpty());
        QVERIFY(!PromptLibrary::published().isEmpty());
        QCOMPARE(library.setOwn({" Count the cats. ", "", "Count the cats.", "Two\nlines"}),
                 QString());
        QCOMPARE(PromptLibrary().own(), (QStringList{"Count the cats.", "Two\nlines"}));
        QVERIFY(!PromptLibrary("/proc/nowhere/prompts.json").setOwn({"x"}).isEmpty());
        home_->file("broken.json", "{ not json");
        QVERIFY(PromptLibrary(home_->path("broken.json")).own().isEmpty());
    }

    void aPromptIsChosenAndKeptFromTheMenu() {
        QWidget page;
        page.show();
        PromptPicker picker(&page);
        QSignalSpy chosen(&picker, &PromptPicker::chosen);
        QMenu* menu = picker.open(&page, "Is it raining?");
        menu->actions().first()->trigger();
        QCOMPARE(chosen.first().first().toString(), PromptLibrary::published().first());
        for (QAction* action : menu->actions())
            if (action->text() == "Keep what is typed") action->trigger();
        menu->close();
        QCOMPARE(PromptLibrary().own(), QStringList{"Is it raining?"});
        PromptDialog dialog({"one", "two"}, &page);
        QCOMPARE(dialog.prompts(), (QStringList{"one", "two"}));
        // Where there is none it says how one comes; nothing can be deleted then.
        PromptDialog empty({}, &page);
        empty.show();
        const auto button = [&empty](const QString& text) {
            for (auto* each : empty.findChildren<QPushButton*>())
                if (each->text() == text) return each;
            return static_cast<QPushButton*>(nullptr);
        };
        QLabel* hint = nullptr;
        for (auto* label : empty.findChildren<QLabel*>())
            if (label->text().startsWith("None yet")) hint = label;
        QVERIFY(hint && hint->isVisible());
        QVERIFY(!button("Delete")->isEnabled());
        button("Add")->click();
        QVERIFY(!hint->isVisible());
        QVERIFY(button("Delete")->isEnabled());
    }

  private:
    QString add(const QString& question) {
        const QString id = ConversationStore::makeId();
        store_->create(id, question);
        Turn turn = made(question, 0);
        store_->addTurn(id, turn);
        return id;
    }
    static Turn made(const QString& question, qint64 parent) {
        Turn turn;
        turn.question = question;
        turn.reply = "A reply about " + question;
        turn.state = Turn::State::Done;
        turn.parent = parent;
        turn.reply_tokens = 5;
        turn.options.seed = 77;
        return turn;
    }
    /// Two first questions, one of them followed by another.
    QString branched() {
        const QString id = add("A zebra?");
        const qint64 first = store_->read(id)->turns[0].id;
        Turn next = made("And now?", first), other = made("An elephant?", 0);
        next.media = {QString("/a/one.png")};
        store_->addTurn(id, next);
        other.chosen = false;
        store_->addTurn(id, other);
        return id;
    }
    /// Asks about the second second of a clip whose name has signs that addresses and Markdown
    /// read.
    Conversation withClip() {
        const QString file = home_->path("a clip (1).mp4");
        QFile::copy(QStringLiteral(UNIVI_SOURCE_DIR "/resources/samples/one_after_another.mp4"),
                    file);
        Conversation conversation = *store_->read(add("What comes first?"));
        conversation.turns[0].media = {Medium(file, {1.0, 2.0, {}})};
        return conversation;
    }
    static Conversation with(const QString& name) {
        Conversation conversation;
        conversation.info.title = "T";
        Turn turn;
        turn.question = "Q";
        turn.media = {"/x/" + name};
        conversation.turns = {turn};
        return conversation;
    }
    static ExportedMedium shownAs(const QString& picture) {
        ExportedMedium shown;
        shown.picture_address = picture;
        return shown;
    }
    static QStringList questions(const QList<Turn>& turns) {
        QStringList list;
        for (const Turn& turn : turns) list << turn.question;
        return list;
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<ConversationStore> store_;
};

UNIVI_QT_TEST(ExchangeTest)

}  // namespace univi::ui

#include "exchange_test.moc"
