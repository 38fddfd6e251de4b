#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextEdit>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/support/chat_page_fixture.h"
#include "tests/ui/support/dialog_texts.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/chat_presets.h"
#include "ui/chat/chat_settings_dialog.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/generation_form.h"
#include "ui/chat/prompt_preview_dialog.h"
#include "ui/chat/turn_view.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {

using protocol::ContextPolicy;
using protocol::GenerationOptions;

/// What one chat is asked with, the prompt that comes of it, and what a full context drops.
class ChatSettingsTest : public QObject, protected ChatPageFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        open();
    }
    void cleanup() { close(); }

    void theFieldsHoldWhatTheyWereGiven() {
        GenerationForm form({"simple", "v1"});
        GenerationOptions options;
        form.setOptions(options);
        QCOMPARE(json(form.options()), json(options));
        options.conv = "v1";
        options.system = "Be brief.";
        options.temperature = 0;
        options.top_p = 0.9;
        options.top_k = 0;
        options.repetition_penalty = 1.1;
        options.max_new_tokens = 64;
        options.seed = 7;
        options.max_frames = 8;
        options.when_full = ContextPolicy::DropMedia;
        form.setOptions(options);
        QCOMPARE(json(form.options()), json(options));
        options.conv = "of another model";
        form.setOptions(options);
        QCOMPARE(form.options().conv, options.conv);
    }

    void aChatHasItsOwnSettingsOverAStart() {
        ask("one");
        auto* dialog = openSettings();
        QVERIFY(!dialog->settings().generation);
        dialog->findChild<QPlainTextEdit*>()->setPlainText("Answer in verse.");
        shot(dialog, "chat_settings");
        dialog->accept();
        ask("two");
        QCOMPARE(lastAsk()["options"].toObject()["system"].toString(), QString("Answer in verse."));
        const QString id = page_->model()->id();
        page_->newChat();
        ask("elsewhere");
        QVERIFY(!lastAsk()["options"].toObject().contains("system"));
        close();
        open();
        page_->openConversation(id);
        ask("three");
        QCOMPARE(lastAsk()["options"].toObject()["system"].toString(), QString("Answer in verse."));
        dialog = openSettings();
        dialog->findChild<QComboBox*>()->setCurrentIndex(0);  // as in Settings
        dialog->accept();
        QVERIFY(!store_->read(id)->settings.generation);
        ask("four");
        QVERIFY(!lastAsk()["options"].toObject().contains("system"));
    }

    void aNewChatKeepsThemWhenItIsStored() {
        auto* dialog = openSettings();
        dialog->findChild<QPlainTextEdit*>()->setPlainText("Be brief.");
        dialog->accept();
        ask("one");
        QVERIFY(store_->read(page_->model()->id())->settings.generation->system == "Be brief.");
        const QString copy = store_->duplicate(page_->model()->id());
        QVERIFY(store_->read(copy)->settings.generation->system == "Be brief.");
    }

    void presetsAreSavedChosenAndDeleted() {
        auto* dialog = openSettings();
        auto* list = dialog->findChild<QComboBox*>();
        dialog->findChild<QPlainTextEdit*>()->setPlainText("Be brief.");
        dialog->savePreset("  Short  answers ");
        QCOMPARE(list->currentText(), QString("Short answers"));
        dialog->close();
        dialog = openSettings();
        list = dialog->findChild<QComboBox*>();
        QCOMPARE(list->currentIndex(), 0);
        list->setCurrentIndex(list->findText("Short answers"));
        QCOMPARE(dialog->findChild<QPlainTextEdit*>()->toPlainText(), QString("Be brief."));
        QVERIFY(dialog->settings().generation);
        QPushButton* remove = buttonOf(dialog, "Delete");
        QVERIFY(remove->isEnabled());
        remove->click();
        QCOMPARE(list->findText("Short answers"), -1);
        QVERIFY(ChatPresets().all().isEmpty());
        QVERIFY(!remove->isEnabled());
    }

    void brokenPresetsAreNone() {
        home_->file("p.json", "{\"presets\": [3, {\"name\": \"\"}, {\"name\": \"a\"}]}");
        const ChatPresets presets(home_->path("p.json"));
        QCOMPARE(presets.all().size(), 1);
        ChatPresets unwritable(home_->path("p.json/x.json"));
        QVERIFY(!unwritable.save("a", {}).isEmpty());
    }

    void aChatOffersItsOwnModel() {
        load("/models/first");
        QTRY_COMPARE_WITH_TIMEOUT(engine_->state(), EngineClient::State::Ready, kWaitMs);
        auto* dialog = openSettings();
        dialog->findChild<QCheckBox*>()->setChecked(true);
        dialog->accept();
        ask("one");
        const QString id = page_->model()->id();
        QVERIFY(store_->read(id)->settings.model->model == "/models/first");
        page_->newChat();
        load("/models/second");
        QTRY_VERIFY_WITH_TIMEOUT(engine_->state() == EngineClient::State::Ready &&
                                     engine_->loadRequest().model == "/models/second",
                                 kWaitMs);
        QVERIFY(!page_->notice()->isVisible());
        page_->openConversation(id);
        QVERIFY(page_->notice()->isVisible());
        buttonOf(page_->notice(), "Load it")->click();
        QTRY_VERIFY_WITH_TIMEOUT(engine_->state() == EngineClient::State::Ready &&
                                     engine_->loadRequest().model == "/models/first",
                                 kWaitMs);
    }

    void thePromptIsShownTokenByToken() {
        page_->addMedia({home_->picture("cat.png")});
        page_->composer()->setText("What is this?");
        QTRY_VERIFY_WITH_TIMEOUT(!meter().isEmpty(), kWaitMs);
        QTest::keyClick(page_->contextMeter(), Qt::Key_Return);
        auto* dialog = page_->findChild<PromptPreviewDialog*>();
        QVERIFY(dialog);
        auto* text = dialog->findChild<QTextEdit*>();
        QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("What is this?"), kWaitMs);
        QVERIFY(text->toPlainText().startsWith("<s> A chat. cat.png: 112 visual tokens"));
        // A token's ground tells what it is.
        const auto ground = [&](const QString& word) {
            QTextCursor cursor = text->document()->find(word);
            return cursor.charFormat().background().color();
        };
        QVERIFY(ground("<s>") != ground("chat"));
        QVERIFY(ground("cat.png") != ground("<s>"));
        QVERIFY(said(dialog).contains("free"));
        shot(dialog, "prompt_preview");
    }

    void whatAFullContextDropsIsSaid() {
        close();
        GenerationOptions options;
        options.when_full = ContextPolicy::KeepMedia;
        open(options);
        for (const char* question : {"one", "two", "three", "four"}) ask(question);
        page_->composer()->setText("five");
        QTRY_VERIFY_WITH_TIMEOUT(meter().contains("the oldest turn is left out"), kWaitMs);
        ask("five");
        QCOMPARE(turns().last().dropped_turns, 1);
        QVERIFY(page_->view()->turnView(4)->statsText().contains("without the oldest turn"));
        QCOMPARE(store_->read(page_->model()->id())->turns.last().dropped_turns, 1);
        QCOMPARE(turns().size(), 5);
        page_->composer()->setText("six");
        QTRY_VERIFY_WITH_TIMEOUT(meter().contains("the oldest 2 turns are left out"), kWaitMs);
    }

  private:
    ChatSettingsDialog* openSettings() {
        for (auto* old : page_->findChildren<ChatSettingsDialog*>()) delete old;
        for (QToolButton* button : page_->findChildren<QToolButton*>())
            if (button->toolTip() == "Settings of this chat") button->click();
        return page_->findChild<ChatSettingsDialog*>();
    }
    void load(const char* model) {
        protocol::LoadRequest request;
        request.model = model;
        engine_->load(request);
    }
    static QPushButton* buttonOf(QWidget* widget, const QString& text) {
        return buttonNamed(*widget, text);
    }
    static QString said(const QWidget* widget) { return textsOf(*widget); }
    static QByteArray json(const GenerationOptions& options) {
        protocol::AskRequest ask;
        ask.options = options;
        return QByteArray::fromStdString(to_line(protocol::Request{1, ask}));
    }
    QJsonObject lastAsk() const {
        const auto asks = loggedRequests(home_->path("requests.log"), "\"request\":\"ask\"");
        return asks.isEmpty() ? QJsonObject() : QJsonDocument::fromJson(asks.last()).object();
    }
};

UNIVI_QT_TEST(ChatSettingsTest)

}  // namespace univi::ui

#include "chat_settings_test.moc"
