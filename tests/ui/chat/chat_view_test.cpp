#include "ui/chat/chat_view.h"

#include <QApplication>
#include <QClipboard>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTextBlock>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/conversation_list_view.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/flow_text.h"
#include "ui/chat/media_card.h"
#include "ui/chat/row_heights.h"
#include "ui/chat/turn_footer.h"
#include "ui/chat/turn_view.h"
#include "ui/media/samples.h"
#include "ui/media/thumbnails.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

class ChatViewTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        store_ = std::make_unique<ConversationStore>();
        thumbnails_ = std::make_unique<Thumbnails>();
        engine_ = std::make_unique<EngineClient>(scriptedEngine());
        view_ = std::make_unique<ChatView>(thumbnails_.get());
        view_->resize(800, 600);
        view_->show();
    }
    void cleanup() {
        view_.reset();
        model_.reset();
        engine_.reset();
        thumbnails_.reset();
        store_.reset();
    }

    void repliesAreMarkdown() {
        FlowText text;
        text.resize(400, 100);
        text.showMarkdown(
            "# Head\n\nSome **bold** and `code`\n\n- one\n- two\n\n```\nint x;\n```\n");
        const QString shown = text.toPlainText();
        QVERIFY(!shown.contains("**") && !shown.contains("```") && !shown.contains("#"));
        for (const char* word : {"Head", "bold", "code", "one", "int x;"})
            QVERIFY(shown.contains(word));
        QTextCursor bold = text.document()->find("bold");
        QVERIFY(bold.charFormat().fontWeight() > QFont::Normal);
    }

    void repliesLoadNothing() {
        const QString secret = home_->picture("secret.png");
        FlowText text;
        text.showMarkdown(QStringLiteral("![x](file://%1) <img src='%1'> <b>raw</b>").arg(secret));
        int pictures = 0;
        for (QTextBlock block = text.document()->begin(); block.isValid(); block = block.next())
            for (auto it = block.begin(); !it.atEnd(); ++it) {
                if (!it.fragment().charFormat().isImageFormat()) continue;
                const QUrl url(it.fragment().charFormat().toImageFormat().name());
                const QVariant loaded =
                    text.document()->resource(QTextDocument::ImageResource, url);
                QCOMPARE(qvariant_cast<QPixmap>(loaded).size(),
                         QSize(1, 1));  // the blank, not the file
                ++pictures;
            }
        QCOMPARE(pictures, 1);
        QVERIFY(text.toPlainText().contains("<b>"));
    }

    void shownCharactersKnowTheirSource() {
        const QString source = "A **man** crosses `the` street.\n\n- first\n- second *thing*";
        FlowText text;
        text.resize(400, 100);
        text.showMarkdown(source);
        const QString shown = text.document()->toRawText();
        for (const char* word : {"man", "crosses", "the", "street", "first", "second", "thing"}) {
            const int at = int(shown.indexOf(QLatin1String(word)));
            QVERIFY(at >= 0);
            QCOMPARE(text.sourcePosition(at), int(source.indexOf(QLatin1String(word))));
        }
        text.markSource(int(source.indexOf("crosses")), 7);
        QCOMPARE(text.extraSelections().first().cursor.selectedText(), QString("crosses"));
    }

    void hoveringAWordTellsItsPlace() {
        FlowText text;
        text.resize(400, 60);
        text.showMarkdown("alpha **beta** gamma");
        text.show();
        QVERIFY(QTest::qWaitForWindowExposed(&text));
        QSignalSpy hovered(&text, &FlowText::sourceHovered);
        QTextCursor cursor = text.document()->find("beta");
        cursor.setPosition(cursor.selectionStart() + 1);
        const QPoint place = text.cursorRect(cursor).center() + QPoint(2, 0);
        QTest::mouseMove(text.viewport(), place);
        QMouseEvent move(QEvent::MouseMove, place, text.viewport()->mapToGlobal(place),
                         Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(text.viewport(), &move);
        QVERIFY(!hovered.isEmpty());
        const int position = hovered.last().first().toInt();
        QVERIFY2(position >= 8 && position < 12, qPrintable(QString::number(position)));
    }

    void figuresUnderAReplyAreNeverAZeroThatIsNone_data() {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("says");
        QTest::newRow("slow") << 0.94 << "first word 0.9 s";
        QTest::newRow("minutes") << 75.0 << "first word 75.0 s";
        QTest::newRow("tenth") << 0.0996 << "first word 0.1 s";
        QTest::newRow("fast") << 0.038 << "first word 38 ms";
        QTest::newRow("very fast") << 0.0012 << "first word 1 ms";
        QTest::newRow("next to nothing") << 0.0002 << "first word <1 ms";
        QTest::newRow("not known") << 0.0 << "";
    }
    void figuresUnderAReplyAreNeverAZeroThatIsNone() {
        QFETCH(double, seconds);
        QFETCH(QString, says);
        Turn one = turn("q", "a", Turn::State::Done);
        one.first_token_s = seconds;
        one.model = "UniVi demo";
        const QString line = statsLine(one);
        QVERIFY2(line.startsWith("UniVi demo"), qPrintable(line));
        QVERIFY2(says.isEmpty() ? !line.contains("first word") : line.contains(says),
                 qPrintable(line));
        QVERIFY(!line.contains("0.0"));
    }

    void figuresGoOneByOneWhereThereIsLessRoom() {
        Turn one = turn("q", "a", Turn::State::Stopped);
        one.model = "UniVi demo";
        one.tokens_per_s = 31;
        one.first_token_s = 0.94;
        one.visual_tokens = 112;
        QCOMPARE(
            statsLines(one),
            (QStringList{"UniVi demo · 31 tok/s · first word 0.9 s · 112 visual tokens · stopped",
                         "UniVi demo · 31 tok/s · first word 0.9 s · stopped",
                         "UniVi demo · 31 tok/s · stopped", "UniVi demo · stopped", "stopped"}));
    }

    void showsBubblesStatsAndErrors() {
        showConversation({turn("What?", "A **cat**.", Turn::State::Done),
                          turn("And?", "", Turn::State::Failed)});
        QCOMPARE(view_->count(), 2);
        QCOMPARE(view_->turnView(0)->replyText(), QString("A cat."));
        QVERIFY(view_->turnView(0)->statsText().contains("31 tok/s"));
        QVERIFY(view_->turnView(0)->statsText().contains("first word 0.9 s"));
        QVERIFY(view_->turnView(0)->errorText().isEmpty());
        QCOMPARE(view_->turnView(1)->errorText(), QString("It broke; try again."));
        QSignalSpy redo(view_->turnView(1), &TurnView::redoRequested);
        for (QPushButton* button : view_->turnView(1)->findChildren<QPushButton*>())
            if (button->text() == "Try again") button->click();
        QCOMPARE(redo.count(), 1);
    }

    void streamsAndStaysAtTheBottom() {
        QList<Turn> many;
        for (int i = 0; i < 12; ++i)
            many << turn("Question", QString("Reply line\n\n").repeated(6), Turn::State::Done);
        showConversation(many);
        engine_->load({});
        QVERIFY(model_->ask("slow"));
        QTRY_VERIFY_WITH_TIMEOUT(view_->turnView(12)->replyText().contains("word word"), kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(view_->verticalScrollBar()->value(),
                                  view_->verticalScrollBar()->maximum(), kWaitMs);
        model_->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QVERIFY(view_->turnView(12)->statsText().contains("stopped"));
    }

    void rowHeightsFindRowsAndPlaces() {
        RowHeights rows;
        QCOMPARE(rows.rowAt(0), -1);
        QVector<int> heights;
        for (int i = 0; i < 1000; ++i) heights << 10 + i % 7;
        rows.assign(heights.mid(0, 900));
        for (int i = 900; i < 1000; ++i) rows.append(heights[i]);
        rows.set(17, heights[17] = 500);
        rows.set(999, heights[999] = 1);
        qint64 top = 0;
        for (int i = 0; i < 1000; ++i) {
            QCOMPARE(rows.top(i), top);
            QCOMPARE(rows.rowAt(top), i);
            QCOMPARE(rows.rowAt(top + heights[i] - 1), i);
            top += heights[i];
        }
        QCOMPARE(rows.total(), top);
        QCOMPARE(rows.rowAt(-5), 0);
        QCOMPARE(rows.rowAt(top + 5), 999);
    }

    void onlyWhatIsInSightIsBuilt() {
        showConversation(longConversation(5000));
        QCOMPARE(view_->count(), 5000);
        QVERIFY2(view_->builtCount() < 40, qPrintable(QString::number(view_->builtCount())));
        QVERIFY(view_->verticalScrollBar()->value() == view_->verticalScrollBar()->maximum());
        QVERIFY(view_->turnView(4999)->replyText().contains("Reply 4999"));
        for (int i = 0; i < 5000; i += 500) {
            view_->showTurn(i);
            QVERIFY(view_->builtCount() < 60);
            TurnView* turn = view_->turnView(i);
            QVERIFY(turn->replyText().contains(QString("Reply %1").arg(i)));
            QVERIFY2(std::abs(turn->y()) <= 2 * 24 || i == 0,
                     qPrintable(QString::number(turn->y())));
        }
        QVERIFY2(view_->findChildren<TurnView*>().size() < 80,
                 qPrintable(QString::number(view_->findChildren<TurnView*>().size())));
    }

    /// Real heights that become known above what is read do not move it.
    void scrollingUpMovesByWhatWasAskedOnly() {
        showConversation(longConversation(300));
        QScrollBar* bar = view_->verticalScrollBar();
        for (int step = 0; step < 120; ++step) {
            TurnView* seen = nullptr;
            for (TurnView* turn : view_->findChildren<TurnView*>())
                if (!turn->isHidden() && turn->geometry().intersects(view_->viewport()->rect()))
                    if (!seen || turn->index() < seen->index()) seen = turn;
            QVERIFY(seen);
            const int index = seen->index(), before = seen->y();
            if (bar->value() < 90) break;
            bar->setValue(bar->value() - 90);
            QCOMPARE(view_->turnView(index)->y(), before + 90);
        }
        // And the turns stand one below the other.
        QList<TurnView*> shown;
        for (TurnView* turn : view_->findChildren<TurnView*>())
            if (!turn->isHidden()) shown << turn;
        std::sort(shown.begin(), shown.end(),
                  [](TurnView* a, TurnView* b) { return a->index() < b->index(); });
        for (int i = 1; i < shown.size(); ++i)
            if (shown[i]->index() == shown[i - 1]->index() + 1)
                QCOMPARE(shown[i]->y(), shown[i - 1]->geometry().bottom() + 1 + 32);
    }

    void whoScrolledAwayIsNotPulledBack() {
        showConversation(longConversation(40));
        engine_->load({});
        QVERIFY(model_->ask("slow"));
        QTRY_VERIFY_WITH_TIMEOUT(view_->turnView(40)->replyText().contains("word"), kWaitMs);
        QScrollBar* bar = view_->verticalScrollBar();
        view_->showTurn(20);
        const int y = view_->turnView(20)->y();
        const qsizetype said = model_->turns().last().reply.size();
        QTRY_VERIFY_WITH_TIMEOUT(model_->turns().last().reply.size() > said + 100, kWaitMs);
        QCOMPARE(view_->turnView(20)->y(), y);
        QVERIFY(bar->value() < bar->maximum());
        QTest::keyClick(view_.get(), Qt::Key_End);
        QCOMPARE(bar->value(), bar->maximum());
        model_->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(bar->value(), bar->maximum(), kWaitMs);
    }

    void anEditedQuestionOutlivesScrolling() {
        showConversation(longConversation(200));
        view_->editLast();
        auto* editor = view_->turnView(199)->findChild<QPlainTextEdit*>();
        QVERIFY(editor->isVisible());
        editor->setPlainText("half a thought");
        view_->showTurn(0);
        view_->showTurn(100);
        QTest::keyClick(view_.get(), Qt::Key_End);
        editor = view_->turnView(199)->findChild<QPlainTextEdit*>();
        QVERIFY(editor && editor->isVisible());
        QCOMPARE(editor->toPlainText(), QString("half a thought"));
        // What is edited belongs to that turn only.
        for (TurnView* turn : view_->findChildren<TurnView*>())
            for (QPlainTextEdit* other : turn->findChildren<QPlainTextEdit*>("composer"))
                QVERIFY(turn->index() == 199 || other->isHidden());
    }

    void theKeyboardWalksThroughEveryTurn() {
        showConversation(longConversation(60));
        view_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(view_.get()));
        view_->showTurn(0);
        view_->setFocus();
        int reached = 0;
        for (int press = 0; press < 400 && reached < 30; ++press) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            for (QWidget* w = QApplication::focusWidget(); w; w = w->parentWidget())
                if (auto* turn = qobject_cast<TurnView*>(w)) {
                    QVERIFY2(turn->index() >= reached && turn->index() <= reached + 1,
                             qPrintable(QString::number(turn->index())));
                    reached = turn->index();
                    const QRect seen = view_->viewport()->rect();
                    QVERIFY(QRect(QApplication::focusWidget()->mapTo(view_->viewport(), QPoint()),
                                  QApplication::focusWidget()->size())
                                .intersects(seen));
                }
        }
        QCOMPARE(reached, 30);
    }

    void keysInAReplyScrollTheConversation() {
        showConversation(longConversation(80));
        view_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(view_.get()));
        view_->turnView(79)->findChildren<FlowText*>().last()->setFocus();
        QScrollBar* bar = view_->verticalScrollBar();
        const int bottom = bar->maximum();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_PageUp);
        QVERIFY(bar->value() <= bottom - view_->viewport()->height() / 2);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Home);
        QCOMPARE(bar->value(), 0);
        // What has the focus keeps it, far out of sight as it is, and goes on from there.
        QVERIFY(view_->viewport()->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_End);
        QCOMPARE(bar->value(), bar->maximum());
    }

    void anotherThemeKeepsPlaceAndCode() {
        showConversation(longConversation(120));
        view_->showTurn(60);
        const int y = view_->turnView(60)->y();
        const QString shown = view_->turnView(60)->replyText();
        QVERIFY(shown.contains("int y;"));
        for (Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light, Theme::Mode::System}) {
            Theme::instance().setMode(mode);
            QCoreApplication::processEvents();
            QCOMPARE(view_->turnView(60)->replyText(), shown);
            QCOMPARE(view_->turnView(60)->y(), y);
        }
    }

    void theSameViewShowsEveryKindOfTurn() {
        QList<Turn> turns;
        for (int i = 0; i < 200; ++i) {
            Turn one = turn(QString("Q%1").arg(i), i % 3 ? QString("A%1").arg(i) : QString(),
                            i % 3 ? Turn::State::Done : Turn::State::Failed);
            if (i % 4 == 0) one.media = {home_->path("gone.png")};
            turns << one;
        }
        showConversation(turns);
        for (int i = 199; i >= 0; i -= 7) {
            view_->showTurn(i);
            TurnView* view = view_->turnView(i);
            QCOMPARE(view->replyText(), turns[i].reply);
            QCOMPARE(view->errorText(), turns[i].error);
            QCOMPARE(view->statsText().isEmpty(), false);
            QStringList media;
            for (MediaCard* card : view->findChildren<MediaCard*>())
                if (card->isVisibleTo(view)) media << card->file();
            QCOMPARE(media, filesOf(turns[i].media));
        }
    }

    /// Whatever their shapes; one alone keeps its own.
    void severalPicturesHaveTheSameRoom() {
        const QString wide = home_->path("wide.png"), tall = home_->path("tall.png");
        QImage(400, 200, QImage::Format_RGB32).save(wide);
        QImage(200, 400, QImage::Format_RGB32).save(tall);
        QList<Turn> turns{turn("Both?", "Yes.", Turn::State::Done),
                          turn("One?", "Yes.", Turn::State::Done)};
        turns[0].media = {wide, tall};
        turns[1].media = {wide};
        showConversation(turns);
        QTRY_VERIFY_WITH_TIMEOUT(
            !thumbnails_->get(wide).isNull() && !thumbnails_->get(tall).isNull(), kWaitMs);
        const auto both = view_->turnView(0)->findChildren<MediaCard*>();
        QCOMPARE(both.size(), 2);
        QCOMPARE(both[0]->size(), both[1]->size());
        QCOMPARE(both[0]->y(), both[1]->y());
        const auto* alone = view_->turnView(1)->findChild<MediaCard*>();
        QVERIFY(alone->width() > both[0]->width());
        QVERIFY(alone->height() < both[0]->height());
    }

    void resizingKeepsTheTurnAtTheTop() {
        showConversation(longConversation(300));
        view_->showTurn(150);
        for (int width : {500, 1200, 800}) {
            view_->resize(width, 600);
            QCoreApplication::processEvents();
            QVERIFY(view_->turnView(150)->geometry().intersects(view_->viewport()->rect()));
        }
    }

    void copyingSaysSo() {
        showConversation({turn("What?", "A **cat**.", Turn::State::Done)});
        view_->copyLast();
        QCOMPARE(QGuiApplication::clipboard()->text(), QString("A **cat**."));
        auto* copy = view_->turnView(0)->findChild<CopyButton*>();
        QCOMPARE(copy->text(), QString("Copied"));
        QCoreApplication::processEvents();
        QVERIFY(copy->width() >= copy->sizeHint().width());
    }

    void readingAClipShowsItsFrames() {
        showConversation({});
        engine_->load({});
        QStringList seen;
        connect(model_.get(), &ConversationModel::progressChanged, this, [&] {
            if (view_->count() > 0) seen << view_->turnView(0)->activityText();
        });
        model_->addMedia({home_->file("street.mp4")});
        QVERIFY(model_->ask("What happens?"));
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QVERIFY2(seen.join('|').contains("Reading street.mp4 · 3 of 8 frames"),
                 qPrintable(seen.join('|')));
        QVERIFY(view_->turnView(0)->activityText().isEmpty());
    }

    void longTextsStayInsideTheColumn() {
        showConversation(
            {turn(QString("x").repeated(3000), QString("y").repeated(3000), Turn::State::Done)});
        for (int width : {420, 800, 2000}) {
            view_->resize(width, 600);
            QCoreApplication::processEvents();
            for (FlowText* text : view_->findChildren<FlowText*>()) {
                QVERIFY(text->mapTo(view_.get(), QPoint(text->width(), 0)).x() <= width);
                QVERIFY(text->document()->size().width() <= text->width() + 1);
            }
        }
    }

    void theListFiltersRenamesAndTakesBack() {
        const auto add = [&](const QString& title) {
            const QString id = ConversationStore::makeId();
            store_->create(id, title);
            Turn one = turn(title, "reply", Turn::State::Done);
            store_->addTurn(id, one);
            return id;
        };
        add("Two cats");
        const QString street = add("Street");
        ConversationListView list(store_.get());
        QCOMPARE(list.count(), 2);
        store_->rename(street, "The long street");
        QCOMPARE(list.titleAt(0), QString("The long street"));
        QSignalSpy removed(&list, &ConversationListView::removed);
        list.setCurrent(street);
        auto* rows = list.findChild<QWidget*>(QStringLiteral("conversations"));
        list.show();
        list.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&list));
        rows->setFocus();
        QTest::keyClick(rows, Qt::Key_Delete);
        QTRY_COMPARE_WITH_TIMEOUT(removed.count(), 1, kWaitMs);
        QCOMPARE(list.count(), 1);
        for (QPushButton* button : list.findChildren<QPushButton*>())
            if (button->text() == "Undo") button->click();
        QCOMPARE(list.count(), 2);
    }

    void samplesAreReadAndBrokenListsAreEmpty() {
        home_->picture("cat.png");
        home_->file("clip.mp4");
        home_->picture("clip.png");
        home_->file("samples.json",
                    R"([{"file":"cat.png","kind":"picture","title":"Cat","question":"What?"},
            {"file":"clip.mp4","kind":"clip","title":"Clip","question":"First?"}, {"file":"../../etc/passwd","kind":"picture"}, 7])");
        const QList<Sample> samples = readSamples(home_->path("."));
        QCOMPARE(samples.size(), 2);
        QCOMPARE(samples[1].kind, MediaKind::Clip);
        QVERIFY(samples[1].poster.endsWith("clip.png"));
        home_->file("samples.json", "{ not json");
        QVERIFY(readSamples(home_->path(".")).isEmpty());
    }

  private:
    /// Turns of very different heights.
    static QList<Turn> longConversation(int count) {
        QList<Turn> turns;
        for (int i = 0; i < count; ++i)
            turns << turn(QString("Question %1 ").arg(i) + QString("and more ").repeated(i % 23),
                          QString("Reply %1\n\n").arg(i) +
                              QString("- item with *words*\n").repeated(i % 11) +
                              (i % 5 ? "" : "\n```\nint x;\nint y;\n```\n") +
                              QString("wide ").repeated(i % 97),
                          Turn::State::Done);
        return turns;
    }
    static Turn turn(const QString& question, const QString& reply, Turn::State state) {
        Turn turn;
        turn.question = question;
        turn.reply = reply;
        turn.state = state;
        turn.tokens_per_s = 31;
        turn.first_token_s = 0.9;
        if (state == Turn::State::Failed) turn.error = QStringLiteral("It broke; try again.");
        return turn;
    }
    void showConversation(const QList<Turn>& turns) {
        Conversation conversation;
        if (!turns.isEmpty())
            conversation.info = store_->create(ConversationStore::makeId(), QStringLiteral("Test"));
        conversation.turns = turns;
        model_ = std::make_unique<ConversationModel>(
            engine_.get(), store_.get(), [] { return protocol::GenerationOptions{}; },
            conversation);
        view_->setModel(model_.get());
        QCoreApplication::processEvents();
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<Thumbnails> thumbnails_;
    std::unique_ptr<EngineClient> engine_;
    std::unique_ptr<ConversationModel> model_;
    std::unique_ptr<ChatView> view_;
};

UNIVI_QT_TEST(ChatViewTest)

}  // namespace univi::ui

#include "chat_view_test.moc"
