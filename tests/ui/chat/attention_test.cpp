// What words looked at, between a reply and the panel of groups.
#include <QSignalSpy>
#include <cmath>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/attention_line.h"
#include "ui/chat/chat_notices.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/flow_text.h"
#include "ui/chat/groups_feed.h"
#include "ui/chat/reply_looks.h"
#include "ui/chat/turn_view.h"
#include "ui/media/thumbnails.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

/// The contrast of two opaque colours as WCAG counts it.
double contrast(const QColor& one, const QColor& other) {
    const auto light = [](const QColor& color) {
        const auto part = [](double v) {
            return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) +
               0.0722 * part(color.blueF());
    };
    const double a = light(one), b = light(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor over(const QColor& front, const QColor& ground) {
    const double a = front.alphaF();
    const auto mixed = [a](double f, double g) { return float(a * f + (1 - a) * g); };
    return QColor::fromRgbF(mixed(front.redF(), ground.redF()),
                            mixed(front.greenF(), ground.greenF()),
                            mixed(front.blueF(), ground.blueF()));
}

}  // namespace

class AttentionTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        home_ = std::make_unique<TestHome>();
        store_ = std::make_unique<ConversationStore>();
        thumbnails_ = std::make_unique<Thumbnails>();
        engine_ = std::make_unique<EngineClient>(scriptedEngine(home_->path("log")));
        view_ = std::make_unique<ChatView>(thumbnails_.get());
        view_->resize(800, 600);
        view_->show();
        bar_ = std::make_unique<NoticeBar>();
        notices_ = std::make_unique<ChatNotices>(bar_.get());
        feed_ =
            std::make_unique<GroupsFeed>(view_.get(), notices_.get(), thumbnails_.get(), nullptr);
        model_ = std::make_unique<ConversationModel>(
            engine_.get(), store_.get(), [] { return protocol::GenerationOptions{}; },
            Conversation());
        view_->setModel(model_.get());
        feed_->setConversation(model_.get());
        engine_->load({});
        QTRY_COMPARE_WITH_TIMEOUT(engine_->state(), EngineClient::State::Ready, kWaitMs);
    }
    void cleanup() {
        feed_.reset();
        view_.reset();
        model_.reset();
        notices_.reset();
        bar_.reset();
        engine_.reset();
        thumbnails_.reset();
        store_.reset();
    }

    void wordsTogetherAreTheirMeanOnAScaleOfTheirOwn() {
        ReplyAttention attention;
        attention.add(0, {{0.4F, 0.0F}});
        attention.add(3, {{0.0F, 0.2F}});
        attention.add(8, {{0.3F, 0.3F}});
        const auto two = attention.over(1, 5, 12);
        QCOMPARE(two.shares, (std::vector<std::vector<float>>{{0.2F, 0.1F}}));
        QCOMPARE(two.scale, 0.2F);
        QCOMPARE(two.start, 0);  // whole tokens
        QCOMPARE(two.length, 8);
        QCOMPARE(attention.over(8, 12, 12).shares[0][1], 0.3F);
        QVERIFY(attention.over(12, 20, 12).shares.empty());
        QVERIFY(ReplyAttention().over(0, 5, 5).shares.empty());
        QCOMPARE(attention.tokens[2].total, 0.6F);
        const auto back = unpackAttention(packAttention(attention));
        QVERIFY(back && qAbs(back->tokens[2].total - 0.6F) < 0.01F);
    }

    void aGroupThatEveryWordLooksAtIsASink() {
        ReplyAttention attention;
        for (int word = 0; word < 8; ++word) {
            std::vector<float> shares(20, 0.001F);
            shares[3] = 0.1F;
            shares[std::size_t(6 + word)] = 0.1F;
            attention.add(word * 4, {shares, {}});
        }
        QCOMPARE(attention.sinks(), (std::vector<std::vector<int>>{{3}, {}}));
    }

    void aLitGroupMarksTheWordsThatLookedAtIt() {
        askAbout("Where?");
        QSignalSpy looker(feed_.get(), &GroupsFeed::lookerFound);
        feed_->showLookers(0, 5);
        QCOMPARE(marked(), QStringList{"asked:"});
        QCOMPARE(looker.last()[0].toString().trimmed(), QString("asked:"));
        QCOMPARE(looker.last()[1].toFloat(), 0.6F);
        feed_->showLookers(0, 10);
        QCOMPARE(marked(), QStringList{"Where?"});
        feed_->showLookers(0, -1);
        QVERIFY(marked().isEmpty());
        feed_->showLookers(3, 5);  // no such medium
        QVERIFY(marked().isEmpty());
    }

    /// Words that look at a group as they look at any other one are not marked.
    void aGroupThatNobodyCaresForMarksNothing() {
        askAbout("Where?");
        feed_->showLookers(0, 77);
        QVERIFY(marked().isEmpty());
    }

    void theMarksStayWhenTheThemeOrTheTurnChanges() {
        askAbout("Where?");
        feed_->showLookers(0, 5);
        Theme::instance().setMode(Theme::Mode::Dark);
        QEvent palette(QEvent::PaletteChange);
        QCoreApplication::sendEvent(reply(), &palette);
        QCOMPARE(marked(), QStringList{"asked:"});
        Theme::instance().setMode(Theme::Mode::Light);
        model_->ask("And?");
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QCOMPARE(marked(), QStringList{"asked:"});
    }

    void markedTextStaysReadableInBothThemes() {
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().setMode(mode);
            const Palette& palette = Theme::instance().palette();
            double before = 0;
            for (const float strength : {0.0F, 0.5F, 1.0F}) {
                const QColor ground = over(markColor(strength), palette.surface);
                QVERIFY(contrast(palette.text, ground) >= 4.5);
                const double seen = contrast(ground, palette.surface);
                QVERIFY(seen > before);
                before = seen;
            }
            QVERIFY(before > 1.5);
        }
        Theme::instance().setMode(Theme::Mode::Light);
    }

    void selectedWordsLightTheirGroupsTogether() {
        askAbout("Where?");
        QSignalSpy told(feed_.get(), &GroupsFeed::attentionChanged);
        select("asked: Where?");
        const auto shares = told.last()[0].value<std::vector<std::vector<float>>>();
        QVERIFY(qAbs(shares[0][5] - 0.301F) < 1e-4F);
        QVERIFY(qAbs(shares[0][10] - 0.301F) < 1e-4F);
        QVERIFY(qAbs(told.last()[1].toFloat() - 0.301F) < 1e-4F);
        QCOMPARE(told.last()[2].toString().trimmed(), QString("asked: Where?"));
        // The word under the mouse goes before them, and they are back when it leaves.
        Q_EMIT view_->replyHovered(0, 0);
        QCOMPARE(told.last()[2].toString().trimmed(), QString("You"));
        Q_EMIT view_->replyHovered(0, -1);
        QCOMPARE(told.last()[2].toString().trimmed(), QString("asked: Where?"));
        view_->turnView(0)->clearSelection();
        QVERIFY(told.last()[0].value<std::vector<std::vector<float>>>().empty());
    }

    void aClickOnAWordGoesToItsPlaceAndASelectionDoesNot() {
        askAbout("Where?");
        view_->show();
        QSignalSpy wanted(feed_.get(), &GroupsFeed::placeWanted);
        QWidget* text = reply()->viewport();
        QTest::mouseMove(text, {30, 10});
        QTest::mouseMove(text, {24, 12});
        QTRY_VERIFY(!reply()->extraSelections().isEmpty());  // the word is under the mouse
        QTest::mouseClick(text, Qt::LeftButton, {}, {24, 12});
        QCOMPARE(wanted.size(), 1);
        QTest::mousePress(text, Qt::LeftButton, {}, {4, 12});
        QTest::mouseMove(text, {60, 12});
        QTest::mouseRelease(text, Qt::LeftButton, {}, {60, 12});
        QCOMPARE(wanted.size(), 1);
    }

    void theKeyboardSelectsWords() {
        askAbout("Where?");
        QSignalSpy told(feed_.get(), &GroupsFeed::attentionChanged);
        QTest::keyClick(reply(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(told.last()[2].toString(), model_->turns()[0].reply);
    }

    void aSelectionElsewhereTakesTheFirstOnesPlace() {
        askAbout("Where?");
        model_->addMedia({home_->picture("dog.png")});
        model_->ask("And?");
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        select("asked:");
        QSignalSpy told(feed_.get(), &GroupsFeed::attentionChanged);
        select("And?", 1);
        QVERIFY(!reply()->textCursor().hasSelection());
        QCOMPARE(told.last()[2].toString().trimmed(), QString("And?"));
    }

    /// An earlier reply is about its own question's media, whatever came after.
    void theMediumThatAReplyIsAboutIsTold() {
        askAbout("Where?");
        model_->addMedia({home_->picture("dog.png")});
        model_->ask("And?");
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QSignalSpy about(feed_.get(), &GroupsFeed::mediumPointedAt);
        Q_EMIT view_->replyHovered(0, 0);
        QCOMPARE(about.last()[0].toInt(), 0);
        Q_EMIT view_->replyHovered(0, -1);
        QCOMPARE(about.last()[0].toInt(), -1);
        // A newer window of what is live has come: the word under the mouse is told of again.
        Q_EMIT view_->replyHovered(0, 0);
        QSignalSpy told(feed_.get(), &GroupsFeed::attentionChanged);
        Q_EMIT model_->groupsReset();
        QCOMPARE(told.size(), 1);
        QVERIFY(!told.last()[0].value<std::vector<std::vector<float>>>().empty());
        QCOMPARE(about.last()[0].toInt(), 0);
    }

    void theLineUnderAReplyShowsHowMuchItLooked() {
        askAbout("Where?");
        auto* line = view_->turnView(0)->findChild<AttentionLine*>();
        QVERIFY(line && !line->isHidden());
        QCOMPARE(line->text(), QString("Visual attention: 82 %"));
        QCOMPARE(line->accessibleName(), line->text());
        QSignalSpy told(feed_.get(), &GroupsFeed::attentionChanged);
        line->setFocus();
        QTest::keyClick(line, Qt::Key_Home);
        QTest::keyClick(line, Qt::Key_Right);
        QCOMPARE(told.last()[2].toString().trimmed(), QString("asked:"));
        QCOMPARE(line->text(), QString("“asked:”: 82 % visual"));
        QSignalSpy wanted(feed_.get(), &GroupsFeed::placeWanted);
        QTest::keyClick(line, Qt::Key_Return);  // goes to where it looked most
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(told.last()[2].toString().trimmed(), QString("asked:"));
        QTest::keyClick(line, Qt::Key_Escape);
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(told.last()[2].toString(), QString());
        QCOMPARE(line->current(), -1);
        // The mouse: the first of seven bars, and a word of the text shows its bar.
        QTest::mouseMove(line, QPoint(2, 10));
        QTRY_COMPARE(told.last()[2].toString().trimmed(), QString("You"));
        Q_EMIT view_->replyHovered(0, int(model_->turns()[0].reply.indexOf("turns")));
        QCOMPARE(line->current(), 4);
    }

    void aReplyWithoutPicturesHasNoLine() {
        model_->ask("Hello?");
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        auto* line = view_->turnView(0)->findChild<AttentionLine*>();
        QVERIFY(!line || line->isHidden());
    }

    void anotherLayerIsAskedForAndShown() {
        askAbout("Where?");
        QSignalSpy arrived(model_->looks(), &ReplyLooks::arrived);
        QSignalSpy sinks(feed_.get(), &GroupsFeed::sinksChanged);
        feed_->chooseAttention({1, std::nullopt});
        QVERIFY(model_->attentionAt(0, 0).shares.empty());
        QTRY_COMPARE_WITH_TIMEOUT(arrived.size(), 1, kWaitMs);
        QVERIFY(model_->attentionAt(0, 0).shares[0][30] > 0.5F);  // as the word six places later
        QCOMPARE(model_->attentionAt(0, 6).start, 3);
        const auto text = sinks.last()[1].value<std::vector<protocol::AttentionSink>>();
        QCOMPARE(QString::fromStdString(text.at(0).text), QString("<s>"));
        // The request says what was asked and answered.
        const QByteArray line = loggedRequests(home_->path("log"), "\"attention\"").last();
        QVERIFY(line.contains("Where?") && line.contains("\"layer\":1"));
        feed_->showLookers(0, 30);
        QCOMPARE(marked(), QStringList{"You"});
        feed_->chooseAttention({});
        QVERIFY(model_->attentionAt(0, 0).shares[0][0] > 0.5F);
        QCOMPARE(marked(), QStringList{"media)"});
    }

    void aNewReplyIsLookedAtInTheChosenLayerToo() {
        feed_->chooseAttention({0, std::nullopt});
        QSignalSpy arrived(model_->looks(), &ReplyLooks::arrived);
        askAbout("Where?");
        QTRY_COMPARE_WITH_TIMEOUT(arrived.size(), 1, kWaitMs);
        QVERIFY(model_->attentionAt(0, 0).shares[0][15] > 0.5F);
    }

    void aLayerThatCannotBeShownIsSaidOnce() {
        askAbout("Where?");
        QSignalSpy failed(feed_.get(), &GroupsFeed::choiceFailed);
        QSignalSpy waiting(feed_.get(), &GroupsFeed::waitingChanged);
        feed_->chooseAttention({5, std::nullopt});
        QVERIFY(waiting.last()[0].toBool());
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kWaitMs);
        QVERIFY(!waiting.last()[0].toBool());
        QCOMPARE(failed.last()[0].toString(), QString("There is no memory for this layer."));
        Q_EMIT view_->replyHovered(0, 2);
        QVERIFY(!waiting.last()[0].toBool());
        QVERIFY(model_->attentionAt(0, 0).shares.empty());
    }

    /// A question does not wait for what is only looked at.
    void aQuestionEndsWhatIsBeingLookedAt() {
        askAbout("slow");
        feed_->chooseAttention({1, std::nullopt});
        model_->ask("And?");
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QCOMPARE(model_->turns()[1].state, Turn::State::Done);
    }

  private:
    void askAbout(const QString& question) {
        model_->addMedia({home_->picture("cat.png")});
        model_->ask(question);
        if (question == QLatin1String("slow")) {
            QTRY_VERIFY_WITH_TIMEOUT(model_->turns()[0].reply_tokens > 20, kWaitMs);
            model_->stop();
        }
        QTRY_VERIFY_WITH_TIMEOUT(!model_->isBusy(), kWaitMs);
        QVERIFY(!model_->turns()[0].reply.isEmpty());
    }
    FlowText* reply(int turn = 0) {
        for (FlowText* text : view_->turnView(turn)->findChildren<FlowText*>())
            if (text->accessibleName() == QLatin1String("Reply")) return text;
        return nullptr;
    }
    QStringList marked() {
        QStringList words;
        for (const auto& mark : reply()->extraSelections()) words << mark.cursor.selectedText();
        return words;
    }
    void select(const QString& text, int turn = 0) {
        QTextCursor cursor = reply(turn)->document()->find(text);
        QVERIFY(cursor.hasSelection());
        reply(turn)->setTextCursor(cursor);
    }

    std::unique_ptr<TestHome> home_;
    std::unique_ptr<ConversationStore> store_;
    std::unique_ptr<Thumbnails> thumbnails_;
    std::unique_ptr<EngineClient> engine_;
    std::unique_ptr<ChatView> view_;
    std::unique_ptr<NoticeBar> bar_;
    std::unique_ptr<ChatNotices> notices_;
    std::unique_ptr<GroupsFeed> feed_;
    std::unique_ptr<ConversationModel> model_;
};

UNIVI_QT_TEST(AttentionTest)

}  // namespace univi::ui

#include "attention_test.moc"
