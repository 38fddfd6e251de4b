// The panel's side of groups and words, the strip's bars, and two pictures side by side.
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QPainter>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/groups/sample_groups.h"
#include "tests/ui/qt_test.h"
#include "ui/groups/attention_choice_button.h"
#include "ui/groups/compare_pane.h"
#include "ui/groups/frame_strip.h"
#include "ui/groups/groups_panel.h"
#include "ui/groups/picture_view.h"
#include "ui/groups/what_if_pane.h"
#include "ui/widgets/theme.h"

using namespace univi;
using univi::ui::GroupSelection;
using namespace univi::ui::test;

class LinkedViewsTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    QString picture_;

    static QString text(const ui::GroupsPanel& panel, const char* name) {
        return panel.findChild<QLabel*>(QLatin1String(name))->text();
    }
    /// The widget's point over the middle of a column of patches, in the first row.
    static QPoint overColumn(const ui::PictureView* view, int column) {
        const QRectF rect = view->pictureRect();
        return (rect.topLeft() +
                QPointF((10 + 15 * (column + 0.5)) / 80 * rect.width(), rect.height() / 8))
            .toPoint();
    }

  private Q_SLOTS:
    void initTestCase() {
        picture_ = folder_.filePath(QStringLiteral("street.png"));
        QVERIFY(writeSamplePicture(picture_));
        qRegisterMetaType<protocol::AttentionChoice>();
    }

    void theGroupThatIsLitIsToldAsTheModelsToken() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        panel.setGroups(videoGroups(picture_));
        QSignalSpy lit(&panel, &ui::GroupsPanel::groupLit);
        auto* view = panel.findChild<ui::PictureView*>();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Down);
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(lit.last(), (QVariantList{0, 1}));
        panel.setStage(1);  // other groups: none is kept
        QCOMPARE(lit.last(), (QVariantList{-1, -1}));
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(lit.last(), (QVariantList{0, 4}));
        const qsizetype told = lit.size();
        panel.setAttention({std::vector<float>(14, 0.01F)}, 0.3F, QStringLiteral("word"));
        QCOMPARE(lit.size(), told);
        QTest::keyClick(view, Qt::Key_Escape);
        QCOMPARE(lit.last(), (QVariantList{-1, -1}));
    }

    void sinksAndTheMostAttentiveWordAreNamed() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        panel.setGroups(pictureGroups(picture_));
        panel.setSinks({{1}}, {{"<s>", -1, -1, 0.25}});
        auto* view = panel.findChild<ui::PictureView*>();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Down);
        panel.setLooker(QStringLiteral(" dog"), 0.042F);
        QCOMPARE(text(panel, "groupNote"),
                 QString("“dog” looked at it most, with 4.2 % of its attention."));
        QTest::keyClick(view, Qt::Key_Down);
        QVERIFY(text(panel, "groupNote").startsWith("An attention sink"));
        QTest::keyClick(view, Qt::Key_Escape);
        panel.setAttention({{0.1F, 0.2F, 0.05F, 0, 0, 0, 0}}, 0.4F, QStringLiteral("dog"));
        QCOMPARE(text(panel, "groupNumbers"),
                 QString("most, beside a sink, at group 1 of stage 1: 10 %"));
        QVERIFY(text(panel, "groupNote").contains("“<s>” of the prompt is a sink"));
        QVERIFY(text(panel, "groupNote").contains("25 %"));
        panel.setSinks({}, {});
        QCOMPARE(text(panel, "groupNumbers"), QString("most at group 2 of stage 1: 20 %"));
        panel.setSinks({{1}}, {});
        panel.setAttention({{0, 0.2F, 0, 0, 0, 0, 0}}, 0.4F, QStringLiteral("dog"));
        QCOMPARE(text(panel, "groupNumbers"),
                 QString("most at group 2 of stage 1: 20 %, as nearly every word does"));
        panel.setSinks({}, {});
        QVERIFY(text(panel, "groupNote").contains("no proof"));
    }

    /// Of another event and stage than those that are shown.
    void thePlaceThatAWordLookedAtMostIsNamedAndGoneTo() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        protocol::TokenGroups groups = videoGroups(picture_);
        // Group 2 of the second event is in its second frame alone.
        auto& stage = groups.events[1].stages[0];
        for (int patch = 0; patch < kGrid * kGrid; ++patch)
            if (stage.patch_to_group[patch] == 1) stage.patch_to_group[patch] = 0;
        panel.setGroups(groups);
        panel.setStage(2);
        std::vector<float> looked(14, 0.01F);
        looked[7 + 1] = 0.2F;
        panel.setAttention({looked}, 0.2F, QStringLiteral("car"));
        QCOMPARE(text(panel, "groupNumbers"),
                 QString("most at group 2 of stage 1 in event 2, frame 4: 20 %"));
        auto* go = panel.findChild<QLabel*>("goToMost");
        QVERIFY(go->isVisible());
        Q_EMIT go->linkActivated(QStringLiteral("most"));
        QCOMPARE(panel.stage(), 0);
        const QString shown = panel.findChild<ui::PictureView*>()->accessibleDescription();
        QVERIFY2(shown.contains("Frame 4 of 6") && shown.contains("Chosen: group 2"),
                 qPrintable(shown));
        panel.setAttention({}, 0, {});
        QVERIFY(!go->isVisible());
    }

    void aLayerAndAHeadAreChosen() {
        ui::GroupsPanel panel;
        panel.show();
        auto* button = panel.findChild<ui::AttentionChoiceButton*>();
        panel.setGroups(pictureGroups(picture_));
        QVERIFY(button->isHidden());  // no model's shape is known
        panel.setModelShape(6, 4);
        QVERIFY(!button->isHidden());
        QCOMPARE(button->text(), QString::fromUtf8("Mean ▾"));
        QSignalSpy chosen(&panel, &ui::GroupsPanel::attentionChosen);
        const auto boxes = button->findChildren<QSpinBox*>();
        QCOMPARE(boxes.size(), 2);
        QCOMPARE(boxes[0]->text(), QString("Mean of all"));
        boxes[0]->setValue(3);
        QCOMPARE(chosen.last()[0].value<protocol::AttentionChoice>(),
                 (protocol::AttentionChoice{2, std::nullopt}));
        QCOMPARE(button->text(), QString::fromUtf8("Layer 3 ▾"));
        boxes[1]->setValue(4);
        QCOMPARE(button->text(), QString::fromUtf8("Layer 3, head 4 ▾"));
        QVERIFY(button->accessibleName().contains("Layer 3, head 4"));
        boxes[0]->setValue(0);
        QCOMPARE(button->text(), QString::fromUtf8("Head 4 ▾"));
        // A smaller model has no such head.
        panel.setModelShape(6, 2);
        QCOMPARE(chosen.last()[0].value<protocol::AttentionChoice>().head, std::optional(1));
        panel.setAttentionWaiting(true);
        QVERIFY(text(panel, "groupFacts").contains("once more"));
        panel.setAttentionWaiting(false);
        panel.setAttentionProblem(QStringLiteral("There is no memory."));
        QCOMPARE(text(panel, "groupFacts"), QString("There is no memory."));
    }

    void everyEventHasABarOnOneScale() {
        GroupSelection selection;
        selection.setGroups(videoGroups(picture_));
        ui::FrameStrip strip(&selection);
        strip.resize(300, strip.sizeHint().height());
        const auto high = [&](int frame) {  // pixels of the bar below a frame
            const QImage image = strip.grab().toImage();
            const int x = int((strip.frameSpan(frame).center().x()) * image.devicePixelRatio());
            int count = 0;
            for (int y = int(78 * image.devicePixelRatio()); y < image.height(); ++y)
                count += image.pixelColor(x, y) == image.pixelColor(x, 72) ? 0 : 1;
            return count / image.devicePixelRatio();
        };
        QCOMPARE(high(0), 0.0);
        std::vector<float> attention(14, 0.0F);
        attention[2] = 0.1F;
        attention[9] = 0.2F;
        selection.setAttention(attention, 0.2F);
        QVERIFY(qAbs(high(2) - 12) <= 1);
        QVERIFY(qAbs(high(0) - 6) <= 1);
        QVERIFY(qAbs(high(4) - 6) <= 1);  // the same event goes on behind the other
        selection.setAttention({}, 0);
        QCOMPARE(high(2), 0.0);
    }

    void aGroupIsFollowedThroughTheThumbnailsOfItsEvent() {
        GroupSelection selection;
        selection.setGroups(videoGroups(picture_));
        ui::FrameStrip strip(&selection);
        strip.resize(360, strip.sizeHint().height());
        const auto dark = [&](const QImage& before, int frame) {
            const QImage image = strip.grab().toImage();
            const QPoint at =
                (QPointF(strip.frameSpan(frame).left() + 8, 25) * image.devicePixelRatio())
                    .toPoint();
            return qGray(image.pixel(at)) < qGray(before.pixel(at)) - 5;
        };
        const QImage before = strip.grab().toImage();
        selection.setPinned(3);  // the right column: what is left of it grows dark
        for (const int frame : {0, 1, 4, 5}) QVERIFY(dark(before, frame));
        for (const int frame : {2, 3}) QVERIFY(!dark(before, frame));
        selection.setEventLevel(false);  // a frame's own groups are others in every frame
        selection.setPinned(3);
        QVERIFY(!dark(before, 1));
    }

    void theKeyboardGoesFromEventToEvent() {
        GroupSelection selection;
        selection.setGroups(videoGroups(picture_));
        ui::FrameStrip strip(&selection);
        QTest::keyClick(&strip, Qt::Key_Right);
        QTest::keyClick(&strip, Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(selection.unit().frame, 2);
        QTest::keyClick(&strip, Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(selection.unit().frame, 4);
        QTest::keyClick(&strip, Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(selection.unit().frame, 4);  // it was the last
        QTest::keyClick(&strip, Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(selection.unit().frame, 2);
        QTest::keyClick(&strip, Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(selection.unit().frame, 0);
    }

    void twoPicturesShowTwoStagesWithOneMouse() {
        ui::GroupsPanel panel;
        panel.resize(700, 800);
        panel.show();
        panel.setGroups(videoGroups(picture_));
        auto* pane = panel.findChild<ui::ComparePane*>();
        QVERIFY(pane->isHidden());
        auto* action = panel.findChild<QAction*>("comparePictures");
        action->setChecked(true);
        QVERIFY(pane->isVisible());
        QVERIFY(!pane->view()->painter().isEmpty());
        QCOMPARE(pane->selection()->unit().stage, 1);
        auto* view = panel.findChild<ui::PictureView*>();
        QVERIFY(view != pane->view());
        QTRY_VERIFY(view->pictureRect().width() > 100 && pane->view()->pictureRect().width() > 50);
        QSignalSpy lit(&panel, &ui::GroupsPanel::groupLit);
        QTest::mouseMove(view, overColumn(view, 0));
        QTest::mouseMove(view, overColumn(view, 3));
        QTRY_COMPARE(lit.last(), (QVariantList{0, 3}));
        QCOMPARE(pane->selection()->hovered(), 1);  // halves: the right one
        QTest::mouseMove(pane->view(), overColumn(pane->view(), 0));
        QTest::mouseMove(pane->view(), overColumn(pane->view(), 1));
        QTRY_COMPARE(lit.last(), (QVariantList{0, 1}));
        QCOMPARE(pane->selection()->hovered(), 0);
    }

    /// The same medium as another model grouped it: half as many patches a side, one group less.
    protocol::TokenGroups coarse() const {
        protocol::TokenGroups groups = pictureGroups(picture_);
        groups.model = "coarse";
        groups.grid = 2;
        groups.picture_width = 160, groups.picture_height = 120;
        groups.crop = {20, 0, 120, 120};
        for (protocol::StageGroups& stage : groups.frames[0].stages) {
            stage = {};
            stage.patch_to_group = {0, 1, 0, 1};
            stage.sizes = {2, 2};
        }
        return groups;
    }

    void anotherModelsGroupsStandBesideThose() {
        ui::GroupsPanel panel;
        panel.resize(700, 800);
        panel.show();
        panel.findChild<QAction*>("comparePictures")->setChecked(true);
        panel.setGroups(coarse());
        auto* pane = panel.findChild<ui::ComparePane*>();
        auto* groupings = pane->findChild<QComboBox*>("groupings");
        QVERIFY(groupings->isHidden());  // one model has read it
        panel.clear();                   // another conversation
        protocol::TokenGroups fine = pictureGroups(picture_);
        fine.model = "fine";
        panel.setGroups(fine);
        QVERIFY(groupings->isVisible());
        QCOMPARE(groupings->count(), 2);
        QCOMPARE(groupings->itemText(1), QString("coarse"));
        QCOMPARE(pane->selection()->groups().model, std::string("fine"));
        std::vector<float> attention(7, 0.1F);
        panel.setAttention({attention}, 0.1F, QStringLiteral("word"));
        QVERIFY(pane->selection()->hasAttention());
        panel.setStage(1);
        groupings->setCurrentIndex(1);
        Q_EMIT groupings->activated(1);
        QCOMPARE(pane->selection()->groups().model, std::string("coarse"));
        QCOMPARE(pane->selection()->unit().stage, 1);  // where the first picture is
        QVERIFY(!pane->selection()->hasAttention());   // it is of the other's tokens
        panel.setStage(0);
        QCOMPARE(pane->selection()->unit().stage, 0);
        // The place under the mouse is the same, whatever the grid.
        auto* view = panel.findChild<ui::PictureView*>();
        QTRY_VERIFY(view->pictureRect().width() > 100 && pane->view()->pictureRect().width() > 50);
        QTest::mouseMove(view, overColumn(view, 0));
        QTest::mouseMove(view, overColumn(view, 3));
        QTRY_COMPARE(pane->selection()->hovered(), 1);
        QTest::mouseMove(view, overColumn(view, 1));
        QTRY_COMPARE(pane->selection()->hovered(), 0);
        // Groups of another medium take its place: nothing else is known of that.
        protocol::TokenGroups other = pictureGroups(picture_, 1);
        other.source = "elsewhere.png";
        panel.setGroups(other);
        QVERIFY(groupings->isHidden());
        QCOMPARE(pane->selection()->groups().source, std::string("elsewhere.png"));
    }

    void aVariantsGroupsStandBesideTheOwn() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        panel.setGroups(pictureGroups(picture_));
        auto* pane = panel.findChild<ui::ComparePane*>();
        QVERIFY(pane->isHidden());
        Q_EMIT panel.whatIf()->regrouped(QStringLiteral("2/2/2 groups"), coarse());
        QVERIFY(pane->isHidden());
        panel.setStage(2);
        Q_EMIT panel.whatIf()->compareRequested(QStringLiteral("2/2/2 groups"));
        QVERIFY(pane->isVisible());
        QCOMPARE(pane->selection()->groups().grid, 2);
        QCOMPARE(pane->selection()->unit().stage, 2);
        auto* groupings = pane->findChild<QComboBox*>("groupings");
        QCOMPARE(groupings->currentText(), QString("2/2/2 groups"));
        groupings->setCurrentIndex(0);
        Q_EMIT groupings->activated(0);
        QCOMPARE(pane->selection()->groups().grid, kGrid);
    }

    void groupingsSeenLongAgoAreForgotten() {
        ui::KnownGroupings known;
        protocol::TokenGroups groups = pictureGroups(picture_);
        groups.complete = false;
        known.keep(QStringLiteral("early"), groups);
        QVERIFY(known.others(groups).isEmpty());  // a clip that is still being read
        groups.complete = true;
        for (int i = 0; i < int(ui::KnownGroupings::kMost) + 1; ++i)
            known.keep(QString::number(i), groups);
        known.keep(QStringLiteral("3"), groups);
        QCOMPARE(known.others(groups).size(), int(ui::KnownGroupings::kMost));
        QCOMPARE(known.others(groups).front(), QString("3"));
        QVERIFY(!known.find(QStringLiteral("0"), groups));
        groups.model = "5";
        QVERIFY(!known.others(groups).contains(QStringLiteral("5")));
        groups.clip.end_s = 2;  // another part of a clip is another medium
        QVERIFY(known.others(groups).isEmpty());
    }

    void theSecondPictureFollowsTheFirst() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        panel.setGroups(videoGroups(picture_));
        panel.findChild<QAction*>("comparePictures")->setChecked(true);
        auto* pane = panel.findChild<ui::ComparePane*>();
        auto* view = panel.findChild<ui::PictureView*>();
        std::vector<float> attention(14, 0.01F);
        attention[4] = 0.3F;
        panel.setAttention({attention}, 0.3F, QStringLiteral("word"));
        QCOMPARE(pane->selection()->glow().at(0), 1.0F);
        panel.setAttention({}, 0, {});
        QVERIFY(!pane->selection()->hasAttention());
        // Another frame of the event in the same stage: the group that is kept is the same one.
        panel.setStage(1);
        auto* frame = pane->findChild<QSpinBox*>();
        QCOMPARE(frame->maximum(), 6);
        frame->setValue(5);
        QCOMPARE(pane->selection()->unit().frame, 4);
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(pane->selection()->pinned(), 0);
        QTest::keyClick(view, Qt::Key_Escape);
        QCOMPARE(pane->selection()->pinned(), -1);
        // A picture has no frames to choose from.
        panel.clear();
        QVERIFY(pane->isHidden());
        panel.setGroups(pictureGroups(picture_));
        QVERIFY(pane->isVisible());
        QVERIFY(frame->isHidden());
        QCOMPARE(pane->selection()->groups().is_video, false);
    }
};

UNIVI_QT_TEST(LinkedViewsTest)

#include "linked_views_test.moc"
