#include "app/desktop/main_window.h"

#include <signal.h>

#include <QClipboard>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QShortcut>
#include <QSpinBox>
#include <QToolButton>

#include "app/desktop/arguments.h"
#include "app/desktop/errand.h"
#include "core/base/paths.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/code_block.h"
#include "ui/chat/command_palette.h"
#include "ui/chat/composer.h"
#include "ui/chat/conversation_list_view.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/empty_state.h"
#include "ui/chat/flow_text.h"
#include "ui/chat/turn_view.h"
#include "ui/evaluation/evaluation_page.h"
#include "ui/groups/attention_choice_button.h"
#include "ui/groups/groups_panel.h"
#include "ui/groups/picture_view.h"
#include "ui/models/model_button.h"
#include "ui/models/model_chooser.h"
#include "ui/models/models_page.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/settings_page.h"
#include "ui/training/setup/run_setup_page.h"
#include "ui/training/training_page.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

class MainWindowTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        settings_ = std::make_unique<AppSettings>();
        open({});
    }
    void cleanup() {
        window_.reset();
        settings_.reset();
    }

    void aDamagedClipSaysHowMuchIsLost() {
        begin();
        chat().addMedia({home_->file("damaged.mp4")});
        QTRY_VERIFY_WITH_TIMEOUT(chat().notice()->isVisible(), kWaitMs);
        QCOMPARE(chat().notice()->sentence(),
                 QString("damaged.mp4 is damaged: 28 of 60 frames cannot be read; replies rest on "
                         "the others."));
    }

    /// A group that is kept marks its words, and the chosen layer holds for words and groups.
    void wordsAndGroupsAreTiedBothWays() {
        begin();
        chat().addMedia({home_->picture("cat.png")});
        type("What is this?");
        waitForReply();
        auto* picture = window_->groups()->findChild<PictureView*>();
        auto* reply = chat().view()->turnView(0)->findChildren<FlowText*>().last();
        const auto marked = [reply] {
            return reply->extraSelections().isEmpty()
                       ? QString()
                       : reply->extraSelections().first().cursor.selectedText();
        };
        picture->setFocus();
        for (int group = 0; group <= 15; ++group) QTest::keyClick(picture, Qt::Key_Down);
        QCOMPARE(marked(), QString("is"));
        auto* choice = window_->groups()->findChild<AttentionChoiceButton*>();
        QVERIFY(choice->isVisible());
        choice->findChildren<QSpinBox*>()[0]->setValue(1);
        QTRY_COMPARE_WITH_TIMEOUT(marked(), QString("You"), kWaitMs);
        QTest::keyClick(picture, Qt::Key_Escape);
        QVERIFY(marked().isEmpty());
    }

    void aNewChatOfSeveralTurns() {
        begin();
        chat().addMedia({home_->picture("cat.png")});
        type("What is this?");
        waitForReply();
        QCOMPARE(chat().view()->turnView(0)->replyText(),
                 QString("You asked: What is this? (0 turns, 1 media)"));
        QVERIFY(chat().view()->turnView(0)->statsText().contains("31 tok/s"));
        QVERIFY(window_->groups()->isVisible());
        type("And its colour?");
        waitForReply();
        QCOMPARE(chat().view()->count(), 2);
        QVERIFY(chat().composer()->text().isEmpty());
        QCOMPARE(chat().list()->count(), 1);

        key("Ctrl+N");
        QVERIFY(chat().model()->isNew());
        QVERIFY(!window_->groups()->isVisible());
        type("Another one");
        waitForReply();
        QCOMPARE(chat().list()->count(), 2);
        QCOMPARE(chat().view()->turnView(0)->replyText(),
                 QString("You asked: Another one (0 turns, 0 media)"));
    }

    void conversationsComeBackAtTheNextStart() {
        begin();
        chat().addMedia({home_->picture("cat.png")});
        type("Kept?");
        waitForReply();
        open({});
        begin();
        QCOMPARE(chat().list()->count(), 1);
        chat().openConversation(window_->store()->list().first().id);
        QCOMPARE(chat().view()->turnView(0)->replyText(),
                 QString("You asked: Kept? (0 turns, 1 media)"));
        QTRY_COMPARE_WITH_TIMEOUT(chat().model()->groups().size(), 1, kWaitMs);
        type("Follow-up");
        waitForReply();
        QCOMPARE(chat().view()->turnView(1)->replyText(),
                 QString("You asked: Follow-up (1 turns, 0 media)"));
    }

    void aKilledEngineIsSaidAndTheChatGoesOn() {
        begin();
        type("slow one");
        QTRY_VERIFY_WITH_TIMEOUT(chat().model()->turns().last().reply.contains("word"), kWaitMs);
        ::kill(pid_t(window_->engine()->processId()), SIGKILL);
        waitForReply();
        QVERIFY(chat().view()->turnView(0)->errorText().contains(
            "it was started again and the conversation goes on"));
        QVERIFY(chat().view()->turnView(0)->replyText().contains("word"));  // what was said stays
        QVERIFY(!chat().notice()->isVisible());
        type("Still there?");
        waitForReply();
        QCOMPARE(chat().model()->turns().last().state, Turn::State::Done);
    }

    void anIdleDeathShowsANotice() {
        begin();
        ::kill(pid_t(window_->engine()->processId()), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(chat().notice()->isVisible(), kWaitMs);
        QVERIFY(chat().notice()->sentence().contains("while waiting for a question"));
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
    }

    void escapeStops() {
        begin();
        type("slow one");
        QTRY_VERIFY_WITH_TIMEOUT(chat().model()->turns().last().reply.contains("word"), kWaitMs);
        key("Esc");
        waitForReply();
        QCOMPARE(chat().model()->turns().last().state, Turn::State::Stopped);
    }

    void noModelIsSaidWithAWayOut() {
        protocol::LoadRequest load;
        load.model = "/models/missing";
        open(load);
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::NoModel,
                                  kWaitMs);
        QCOMPARE(window_->findChild<ModelButton*>()->title(), QString("No model"));
        type("Waits");
        QVERIFY(chat().view()->turnView(0)->activityText().contains("No model is loaded"));
        QPushButton* demo = nullptr;
        for (QPushButton* button : chat().findChildren<QPushButton*>())
            if (button->text() == "Use the demo model" && button->isVisible()) demo = button;
        QVERIFY(demo);
        demo->click();
        waitForReply();
        QCOMPARE(chat().view()->turnView(0)->replyText(),
                 QString("You asked: Waits (0 turns, 0 media)"));
        QCOMPARE(window_->findChild<ModelButton*>()->title(), QString("UniVi demo"));
        QVERIFY(window_->findChild<ModelButton*>()->detail().contains("CPU"));
    }

    void aWrongFolderLeavesTheGoodModel() {
        begin();
        type("What?");
        waitForReply();
        auto* chooser = window_->findChild<ModelChooser*>();
        // A folder without a model: seen before anything is unloaded.
        const qint64 process = window_->engine()->processId();
        QVERIFY(QDir().mkpath(home_->path("pictures")));
        chooser->loadFolder(home_->path("pictures"));
        QTRY_VERIFY_WITH_TIMEOUT(chat().notice()->isVisible(), kWaitMs);
        QVERIFY(chat().notice()->sentence().contains("pictures holds no model"));
        QCOMPARE(window_->engine()->processId(), process);
        QCOMPARE(window_->engine()->state(), EngineClient::State::Ready);
        // What only the engine can see, before it gives up the model that is loaded.
        auto* button = window_->findChild<ModelButton*>();
        const QString detail = button->detail();
        chooser->loadFolder("/models/missing");
        QCOMPARE(button->title(), QString("UniVi demo"));
        QCOMPARE(button->detail(), QString("Looking at missing…"));
        QTRY_VERIFY_WITH_TIMEOUT(chat().notice()->sentence().contains("/models/missing"), kWaitMs);
        QCOMPARE(button->detail(), detail);
        QCOMPARE(window_->engine()->state(), EngineClient::State::Ready);
        QCOMPARE(window_->engine()->processId(), process);
        QCOMPARE(window_->engine()->model().model, std::string("/demo"));
        QCOMPARE(chooser->request().model, std::string());
        QVERIFY(settings_->recentModels().isEmpty());
        type("And now?");
        waitForReply();
        QCOMPARE(chat().model()->turns().last().state, Turn::State::Done);
    }

    /// One notice, and the start page still has the room that it needs.
    void anEngineThatDiesAtTheStartIsSaidOnce() {
        qputenv("UNIVI_RESOURCES", UNIVI_SOURCE_DIR "/resources");
        protocol::LoadRequest load;
        load.model = "/models/crash";
        open(load);
        qunsetenv("UNIVI_RESOURCES");
        window_->resize(1280, 800);
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Dead, kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(shownNotices().size(), 1, kWaitMs);
        QVERIFY2(shownNotices().first()->sentence().contains("3 times in a row"),
                 qPrintable(shownNotices().first()->sentence()));
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        const auto* start = chat().findChild<EmptyState*>();
        QVERIFY(start->isVisible());
        QVERIFY(!start->findChildren<QPushButton*>("sampleCard").isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(start->findChild<QScrollArea*>()->verticalScrollBar()->maximum(),
                                  0, kWaitMs);
        photograph("dead");
        // What a person does meanwhile is said too, in its turn.
        chat().addMedia({home_->path("none.png")});
        QCOMPARE(shownNotices().size(), 1);
        QVERIFY(chat().notice()->sentence().contains("none.png was not found"));
        chat().notice()->findChild<QToolButton*>()->click();
        QTRY_VERIFY_WITH_TIMEOUT(chat().notice()->isVisible() &&
                                     chat().notice()->sentence().contains("3 times in a row"),
                                 kWaitMs);
        // The way out that it offers works.
        for (QPushButton* button : chat().notice()->findChildren<QPushButton*>())
            if (button->text() == "Use the demo model") button->click();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
        QVERIFY(shownNotices().isEmpty());
    }

    void aModelThatReadsTextOnlyTakesNoMedia() {
        protocol::LoadRequest load;
        load.model = "/models/text";
        open(load);
        begin();
        const QString note = "The model is a plain language model and answers text only.";
        QCOMPARE(shownNotices().size(), 1);
        QCOMPARE(chat().notice()->sentence(), note);
        QToolButton* attach = nullptr;
        for (QToolButton* button : chat().composer()->findChildren<QToolButton*>())
            if (button->toolTip() == note) attach = button;
        QVERIFY(attach && !attach->isEnabled());
        photograph("text-only");
        const QString cat = home_->picture("cat.png");
        chat().addMedia({cat});
        QCOMPARE(chat().composer()->mediaCount(), 0);
        QMimeData dropped;
        dropped.setUrls({QUrl::fromLocalFile(cat)});
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &dropped, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&chat(), &drop);
        QCOMPARE(chat().composer()->mediaCount(), 0);
        QCOMPARE(shownNotices().size(), 1);
        QCOMPARE(chat().notice()->sentence(), note);
        for (const char* keys : {"Ctrl+O", "Ctrl+Shift+O"}) {
            key(keys);
            QVERIFY2(!window_->findChild<QDialog*>(), keys);
        }
        chat().startChat({cat}, "What is this?");
        QVERIFY(chat().model()->isNew());  // not asked without its picture
        QCOMPARE(chat().composer()->text(), QString("What is this?"));
        type("Words alone");
        waitForReply();
        QCOMPARE(chat().model()->turns().last().state, Turn::State::Done);
        // Another model takes them again.
        window_->findChild<ModelChooser*>()->loadDemo();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->model().model, std::string("/demo"), kWaitMs);
        QVERIFY(attach->isEnabled());
        QVERIFY(shownNotices().isEmpty());
        chat().addMedia({cat});
        QCOMPARE(chat().composer()->mediaCount(), 1);
    }

    void theListOfKeysIsAboutThePageThatIsShown() {
        begin();
        const auto listed = [this](const char* page) {
            window_->activateWindow();  // a closed dialog may leave none active
            if (!QTest::qWaitForWindowActive(window_.get())) return QStringList();
            key(page);
            key("F1");
            QStringList texts;
            auto* list = window_->findChild<ShortcutsDialog*>();
            if (!list) return QStringList();
            photograph(QString(page).replace("+", ""), list);
            for (const QLabel* label : list->findChildren<QLabel*>()) texts << label->text();
            delete list;
            return texts;
        };
        const QStringList chat_keys = listed("Ctrl+1"), train_keys = listed("Ctrl+2"),
                          eval_keys = listed("Ctrl+3");
        QVERIFY(chat_keys.contains("Rename the chosen conversation"));
        QVERIFY(chat_keys.contains("Send the question"));
        QVERIFY(train_keys.contains("Rename the chosen run"));
        QVERIFY(train_keys.contains("Move the chosen run to the trash"));
        for (const QString& text : train_keys + eval_keys)
            QVERIFY2(!text.contains("the chosen conversation") && text != "Send the question",
                     qPrintable(text));
        QVERIFY(!eval_keys.contains("F2") && !eval_keys.contains("Del"));
        QVERIFY(eval_keys.contains("New chat"));
    }

    void pagesAreMadeWhenTheyAreNeeded() {
        QVERIFY(!window_->findChild<TrainingPage*>());
        QVERIFY(!window_->findChild<EvaluationPage*>());
        QVERIFY(!window_->findChild<ModelsPage*>());
        QVERIFY(!window_->findChild<SettingsPage*>());
        begin();  // the model is there before the page that names its templates
        key("Ctrl+,");
        QVERIFY(window_->findChild<SettingsPage*>());
        QVERIFY(window_->findChild<SettingsPage*>()->isVisible());
        QVERIFY(window_->findChild<SettingsPage*>()->findChild<QDoubleSpinBox*>()->text().contains(
            "0.2"));
        key("Ctrl+Shift+N");
        QVERIFY(window_->findChild<RunSetupPage*>());
        QVERIFY(window_->findChild<RunSetupPage*>()->isVisible());
        key("Ctrl+4");
        QVERIFY(window_->findChild<ModelsPage*>());
        QVERIFY(window_->findChild<ModelsPage*>()->isVisible());
        key("Ctrl+3");
        QVERIFY(window_->findChild<EvaluationPage*>());
        QVERIFY(window_->evaluation()->isVisible());
        key("Ctrl+1");
        QVERIFY(chat().isVisible());
        open({});
        window_->openRun(home_->path("no-run"));
        QVERIFY(window_->training()->isVisible());
        window_->close();  // stores what was made of layouts
        open({});
        window_->close();
    }

    void knownRunsAreWatchedFromTheStart() {
        QVERIFY(!window_->findChild<TrainingPage*>());
        window_.reset();
        QVERIFY(QDir().mkpath(home_->path("data/univi-studio")));
        home_->file("data/univi-studio/runs.json", R"({"runs": [{"folder": "/runs/one"}]})");
        open({});
        QTRY_VERIFY_WITH_TIMEOUT(window_->findChild<TrainingPage*>(), kWaitMs);
        QVERIFY(chat().isVisible());
        QVERIFY(!window_->training()->isVisible());
    }

    void theListOfKeysFitsASmallWindow() {
        begin();
        window_->resize(1024, 700);
        key("F1");
        auto* list = window_->findChild<ShortcutsDialog*>();
        QVERIFY(list && list->isVisible());
        QVERIFY2(list->height() <= 652 && list->width() <= 976,
                 qPrintable(QStringLiteral("%1 x %2").arg(list->width()).arg(list->height())));
        auto* scroll = list->findChild<QScrollArea*>();
        QTRY_VERIFY(!scroll->horizontalScrollBar()->isVisible());
        QTRY_VERIFY(!scroll->verticalScrollBar()->isVisible());  // two columns have the room
        list->accept();
    }

    void theModelMenuNamesEachModelOnce() {
        begin();
        const QString demo = QString::fromStdString(base::demo_model_folder()->string());
        settings_->addRecentModel("/models/a/Chat-UniVi-7B");
        settings_->addRecentModel("/runs/stage2/checkpoint-10");
        settings_->addRecentModel("owner/Chat-UniVi-13B");
        settings_->addRecentModel(demo);
        settings_->addRecentModel(demo + "/");
        auto* button = window_->findChild<ModelButton*>();
        auto* menu = button->findChild<QMenu*>();
        QCOMPARE(menu->layoutDirection(), QGuiApplication::layoutDirection());
        Q_EMIT menu->aboutToShow();
        QStringList names, tips;
        for (const QAction* action : menu->actions()) {
            if (action->isSeparator()) continue;
            names << action->text();
            tips << action->toolTip();
        }
        QCOMPARE(names.mid(1),
                 QStringList({"Demo model", "Unload the model",
                              "Chat-UniVi-13B\towner, Hugging Face cache",
                              "stage2/checkpoint-10\t/runs", "Chat-UniVi-7B\t/models/a"}));
        QCOMPARE(tips[4], QString("/runs/stage2/checkpoint-10"));
    }

    void aBrokenFileIsOneSentenceAndTheTextStays() {
        begin();
        chat().composer()->setText("My question");
        chat().addMedia({home_->file("broken.png")});
        QTRY_VERIFY_WITH_TIMEOUT(chat().notice()->isVisible(), kWaitMs);
        QVERIFY(chat().notice()->sentence().contains("no picture that can be read"));
        QCOMPARE(chat().composer()->mediaCount(), 0);
        QCOMPARE(chat().composer()->text(), QString("My question"));
    }

    void ctrlKGoesToWhatWasSaid() {
        begin();
        type("A zebra");
        waitForReply();
        const QString id = chat().model()->id();
        chat().newChat();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        auto* editor = chat().composer()->findChild<QPlainTextEdit*>();
        editor->setFocus();
        QTest::keyClick(editor, Qt::Key_K, Qt::ControlModifier);
        QPointer<CommandPalette> palette = window_->findChild<CommandPalette*>();
        QVERIFY(palette);
        QTRY_VERIFY(palette->findChild<QLineEdit*>()->hasFocus());
        QTest::keyClick(palette->findChild<QLineEdit*>(), Qt::Key_Escape);
        QTRY_VERIFY(!palette);
        QVERIFY(editor->hasFocus());
        QTest::keyClick(editor, Qt::Key_K, Qt::ControlModifier);
        palette = window_->findChild<CommandPalette*>();
        QVERIFY(palette);
        auto* field = palette->findChild<QLineEdit*>();
        field->setText("demo model");
        QCOMPARE(palette->noteAt(0), QString("Model"));
        field->setText("asked zebra");
        QTRY_COMPARE_WITH_TIMEOUT(palette->count(), 1, kWaitMs);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(chat().model()->id(), id);
    }

    void theKeyboardGoesToTheQuestionWhenAButtonGoesAway() {
        begin();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        type("please fail");
        waitForReply();
        auto* editor = chat().composer()->findChild<QPlainTextEdit*>();
        const auto press = [this](const char* name) {
            for (QAbstractButton* button : chat().view()->findChildren<QAbstractButton*>()) {
                if (!button->isVisible() ||
                    (button->text() != name && button->accessibleName() != name))
                    continue;
                button->setFocus();
                QTest::keyClick(button, Qt::Key_Space);
                return true;
            }
            return false;
        };
        QVERIFY(press("Try again"));
        waitForReply();
        QVERIFY(editor->hasFocus());
        QVERIFY(press("Edit this question and ask again"));
        QVERIFY(!editor->hasFocus());  // it is in the edited question
        QVERIFY(press("Ask again"));
        waitForReply();
        QVERIFY(editor->hasFocus());
        type("And this works");
        waitForReply();
        QVERIFY(press("Another reply to the same question"));
        waitForReply();
        QVERIFY(editor->hasFocus());
    }

    void whatIsFoundIsInSight() {
        const QString id = ConversationStore::makeId();
        window_->store()->create(id, "Long one");
        for (int i = 0; i < 60; ++i) {
            Turn turn;
            turn.question = QString("Question %1").arg(i);
            window_->store()->addTurn(id, turn);
            turn.reply = i == 20 ? QString("A Giraffe was here.") : QString("Nothing of it.");
            turn.state = Turn::State::Done;
            window_->store()->updateTurn(id, turn);
        }
        chat().list()->findChild<QLineEdit*>()->setText("giraffe");
        Q_EMIT chat().list()->openRequested(id);
        TurnView* turn = chat().view()->turnView(20);
        QVERIFY(turn->geometry().intersects(chat().view()->viewport()->rect()));
    }

    void quotedCodeIsCopied() {
        const QString id = ConversationStore::makeId();
        window_->store()->create(id, "Quoted");
        Turn turn;
        turn.question = "What does the page say?";
        window_->store()->addTurn(id, turn);
        turn.reply =
            "It says:\n\n> Install it and try:\n>\n> ```bash\n> pip install univi\n> univi --ask "
            "'What is in this picture?' street.jpg\n> ```\n>\n> 1. Then in Python:\n>    "
            "```python\n>    import univi\n>    ```\n> 2. And so on.\n\nThat is all.";
        turn.state = Turn::State::Done;
        window_->store()->updateTurn(id, turn);
        chat().openConversation(id);
        photograph("quoted-code");  // Other colours lay the reply out anew.
        const auto codes = chat().view()->findChildren<CodeBlock*>();
        QCOMPARE(codes.size(), 2);
        codes.first()->findChild<CopyButton*>()->click();
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QString("pip install univi\nunivi --ask 'What is in this picture?' street.jpg"));
    }

    void draftsStayWithTheirConversation() {
        begin();
        type("First");
        waitForReply();
        const QString first = chat().model()->id();
        chat().composer()->setText("half a thought");
        key("Ctrl+N");
        QVERIFY(chat().composer()->text().isEmpty());
        chat().openConversation(first);
        QCOMPARE(chat().composer()->text(), QString("half a thought"));
    }

    void everyButtonHasANameAndTheKeyboardReachesIt() {
        begin();
        type("x");
        waitForReply();
        for (QAbstractButton* button : window_->findChildren<QAbstractButton*>()) {
            if (!button->isVisible() || button->objectName().startsWith("qt_")) continue;
            const bool inside_edit = qobject_cast<QLineEdit*>(button->parentWidget());
            if (inside_edit) continue;
            QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(),
                     button->metaObject()->className());
        }
        for (QToolButton* button : chat().findChildren<QToolButton*>())
            if (button->accessibleName() == "Copy the reply")
                QVERIFY(button->focusPolicy() & Qt::TabFocus);
    }

    void fitsFromSmallToVeryLarge() {
        begin();
        chat().addMedia({home_->picture(QString("a very long file name ").repeated(8) + ".png")});
        type(QString("A long question without an end ").repeated(40));
        waitForReply();
        for (const QSize& size : {QSize(760, 480), QSize(1280, 800), QSize(3840, 2160)}) {
            window_->resize(size);
            QCoreApplication::processEvents();
            QCOMPARE(window_->size(), size);
            const QRect inside(QPoint(0, 0), window_->size());
            for (QWidget* part : {static_cast<QWidget*>(chat().composer()),
                                  static_cast<QWidget*>(window_->groups())})
                QVERIFY(
                    inside.contains(QRect(part->mapTo(window_.get(), QPoint(0, 0)), part->size())));
        }
    }

    void anErrandAsksPrintsAndSaves() {
        Arguments arguments;
        arguments.files = {home_->picture("cat.png")};
        arguments.ask = "What is it?";
        arguments.screenshot = home_->path("shot.png");
        arguments.exit_when_done = true;
        Errand errand(window_.get(), arguments);
        QSignalSpy finished(&errand, &Errand::finished);
        window_->begin();
        errand.begin();
        QVERIFY(finished.wait(kWaitMs));
        QCOMPARE(finished.first().first().toInt(), 0);
        QCOMPARE(QImage(arguments.screenshot).size(),
                 window_->size() * window_->devicePixelRatioF());
    }

    void anErrandThatFailsSaysSo() {
        Arguments arguments;
        arguments.ask = "please fail";
        arguments.exit_when_done = true;
        Errand errand(window_.get(), arguments);
        QSignalSpy finished(&errand, &Errand::finished);
        window_->begin();
        errand.begin();
        QVERIFY(finished.wait(kWaitMs));
        QCOMPARE(finished.first().first().toInt(), 1);
    }

    void theSelfTestAsksAboutASample() {
        qputenv("UNIVI_RESOURCES", UNIVI_SOURCE_DIR "/resources");
        Arguments arguments;
        arguments.self_test = true;
        Errand errand(window_.get(), arguments);
        QSignalSpy finished(&errand, &Errand::finished);
        window_->begin();
        errand.begin();
        QVERIFY(finished.wait(kWaitMs));
        qunsetenv("UNIVI_RESOURCES");
        QCOMPARE(finished.first().first().toInt(), 0);
        QVERIFY(chat().model()->turns().first().question.startsWith("What is in this picture"));
        QCOMPARE(chat().model()->groups().size(), 1);
    }

    void theCommandLineIsRead() {
        int code = -1;
        const char* good[] = {"univi", "--model", "/m",    "--theme", "dark",
                              "--ask", "Why?",    "a.png", "b.mp4"};
        const std::optional<Arguments> arguments = parseArguments(9, good, code);
        QVERIFY(arguments);
        QCOMPARE(arguments->model, std::string("/m"));
        QVERIFY(*arguments->theme == Theme::Mode::Dark);
        QCOMPARE(arguments->files.size(), 2);
        QVERIFY(arguments->files[0].startsWith('/'));
        const std::string latin = home_->path("l").toStdString() + "\xe4uf";
        QVERIFY(std::filesystem::create_directory(latin));
        const char* bytes[] = {"univi", "--run", latin.c_str()};
        const std::optional<Arguments> of_bytes = parseArguments(3, bytes, code);
        QVERIFY(of_bytes && QFileInfo::exists(of_bytes->run));
        const char* bad[] = {"univi", "--theme", "pink"};
        QVERIFY(!parseArguments(3, bad, code));
        QCOMPARE(code, 2);
        const char* help[] = {"univi", "--help"};
        QVERIFY(!parseArguments(2, help, code));
        QCOMPARE(code, 0);
    }

    void theCommandLinesModelHoldsForOneStart() {
        protocol::LoadRequest load;
        load.model = "/models/given";
        open(load);
        begin();
        QCOMPARE(settings_->model().model, std::string());
        QCOMPARE(settings_->recentModels(), QStringList{"/models/given"});
    }

    void settingsAreClampedAndKept() {
        protocol::GenerationOptions options;
        options.temperature = 0;
        options.system = "Be brief.";
        options.seed = 7;
        settings_->setGeneration(options);
        AppSettings again;
        QVERIFY(again.generation().temperature == 0.0);
        QVERIFY(!again.generation().top_p);  // not set: the model's own
        QCOMPARE(again.generation().seed, std::uint64_t(7));
        QCOMPARE(*again.generation().system, std::string("Be brief."));
        options.temperature = 99;
        settings_->setGeneration(options);
        QVERIFY(settings_->generation().temperature == 2.0);
        options.temperature.reset();
        settings_->setGeneration(options);
        QVERIFY(!settings_->generation().temperature);
        for (int i = 0; i < 12; ++i) settings_->addRecentModel(QStringLiteral("/m%1").arg(i));
        settings_->addRecentModel("/m5");
        QCOMPARE(settings_->recentModels().size(), 8);
        QCOMPARE(settings_->recentModels().first(), QString("/m5"));
    }

    /// What earlier versions wrote without being asked is not taken for a choice.
    void oldDefaultsAreNoChoice() {
        const QString file = home_->path("old.ini");
        {
            QSettings old(file, QSettings::IniFormat);
            old.setValue("generation/temperature", 0.2);
            old.setValue("generation/top_p", 0.9);
            old.setValue("generation/top_k", 0);
            old.setValue("generation/repetition_penalty", 1.0);
            old.setValue("generation/max_new_tokens", 1024);
        }
        AppSettings settings(file);
        QVERIFY(!settings.generation().temperature);
        QVERIFY(settings.generation().top_p == 0.9);
        QVERIFY(!settings.generation().max_new_tokens);
        protocol::GenerationOptions options = settings.generation();
        options.temperature = 0.2;  // set now: a choice
        settings.setGeneration(options);
        QVERIFY(AppSettings(file).generation().temperature == 0.2);
    }

  private:
    void open(const protocol::LoadRequest& load) {
        window_.reset();
        MainWindow::Options options;
        options.engine = scriptedEngine();
        options.load = load;
        window_ = std::make_unique<MainWindow>(settings_.get(), options);
        window_->show();
    }
    void begin() {
        window_->begin();
        QTRY_COMPARE_WITH_TIMEOUT(window_->engine()->state(), EngineClient::State::Ready, kWaitMs);
    }
    ChatPage& chat() { return *window_->chat(); }
    void type(const QString& text) {
        auto* editor = chat().composer()->findChild<QPlainTextEdit*>();
        editor->setPlainText(text);
        QTest::keyClick(editor, Qt::Key_Return);
    }
    void waitForReply() { QTRY_VERIFY_WITH_TIMEOUT(!chat().model()->isBusy(), kWaitMs); }
    /// Pictures for a person to look at, where UNIVI_SCREENSHOTS names a folder: both looks, both
    /// sizes that everything must fit into.
    void photograph(const QString& name, QWidget* dialog = nullptr) {
        const QString folder = qEnvironmentVariable("UNIVI_SCREENSHOTS");
        if (folder.isEmpty() || !QDir().mkpath(folder)) return;
        for (const auto mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
            Theme::instance().setMode(mode);
            for (const QSize& size : {QSize(1024, 700), QSize(1280, 800)}) {
                window_->resize(size);
                QCoreApplication::processEvents();
                const QString file =
                    QStringLiteral("%1/%2-%3-%4.png")
                        .arg(folder, name, mode == Theme::Mode::Dark ? "dark" : "light")
                        .arg(size.width());
                QVERIFY((dialog ? dialog : window_.get())->grab().save(file));
            }
        }
    }
    QList<NoticeBar*> shownNotices() {
        QList<NoticeBar*> shown;
        for (NoticeBar* notice : chat().findChildren<NoticeBar*>())
            if (notice->isVisible()) shown << notice;
        return shown;
    }
    void key(const char* sequence) {
        QTest::keySequence(window_.get(), QKeySequence(QString::fromLatin1(sequence)));
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<AppSettings> settings_;
    std::unique_ptr<MainWindow> window_;
};

UNIVI_QT_TEST(MainWindowTest)

}  // namespace univi::ui

#include "main_window_test.moc"
