#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/protocol/engine_protocol.h"
#include "tests/ui/groups/sample_groups.h"
#include "tests/ui/qt_test.h"
#include "ui/groups/decision_graph.h"
#include "ui/groups/frame_strip.h"
#include "ui/groups/group_export.h"
#include "ui/groups/group_map.h"
#include "ui/groups/groups_panel.h"
#include "ui/groups/picture_view.h"
#include "ui/widgets/plot_header.h"
#include "ui/widgets/share_text.h"
#include "ui/widgets/theme.h"

using namespace univi;
using univi::ui::GroupSelection;
using univi::ui::GroupUnit;

using namespace univi::ui::test;

class GroupsTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    QString picture_;

  private Q_SLOTS:
    void initTestCase() {
        picture_ = folder_.filePath(QStringLiteral("street.png"));
        QVERIFY(writeSamplePicture(picture_));
    }

    void patchUnderAPositionFollowsTheCrop() {
        const auto groups = pictureGroups(picture_);
        QCOMPARE(ui::patchAt(groups, {9.9, 5}), -1);
        QCOMPARE(ui::patchAt(groups, {10.1, 0.1}), 0);
        QCOMPARE(ui::patchAt(groups, {69.9, 59.9}), 15);
        QCOMPARE(ui::patchRect(groups, 5), QRectF(25, 15, 15, 15));
    }

    void factsCountPatchesFramesAndNeighbours() {
        const auto groups = videoGroups(picture_);
        const auto facts = ui::groupFacts(groups, {true, 4, 0}, 1);
        QCOMPARE(facts.patches, 16);
        QCOMPARE(facts.patches_here, 4);
        QCOMPARE(facts.frames, 4);
        QCOMPARE(facts.neighbors, (std::vector<int>{0, 2}));
    }

    void inputTokensOfAnEventAreTheStageTokensOfItsFrames() {
        const auto groups = videoGroups(picture_);
        QCOMPARE(ui::inputTokenGroups(groups, {true, 2, 0}),
                 (std::vector<int>{0, 1, 2, 3, 0, 1, 2, 3}));
        QCOMPARE(ui::inputTokenGroups(groups, {false, 2, 1}), (std::vector<int>{0, 0, 1, 1}));
    }

    void visualTokensOfTheSecondEventStandBehindTheFirst() {
        const auto groups = videoGroups(picture_);
        QCOMPARE(ui::tokenOffset(groups, {true, 0, 1}), 4);
        QCOMPARE(ui::tokenOffset(groups, {true, 2, 0}), 7);
        QCOMPARE(ui::tokenOffset(groups, {false, 2, 0}), -1);
    }

    void meanColoursAreThoseOfThePixels() {
        const auto groups = pictureGroups(picture_);
        const auto colors =
            ui::meanColors(groups, ui::patchGroups(groups, {false, 0, 2}), QImage(picture_));
        QCOMPARE(static_cast<int>(colors.size()), 1);
        QVERIFY(std::abs(colors[0].red() - 118) <= 2);  // x from 10 to 69, times 3
        QCOMPARE(colors[0].green(), 40);
    }

    void pinnedGroupLivesWithinAnEventOnly() {
        GroupSelection selection;
        selection.setGroups(videoGroups(picture_));
        selection.setPinned(2);
        selection.setFrame(4);
        QCOMPARE(selection.pinned(), 2);
        selection.setFrame(2);
        QCOMPARE(selection.pinned(), -1);
    }

    void moreFramesOfTheSameVideoKeepThePlace() {
        GroupSelection selection;
        auto groups = videoGroups(picture_);
        groups.events.clear();
        groups.frames.resize(3);
        selection.setGroups(groups);
        selection.setStage(1);
        selection.setFrame(2);
        QVERIFY(!selection.unit().event);
        selection.setGroups(videoGroups(picture_));
        QCOMPARE(selection.unit(), (GroupUnit{true, 2, 1}));
    }

    /// The same share glows alike wherever it is: the scale is the reply's, not that of
    /// what is shown.
    void glowHasOneScaleForTheWholeReply() {
        GroupSelection selection;
        selection.setGroups(pictureGroups(picture_));
        selection.setAttention({0.1F, 0.2F, 0.05F, 0.0F, 0.2F, 0.01F, 0.4F}, 0.4F);
        QCOMPARE(selection.glow(), (std::vector<float>{0.25F, 0.5F, 0.125F, 0.0F}));
        QCOMPARE(selection.shares()[1], 0.2F);
        selection.setStage(1);
        QCOMPARE(selection.glow()[0], 0.5F);  // 0.2 glows as 0.2 does in the stage before
        QVERIFY(selection.glow()[1] < 0.03F);
        selection.setStage(2);
        QCOMPARE(selection.glow(), (std::vector<float>{1.0F}));
        // A word that hardly looked hardly glows, at its brightest group too.
        selection.setStage(0);
        selection.setAttention({0.004F, 0.001F, 0, 0, 0, 0, 0}, 0.4F);
        QVERIFY(selection.glow()[0] < 0.011F);
        selection.setAttention({0.1F}, 0.4F);  // not of these groups: nothing to show
        QVERIFY(!selection.hasAttention());
        QVERIFY(selection.glow().empty());
    }

    void eventsShareTheAttentionOnOneScale() {
        GroupSelection selection;
        selection.setGroups(videoGroups(picture_));  // seven tokens an event
        std::vector<float> attention(14, 0.01F);
        attention[7] = 0.2F;
        selection.setAttention(attention, 0.2F);
        const auto shares = selection.eventShares();
        QCOMPARE(static_cast<int>(shares.size()), 2);
        QVERIFY(qAbs(shares[0] - 0.07F) < 1e-6F);
        QVERIFY(qAbs(shares[1] - 0.26F) < 1e-6F);
        QVERIFY(qAbs(selection.mediumShare() - 0.33F) < 1e-6F);
        QVERIFY(qAbs(selection.glow()[0] - 0.05F) < 1e-6F);  // the first event's brightest is dim
        selection.setFrame(2);
        QCOMPARE(selection.glow()[0], 1.0F);
        selection.setEventLevel(false);  // the language model never saw a frame's own groups
        QVERIFY(selection.glow().empty());
        QCOMPARE(selection.eventShares().size(), shares.size());
    }

    void sharesAreSaidInPercent() {
        QLocale::setDefault(QLocale::c());
        QCOMPARE(ui::shareText(0), QString("0 %"));
        QCOMPARE(ui::shareText(0.0001), QString("<0.1 %"));
        QCOMPARE(ui::shareText(0.021), QString("2.1 %"));
        QCOMPARE(ui::shareText(0.0996), QString("10 %"));
        QCOMPARE(ui::shareText(0.4151), QString("42 %"));
    }

    void thePanelSaysWhereAWordLooked() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        panel.setGroups(videoGroups(picture_));
        std::vector<float> attention(14, 0.01F);
        attention[2] = 0.3F;
        panel.setAttention({attention}, 0.3F, QStringLiteral(" horse"));
        const auto text = [&panel](const char* name) {
            return panel.findChild<QLabel*>(QLatin1String(name))->text();
        };
        QCOMPARE(text("groupFacts"),
                 QString("“horse” looked at this clip with 43 % of its attention"));
        QCOMPARE(text("groupNumbers"),
                 QString("most at group 3 of stage 1 in event 1, frame 1: 30 %"));
        QVERIFY(text("groupNote").contains("no proof"));
        panel.setAttention({}, 0, {});
        QVERIFY(!text("groupNote").contains("no proof"));
        QVERIFY(text("groupNote").contains("cut off"));  // the crop is 60 of 80 pixels wide
    }

    void whatThePanelSaysDoesNotMoveThePicture() {
        ui::GroupsPanel panel;
        panel.resize(300, 700);
        panel.show();
        panel.setGroups(videoGroups(picture_));
        auto* view = panel.findChild<ui::PictureView*>();
        QTRY_VERIFY(view->height() > 100 && view->height() < 400);  // beside all that stands there
        const QRect before = view->geometry();
        const QRectF rect = view->pictureRect();
        for (const double x : {20.0, 35.0, 50.0, 65.0}) {
            QTest::mouseMove(
                view,
                (rect.topLeft() + QPointF(x / 80 * rect.width(), rect.height() / 2)).toPoint());
            QCoreApplication::processEvents();
            QCOMPARE(view->geometry(), before);
        }
        panel.setAttention({std::vector<float>(14, 0.01F)}, 0.3F,
                           QStringLiteral("a very long word of a reply"));
        QCoreApplication::processEvents();
        QCOMPARE(view->geometry(), before);
    }

    void oneAndManyAreSaidRightly() {
        auto groups = pictureGroups(picture_);
        protocol::StageGroups& stage = groups.frames[0].stages[0];
        for (int& group : stage.patch_to_group) group = 1;
        stage.patch_to_group[0] = 0;
        stage.sizes = {1, 15, 0, 0};
        ui::GroupsPanel panel;
        panel.show();
        panel.setGroups(groups);
        auto* view = panel.findChild<ui::PictureView*>();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(panel.findChild<QLabel*>("groupFacts")->text(),
                 QString("Group 1 · 1 patch · touches 1 group"));
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(panel.findChild<QLabel*>("groupFacts")->text(),
                 QString("Group 2 · 15 patches · touches 1 group"));
    }

    void theEdgesThatTheModelDidNotSeeAreDimmed() {
        GroupSelection selection;
        auto groups = pictureGroups(picture_);
        QCOMPARE(ui::seenRect(groups), QRectF(10, 0, 60, 60));
        QVERIFY(ui::isCropped(groups));
        QImage white(80, 60, QImage::Format_RGB32);
        white.fill(Qt::white);
        const auto drawn = [&] {
            selection.setGroups(groups);
            selection.setFill(GroupSelection::Fill::None);
            selection.setBorders(false);
            ui::PicturePainter painter;
            painter.prepare(selection, white);
            QImage image(80, 60, QImage::Format_RGB32);
            QPainter device(&image);
            painter.paint(device, QRectF(0, 0, 80, 60), selection, Qt::blue);
            return image;
        };
        const QImage cut = drawn();
        QVERIFY(qGray(cut.pixel(4, 30)) < 110);
        QVERIFY(qGray(cut.pixel(75, 30)) < 110);
        QCOMPARE(qGray(cut.pixel(40, 30)), 255);
        groups.crop = {0, -10, 80, 80};  // padded to a square: the whole picture was seen
        QVERIFY(!ui::isCropped(groups));
        QCOMPARE(qGray(drawn().pixel(4, 30)), 255);
    }

    void theDecisionGraphForgetsTheMouseThatLeft() {
        GroupSelection selection;
        ui::DecisionGraph graph(&selection);
        graph.resize(400, 200);
        graph.show();
        selection.setGroups(pictureGroups(picture_));
        graph.plot()->replot(QCustomPlot::rpImmediateRefresh);
        const auto* stage = ui::stageOf(selection.groups(), selection.unit());
        const QPointF first(graph.plot()->xAxis->coordToPixel(stage->density[1]),
                            graph.plot()->yAxis->coordToPixel(stage->distance[1]));
        QTest::mouseMove(graph.plot(), QPoint(2, 2));
        QTest::mouseMove(graph.plot(), first.toPoint());
        QTRY_COMPARE(selection.hovered(), 1);
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(graph.plot(), &leave);
        QCOMPARE(selection.hovered(), -1);
    }

    void aFileShowsWhatWasKeptAndNotWhatTheMouseIsOn() {
        GroupSelection selection;
        selection.setGroups(pictureGroups(picture_));
        const QImage picture(picture_);
        const auto exported = [&] {
            const QString file = folder_.filePath(QStringLiteral("shown.png"));
            QFile::remove(file);
            ui::exportGroups(file, {{&selection, picture}});
            return QImage(file);
        };
        const QImage plain = exported();
        selection.setHovered(2);
        selection.setAttention(std::vector<float>(7, 0.1F), 0.1F);
        QCOMPARE(exported(), plain);
        selection.setPinned(2);
        QVERIFY(exported() != plain);
    }

    void hoveringThePictureLightsTheGroupEverywhere() {
        GroupSelection selection;
        ui::PictureView view(&selection);
        ui::DecisionGraph graph(&selection);
        view.resize(400, 300);
        graph.resize(400, 200);
        view.show();
        graph.show();
        selection.setGroups(pictureGroups(picture_));
        view.setPicture(QImage(picture_));
        QSignalSpy lit(&selection, &GroupSelection::highlightChanged);
        const QRectF rect = view.pictureRect();
        QTest::mouseMove(&view, QPoint(10, 10));
        QTest::mouseMove(
            &view,
            (rect.topLeft() + QPointF(30.0 / 80 * rect.width(), rect.height() / 2)).toPoint());
        QTRY_COMPARE(selection.hovered(), 1);
        QVERIFY(lit.count() >= 1);
        QCOMPARE(graph.plot()->graph(2)->dataCount(), 4);  // the group's input tokens are ringed
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(&view, &leave);
        QCOMPARE(selection.hovered(), -1);
        QCOMPARE(graph.plot()->graph(2)->dataCount(), 0);
    }

    void aPointOfTheDecisionGraphFindsItsGroup() {
        GroupSelection selection;
        ui::DecisionGraph graph(&selection);
        graph.resize(400, 200);
        graph.show();
        selection.setGroups(pictureGroups(picture_));
        graph.plot()->replot(QCustomPlot::rpImmediateRefresh);
        QCOMPARE(graph.plot()->graph(1)->dataCount(), 4);
        const auto* stage = ui::stageOf(selection.groups(), selection.unit());
        const QPointF third(graph.plot()->xAxis->coordToPixel(stage->density[2]),
                            graph.plot()->yAxis->coordToPixel(stage->distance[2]));
        QCOMPARE(graph.pointAt(third), 2);
        QTest::mouseClick(graph.plot(), Qt::LeftButton, {}, third.toPoint());
        QCOMPARE(selection.pinned(), 2);
    }

    void clickingTheStripGoesToTheFrame() {
        GroupSelection selection;
        ui::FrameStrip strip(&selection);
        strip.resize(600, 76);
        strip.show();
        selection.setGroups(videoGroups(picture_));
        QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.frameSpan(3).center().toPoint());
        QCOMPARE(selection.unit().frame, 3);
        QTest::keyClick(&strip, Qt::Key_Left);
        QCOMPARE(selection.unit().frame, 2);
        QTest::keyClick(&strip, Qt::Key_End);
        QCOMPARE(selection.unit().frame, 5);
    }

    void panelShowsTheNewestMediumAndComesBack() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        QSignalSpy shown(&panel, &ui::GroupsPanel::mediumShown);
        panel.setProgress(picture_, 1, 6);
        panel.setGroups(pictureGroups(picture_, 0));
        panel.setGroups(pictureGroups(picture_, 1));
        QCOMPARE(shown.last().first().toInt(), 1);
        panel.showMedium(0);
        QCOMPARE(panel.findChild<QComboBox*>()->currentData().toInt(), 0);
        panel.setStage(2);
        QCOMPARE(panel.stage(), 2);
        panel.clear();
        QCOMPARE(panel.findChild<QComboBox*>()->count(), 0);
        panel.setAttention({{1, 2, 3}}, 3, {});  // nothing shown: nothing happens
    }

    void aPhraseIsLookedForAndGivesWayToAWord() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        auto* search = panel.findChild<QLineEdit*>();
        panel.setGroups(pictureGroups(picture_));
        QVERIFY(!search->isVisible());  // nobody answers
        QSignalSpy asked(&panel, &ui::GroupsPanel::phraseEntered);
        QVERIFY(search->isVisible());
        search->setText(QStringLiteral("  a  red car "));
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(asked.last().mid(0, 2), (QVariantList{picture_, QStringLiteral("a red car")}));
        panel.setNearness({0.1F, 0.5F, -0.2F, 0.0F, 0.3F, 0.1F, 0.2F}, 0.5F);
        const auto text = [&](const char* name) {
            return panel.findChild<QLabel*>(QLatin1String(name))->toolTip() +
                   panel.findChild<QLabel*>(QLatin1String(name))->text();
        };
        QVERIFY(text("groupFacts").contains(QLatin1String("a red car")));
        QVERIFY(text("groupNumbers").contains(QLatin1String("group 2, 0.50")));
        panel.setAttention({{0.1F, 0.2F, 0.05F, 0.0F, 0.2F, 0.01F, 0.4F}}, 0.4F,
                           QStringLiteral("dog"));
        QVERIFY(text("groupFacts").contains(QLatin1String("dog")));
        panel.setAttention({}, 0, {});
        QVERIFY(text("groupFacts").contains(QLatin1String("a red car")));
        panel.setNearness({0.1F, 0.1F, 0.1F, 0.0F, 0.0F, 0.0F, 0.0F}, 0.5F);
        QVERIFY(text("groupFacts").contains(QLatin1String("Nothing lies near")));
        search->clear();
        QVERIFY(text("groupFacts").contains(QLatin1String("Point at a group")));
        search->setText(QStringLiteral("xyz"));
        QTest::keyClick(search, Qt::Key_Return);
        panel.setSearchProblem(QStringLiteral("The model knows no word."));
        QVERIFY(text("groupFacts").contains(QLatin1String("knows no word")));
    }

    void exportsWhatIsShown() {
        GroupSelection selection;
        selection.setGroups(pictureGroups(picture_));
        const QImage picture(picture_);
        const QString png = folder_.filePath(QStringLiteral("out.png")),
                      json = folder_.filePath(QStringLiteral("out.json"));
        QCOMPARE(ui::exportGroups(png, {{&selection, picture}}), QString());
        QVERIFY(QImage(png).width() >= 640);
        const QString svg = folder_.filePath(QStringLiteral("out.svg"));
        QCOMPARE(ui::exportGroups(svg, {{&selection, picture}}), QString());
        QFile drawn(svg);
        QVERIFY(drawn.open(QIODevice::ReadOnly));
        QVERIFY(drawn.readAll().contains("<svg"));
        QCOMPARE(ui::exportGroups(json, {{&selection, picture}}), QString());
        std::ifstream stream(json.toStdString());
        const auto read = protocol::token_groups_from_json(nlohmann::json::parse(stream));
        QCOMPARE(read.frames[0].stages[0].sizes, (std::vector<int>{4, 4, 4, 4}));
        QVERIFY(
            ui::exportGroups(folder_.filePath(QStringLiteral("out.doc")), {{&selection, picture}})
                .contains(QLatin1String(".svg")));
        QVERIFY(
            !ui::exportGroups(QStringLiteral("/nowhere/x.png"), {{&selection, picture}}).isEmpty());
    }
};

UNIVI_QT_TEST(GroupsTest)
#include "groups_test.moc"
