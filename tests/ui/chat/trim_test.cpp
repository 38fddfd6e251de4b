#include <QAbstractSlider>
#include <QDoubleSpinBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

#include "tests/ui/qt_test.h"
#include "tests/ui/support/chat_page_fixture.h"
#include "tests/ui/support/dialog_texts.h"
#include "tests/ui/training/shots.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/media_card.h"
#include "ui/chat/media_chip.h"
#include "ui/chat/range_strip.h"
#include "ui/chat/time_field.h"
#include "ui/chat/trim_dialog.h"
#include "ui/chat/turn_view.h"

namespace univi::ui {
namespace {

const QString kClip = QStringLiteral(UNIVI_SOURCE_DIR "/resources/samples/one_after_another.mp4");

base::ClipRange part(double start, double end, std::optional<int> frames = {}) {
    return {start, end, frames};
}

}  // namespace

/// Parts of videos: chosen on the strip, shown on chip and card, sent, kept.
class TrimTest : public QObject, protected ChatPageFixture {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        qputenv("UNIVI_THUMBNAIL", UNIVI_BIN_DIR "/univi-thumbnail");
        home_ = std::make_unique<TestHome>();
        open();
    }
    void cleanup() {
        close();
        qunsetenv("UNIVI_THUMBNAIL");
    }

    void timesAreWrittenAsPeopleReadThem() {
        QCOMPARE(timeText(0), QString("0:00"));
        QCOMPARE(timeText(12.34), QString("0:12.3"));
        QCOMPARE(timeText(59.96), QString("1:00"));
        QCOMPARE(timeText(3723), QString("1:02:03"));
        QCOMPARE(clipText(part(12, 31)), QString("0:12–0:31"));
        QCOMPARE(clipText({12.0, {}, 20}), QString("from 0:12, 20 frames"));
        QCOMPARE(clipText({{}, 4.5, {}}), QString("up to 0:04.5"));
        QCOMPARE(clipText({}), QString());
    }

    void aMediumIsKeptWithItsPart() {
        const Medium whole("/a.mp4"), some("/a.mp4", part(1.5, 3, 8));
        QCOMPARE(toJson(whole), QJsonValue("/a.mp4"));
        for (const Medium& medium : {whole, some}) QCOMPARE(mediumFromJson(toJson(medium)), medium);
        QCOMPARE(clipFromText(clipToText(some.clip)), some.clip);
        QVERIFY(clipFromText("{\"start\":5,\"end\":2}").is_whole());
        QVERIFY(clipFromText("nonsense").is_whole());
    }

    void theHandlesAreMovedByKeyboardAndMouse() {
        TrimDialog dialog(Medium{kClip});
        auto* strip = readStrip(dialog);
        const double seconds = strip->seconds();
        QVERIFY(seconds > 3);
        QVERIFY(dialog.clip().is_whole());
        const auto handles = strip->findChildren<QAbstractSlider*>();
        QCOMPARE(handles.size(), 2);
        QVERIFY(!handles[0]->accessibleName().isEmpty());
        for (int i = 0; i < 10; ++i) QTest::keyClick(handles[0], Qt::Key_Right);
        QCOMPARE(dialog.clip().start_s.value_or(-1), 1.0);
        QVERIFY(!dialog.clip().end_s);
        for (int i = 0; i < 5; ++i) QTest::keyClick(handles[1], Qt::Key_Left);
        QVERIFY(std::abs(*dialog.clip().end_s - (seconds - 0.5)) < 0.06);
        QTest::keyClick(handles[0], Qt::Key_End);  // never past the other
        QVERIFY(*dialog.clip().start_s < *dialog.clip().end_s);
        QTest::keyClick(handles[0], Qt::Key_Home);
        QVERIFY(!dialog.clip().start_s);
        QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(strip->width() - 15, 30));
        QVERIFY(!dialog.clip().end_s);
    }

    void framesAndSecondsBetweenThemGoTogether() {
        TrimDialog dialog(Medium(kClip, part(1, 3)));
        auto* strip = readStrip(dialog);
        QCOMPARE(strip->start(), 1.0);
        QCOMPARE(strip->end(), 3.0);
        auto* frames = dialog.findChild<QSpinBox*>();
        QDoubleSpinBox* every = nullptr;
        for (auto* box : dialog.findChildren<QDoubleSpinBox*>())
            if (!qobject_cast<TimeField*>(box)) every = box;
        frames->setValue(8);
        QCOMPARE(every->value(), 0.25);
        QCOMPARE(dialog.clip(), part(1, 3, 8));
        every->setValue(0.5);
        QCOMPARE(dialog.clip(), part(1, 3, 4));
        auto* from = dialog.findChild<TimeField*>();
        from->findChild<QLineEdit*>()->setText("0:02");
        from->interpretText();
        Q_EMIT from->editingFinished();
        QCOMPARE(dialog.clip(), part(2, 3, 4));
        QCOMPARE(every->value(), 0.25);
        shot(&dialog, "trim");
    }

    void whatIsNoVideoSaysSo() {
        TrimDialog dialog(Medium(home_->file("bad.mp4")));
        QTRY_VERIFY_WITH_TIMEOUT(textsOf(dialog).contains("bad.mp4"), kWaitMs);
        for (QPushButton* button : dialog.findChildren<QPushButton*>())
            if (button->text() == "Use this part") QVERIFY(!button->isEnabled());
    }

    void aPartIsChosenFromTheChipAndSent() {
        const QString clip = home_->file("street.mp4");
        page_->addMedia({clip});
        auto* trim = page_->composer()->findChild<QToolButton*>("trimButton");
        QVERIFY(trim && trim->isVisible());
        trim->click();
        auto* dialog = page_->findChild<TrimDialog*>();
        QVERIFY(dialog);
        Q_EMIT dialog->chosen(part(12, 31));
        dialog->close();
        QCOMPARE(page_->model()->pendingMedia(), (Media{{clip, part(12, 31)}}));
        QCOMPARE(page_->composer()->findChild<QLabel*>("clipRange")->text(), QString("0:12–0:31"));
        ask("What happens?");
        const QJsonObject request = lastAsk();
        const QJsonObject sent = request["clips"].toArray()[0].toObject();
        QCOMPARE(sent["start"].toDouble(), 12.0);
        QCOMPARE(sent["end"].toDouble(), 31.0);
        QCOMPARE(page_->model()->groups().value(0).clip, part(12, 31));
        // It is the conversation's, over a start too.
        QCOMPARE(store_->read(page_->model()->id())->turns[0].media[0].clip, part(12, 31));
        auto* card = page_->view()->turnView(0)->findChild<MediaCard*>();
        QVERIFY(card->accessibleName().contains("0:12–0:31"));
        ask("And then?");
        QCOMPARE(lastAsk()["history"].toArray()[0].toObject()["clips"].toArray().size(), 1);
    }

    void anotherPartOfAPastClipIsAskedAbout() {
        const QString clip = home_->file("street.mp4");
        page_->addMedia({clip});
        ask("What happens?");
        Q_EMIT page_->view()->turnView(0)->partRequested(Medium{clip});
        Q_EMIT page_->findChild<TrimDialog*>()->chosen(part(2, 4));
        QCOMPARE(page_->model()->pendingMedia(), (Media{{clip, part(2, 4)}}));
        ask("And here?");
        QCOMPARE(turns()[0].media, Media{Medium{clip}});
        QCOMPARE(turns()[1].media, (Media{{clip, part(2, 4)}}));
        QCOMPARE(page_->model()->groups().size(), 2);  // each has groups of its own
    }

    void aDraftKeepsThePart() {
        const QString clip = home_->file("street.mp4");
        page_->addMedia({clip});
        page_->model()->setMediumClip(0, part(1, 2, 8));
        page_->keepDraft();
        close();
        open();
        QCOMPARE(page_->model()->pendingMedia(), (Media{{clip, part(1, 2, 8)}}));
        QTest::keyClick(page_->composer()->findChild<MediaChip*>(), Qt::Key_F2);
        QVERIFY(page_->findChild<TrimDialog*>());
    }

  private:
    static RangeStrip* readStrip(TrimDialog& dialog) {
        dialog.show();
        auto* strip = dialog.findChild<RangeStrip*>();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(strip->seconds() > 0, kWaitMs); }();
        return strip;
    }
    QJsonObject lastAsk() const {
        const auto asks = loggedRequests(home_->path("requests.log"), "\"request\":\"ask\"");
        return asks.isEmpty() ? QJsonObject() : QJsonDocument::fromJson(asks.last()).object();
    }
};

UNIVI_QT_TEST(TrimTest)

}  // namespace univi::ui

#include "trim_test.moc"
