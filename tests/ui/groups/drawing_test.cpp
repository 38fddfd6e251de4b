// How groups are coloured, enlarged, played and written into files.
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/groups/sample_groups.h"
#include "tests/ui/qt_test.h"
#include "ui/groups/decision_graph.h"
#include "ui/groups/fill_legend.h"
#include "ui/groups/frame_player.h"
#include "ui/groups/group_colors.h"
#include "ui/groups/group_export.h"
#include "ui/groups/group_text.h"
#include "ui/groups/picture_view.h"
#include "ui/widgets/desktop_motion.h"
#include "ui/widgets/plot_header.h"

using namespace univi;
using univi::ui::GroupSelection;
using univi::ui::GroupUnit;
using namespace univi::ui::test;

class GroupDrawingTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    QString picture_;

  private Q_SLOTS:
    void initTestCase() {
        picture_ = folder_.filePath(QStringLiteral("street.png"));
        QVERIFY(writeSamplePicture(picture_));
    }

    /// Groups that touch differ, in every frame of the event, and keep their colour through it.
    void distinctColoursOfNeighboursDiffer() {
        const auto groups = videoGroups(picture_);
        for (const int stage : {0, 1}) {
            const GroupUnit unit{true, 4, stage};
            const auto colors = ui::distinctColors(groups, unit);
            QCOMPARE(colors, ui::distinctColors(groups, {true, 1, stage}));
            const auto map = ui::patchGroups(groups, unit);
            for (int patch = 0; patch + 1 < kGrid * kGrid; ++patch)
                if ((patch + 1) % kGrid != 0 && map[patch] != map[patch + 1])
                    QVERIFY(colors[map[patch]] != colors[map[patch + 1]]);
        }
    }

    void mergingColoursTellWhenAPatchJoinedOthers() {
        auto groups = pictureGroups(picture_);
        // Columns 0 and 1 join at the second stage, 2 and 3 stand alone until the third.
        auto& second = groups.frames[0].stages[1];
        auto& third = groups.frames[0].stages[2];
        second.sizes = {8, 4, 4};
        third.sizes = {12, 4};
        for (int patch = 0; patch < kGrid * kGrid; ++patch) {
            const int column = patch % kGrid;
            second.patch_to_group[patch] = column < 2 ? 0 : column - 1;
            third.patch_to_group[patch] = column < 3 ? 0 : 1;
        }
        const auto joined = ui::joinedAt(groups, {false, 0, 0});
        QCOMPARE(static_cast<int>(joined.size()), kGrid * kGrid);
        QCOMPARE(joined[0], ui::Joined::AtSecondStage);
        QCOMPARE(joined[1], ui::Joined::AtSecondStage);
        QCOMPARE(joined[2], ui::Joined::AtThirdStage);
        QCOMPARE(joined[3], ui::Joined::Never);
    }

    void theLegendSaysWhatTheColoursMean() {
        GroupSelection selection;
        ui::FillLegend legend(&selection);
        selection.setGroups(pictureGroups(picture_));
        QVERIFY(legend.isHidden());  // mean colours explain themselves
        selection.setFill(GroupSelection::Fill::Size);
        QVERIFY(!legend.isHidden());
        QVERIFY(legend.accessibleName().contains(QLatin1String("4 patches")));
        selection.setFill(GroupSelection::Fill::Attention);
        QVERIFY(legend.accessibleName().contains(QLatin1String("Point at a word")));
        selection.setAttention({0.1F, 0.2F, 0.05F, 0.0F, 0.2F, 0.01F, 0.4F}, 0.4F);
        QVERIFY(legend.accessibleName().contains(QLatin1String("40 %")));
        selection.setFill(GroupSelection::Fill::None);
        QVERIFY(legend.isHidden());
    }

    void everyFillPaintsTheGroupsAnew() {
        GroupSelection selection;
        selection.setGroups(pictureGroups(picture_));
        selection.setAttention({0.1F, 0.2F, 0.05F, 0.0F, 0.2F, 0.01F, 0.4F}, 0.4F);
        QList<QImage> seen;
        for (const auto fill : {GroupSelection::Fill::MeanColor, GroupSelection::Fill::Distinct,
                                GroupSelection::Fill::Size, GroupSelection::Fill::Attention,
                                GroupSelection::Fill::Merging, GroupSelection::Fill::None}) {
            selection.setFill(fill);
            const QString file = folder_.filePath(QStringLiteral("fill.png"));
            QCOMPARE(ui::exportGroups(file, {{&selection, QImage(picture_)}}), QString());
            const QImage drawn(file);
            QVERIFY(!seen.contains(drawn));
            seen << drawn;
        }
    }

    /// Half way from one stage to the next every patch has the colour between its two, and a border
    /// that goes is fainter. A file has the stage that was chosen, at any time.
    void groupsFlowFromOneStageIntoTheNext() {
        GroupSelection selection;
        selection.setGroups(pictureGroups(picture_));
        selection.setOpacity(1);
        selection.setBorders(false);
        const QImage picture(picture_);
        ui::PicturePainter painter;
        const auto shown = [&](ui::PicturePainter::Purpose purpose) {
            QImage image(80, 60, QImage::Format_RGB32);
            QPainter on(&image);
            painter.paint(on, QRectF(0, 0, 80, 60), selection, Qt::red, purpose);
            return image;
        };
        const auto red = [](const QImage& image) { return qRed(image.pixel(17, 30)); };
        using Purpose = ui::PicturePainter::Purpose;
        painter.prepare(selection, picture);
        const int first = red(shown(Purpose::Screen));
        painter.beginFlow();
        selection.setStage(2);
        painter.prepare(selection, picture);
        QVERIFY(painter.flows());
        QCOMPARE(red(shown(Purpose::Screen)), first);
        const int last = red(shown(Purpose::File));
        QVERIFY(qAbs(last - first) > 20);
        painter.setFlow(0.5);
        QVERIFY(qAbs(red(shown(Purpose::Screen)) - (first + last) / 2) <= 1);
        QCOMPARE(red(shown(Purpose::File)), last);
        painter.setFlow(1);
        QVERIFY(!painter.flows());
        QCOMPARE(shown(Purpose::Screen), shown(Purpose::File));
        const auto groups = selection.groups();
        const auto change = ui::borderChange(groups, ui::patchGroups(groups, {false, 0, 0}),
                                             ui::patchGroups(groups, {false, 0, 1}));
        // Columns become halves: the middle one of three lines stays, and none comes.
        QCOMPARE(change.kept.elementCount(), 4 * 2);
        QCOMPARE(change.leaving.elementCount(), 8 * 2);
        QVERIFY(change.arriving.isEmpty());
    }

    void aStageIsReachedAtOnceWhereNoMotionIsWanted() {
        GroupSelection selection;
        ui::PictureView view(&selection);
        view.resize(400, 300);
        view.show();
        selection.setGroups(pictureGroups(picture_));
        view.setPicture(QImage(picture_));
        view.grab();
        QVERIFY(!ui::DesktopMotion::isWanted());  // nobody looks at an offscreen display
        selection.setStage(1);
        QVERIFY(!view.painter().flows());
        ui::DesktopMotion::setWanted(true);
        selection.setStage(2);
        QVERIFY(view.painter().flows());
        QTRY_VERIFY(!view.painter().flows());
        selection.setStage(0);
        QVERIFY(view.painter().flows());
        selection.setGroups(pictureGroups(picture_, 1));  // another medium ends it
        QVERIFY(!view.painter().flows());
        ui::DesktopMotion::setWanted(false);
    }

    void whatLiesUnderTheMouseStaysThereWhenZoomed() {
        const QSizeF picture(80, 60), room(400, 300);
        ui::Zoom zoom;
        const QPointF at(100, 200);
        const QRectF before = zoom.place(picture, room);
        zoom.by(3, at, picture, room);
        const QRectF after = zoom.place(picture, room);
        const auto share = [&](const QRectF& rect) {
            return QPointF((at.x() - rect.x()) / rect.width(), (at.y() - rect.y()) / rect.height());
        };
        QVERIFY((share(before) - share(after)).manhattanLength() < 1e-9);
        QCOMPARE(after.width(), before.width() * 3);
        zoom.pan({10000, 10000}, picture, room);  // no gap at an edge
        QCOMPARE(zoom.place(picture, room).topLeft(), QPointF(0, 0));
        zoom.by(1e-9, at, picture, room);
        QCOMPARE(zoom.place(picture, room), before);
        zoom.by(1e9, at, picture, room);
        QCOMPARE(zoom.factor(), ui::Zoom::kMost);
    }

    void aClickKeepsAGroupAndADragMovesThePicture() {
        GroupSelection selection;
        ui::PictureView view(&selection);
        view.resize(400, 300);
        view.show();
        selection.setGroups(pictureGroups(picture_));
        view.setPicture(QImage(picture_));
        for (int i = 0; i < 3; ++i) QTest::keyClick(&view, Qt::Key_Plus);
        QVERIFY(view.zoom().factor() > 3);
        const QRectF before = view.pictureRect();
        QTest::mousePress(&view, Qt::LeftButton, {}, QPoint(200, 150));
        QTest::mouseMove(&view, QPoint(240, 150));
        QTest::mouseMove(&view, QPoint(260, 150));
        QTest::mouseRelease(&view, Qt::LeftButton, {}, QPoint(260, 150));
        QCOMPARE(selection.pinned(), -1);
        QVERIFY(view.pictureRect().x() > before.x());
        QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(200, 150));
        QVERIFY(selection.pinned() >= 0);
        QTest::keyClick(&view, Qt::Key_0);
        QVERIFY(view.zoom().isFitted());
        QVERIFY(view.accessibleDescription().contains(QLatin1String("4 groups")));
        QVERIFY(view.accessibleDescription().contains(QLatin1String("Chosen: group")));
    }

    void theEventIsPlayedInACircle() {
        GroupSelection selection;
        ui::FramePlayer player(&selection);
        selection.setGroups(videoGroups(picture_));
        selection.setFrame(1);
        QCOMPARE(player.nextFrame(), 4);  // the event's frames are 0 1 4 5
        selection.setFrame(5);
        QCOMPARE(player.nextFrame(), 0);
        selection.setEventLevel(false);
        QCOMPARE(player.nextFrame(), 0);
        selection.setFrame(1);
        QCOMPARE(player.nextFrame(), 2);
        QCOMPARE(player.pause(), 400);
        player.toggle();
        QTRY_VERIFY(selection.unit().frame != 1);
        player.toggle();
        QVERIFY(!player.isPlaying());
        player.toggle();
        selection.setGroups(pictureGroups(picture_));  // one picture: there is nothing to play
        QVERIFY(!player.isPlaying());
    }

    void oneFrameIsNotPlayed() {
        GroupSelection selection;
        protocol::TokenGroups groups = videoGroups(picture_);
        groups.events[0].frames = {0, 1, 4};
        groups.events.push_back(groups.events[1]);
        groups.events[2].frames = {5};
        selection.setGroups(groups);
        ui::FramePlayer player(&selection);
        QVERIFY(player.isEnabled());
        selection.setFrame(5);
        QVERIFY(!player.isEnabled());
        QVERIFY(player.toolTip().contains("one frame"));
        player.toggle();  // by the space bar
        QVERIFY(!player.isPlaying());
        selection.setEventLevel(false);  // the whole clip
        QVERIFY(player.isEnabled());
        player.toggle();
        QVERIFY(player.isPlaying());
        selection.setEventLevel(true);
        QVERIFY(!player.isPlaying());
    }

    /// Two pictures that stand beside each other are one figure, with white between them.
    void twoPicturesAreExportedTogether() {
        GroupSelection first, second;
        for (GroupSelection* each : {&first, &second}) each->setGroups(pictureGroups(picture_));
        second.setStage(2);
        const QImage frame(picture_);
        const ui::GroupFigure figure{{&first, frame}, {&second, frame}};
        QCOMPARE(ui::sizeOf(figure), QSize(163, 60));  // 80, 3 and 80
        const QString file = folder_.filePath(QStringLiteral("two.png"));
        QCOMPARE(ui::exportGroups(file, figure, {1630, 300}), QString());
        const QImage out(file);
        QCOMPARE(out.size(), QSize(1630, 600));
        QCOMPARE(out.pixelColor(815, 300), QColor(Qt::white));
        QVERIFY(out.pixelColor(790, 300) != QColor(Qt::white));
        QVERIFY(out.pixelColor(840, 300) != QColor(Qt::white));
        // The second one's single group has one colour, where the first has columns.
        const auto differ = [&](int a, int b) {
            return out.pixelColor(a, 300).red() - out.pixelColor(b, 300).red();
        };
        QVERIFY(qAbs(differ(150, 650)) > qAbs(differ(980, 1480)) + 20);
        for (const char* name : {"two.svg", "two.pdf"})
            QCOMPARE(ui::exportGroups(folder_.filePath(QLatin1String(name)), figure), QString());
        QFile svg(folder_.filePath(QStringLiteral("two.svg")));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        QCOMPARE(svg.readAll().count("<image"), 2);
    }

    /// Densities of a later stage may differ in the fifth digit alone.
    void everyTickOfTheDecisionGraphSaysWhereItIs() {
        GroupSelection selection;
        ui::DecisionGraph graph(&selection);
        protocol::TokenGroups groups = pictureGroups(picture_);
        auto& density = groups.frames[0].stages[0].density;
        for (const double spread : {1.0, 4e-5, 1e-7, 0.0}) {
            for (std::size_t i = 0; i < density.size(); ++i)
                density[i] = static_cast<float>(1 - spread * double(i) / double(density.size()));
            selection.setGroups(groups);
            const QCPAxis* axis = graph.plot()->xAxis;
            QVector<double> ticks;
            QVector<QString> labels;
            axis->ticker()->generate(axis->range(), QLocale::c(), 'g', axis->numberPrecision(),
                                     ticks, nullptr, &labels);
            QVERIFY(ticks.size() >= 2);
            const double step = ticks[1] - ticks[0];
            for (qsizetype i = 0; i < ticks.size(); ++i)
                QVERIFY2(std::abs(labels[i].toDouble() - ticks[i]) < step / 100,
                         qPrintable(labels.join(QLatin1Char(' '))));
        }
        QCOMPARE(graph.plot()->xAxis->label(), QString("density ρ of the tokens"));
        graph.setShowsFrames(true);
        QCOMPARE(graph.plot()->xAxis->label(), QString("density ρ of the frames"));
    }

    void placesAreNamedAsPeopleSayThem() {
        const auto groups = pictureGroups(picture_);
        QCOMPARE(ui::placeOfGroup(groups, {false, 0, 0}, 0), QStringLiteral("left"));
        QCOMPARE(ui::placeOfGroup(groups, {false, 0, 0}, 3), QStringLiteral("right"));
        QCOMPARE(ui::placeOfGroup(groups, {false, 0, 2}, 0), QStringLiteral("all over"));
        QVERIFY(ui::describeGroups({}, {}, -1).isEmpty());
    }

    void picturesHaveTheSizeAndResolutionAskedFor() {
        GroupSelection selection;
        selection.setGroups(pictureGroups(picture_));
        const QString png = folder_.filePath(QStringLiteral("sized.png"));
        QCOMPARE(ui::exportGroups(png, {{&selection, QImage(picture_)}}, {400, 200}), QString());
        QCOMPARE(QImage(png).size(), QSize(400, 300));
        QCOMPARE(QImage(png).dotsPerMeterX(), 7874);
        const QString pdf = folder_.filePath(QStringLiteral("sized.pdf"));
        QCOMPARE(ui::exportGroups(pdf, {{&selection, QImage(picture_)}}, {400, 200}), QString());
        QFile page(pdf);
        QVERIFY(page.open(QIODevice::ReadOnly));
        const QByteArray bytes = page.readAll();
        QVERIFY(bytes.startsWith("%PDF"));
        QVERIFY(bytes.contains("/MediaBox [0 0 144"));  // 2 by 1.5 inches in points
        const QString csv = folder_.filePath(QStringLiteral("groups.csv"));
        QCOMPARE(ui::exportGroups(csv, {{&selection, QImage()}}), QString());
        QFile table(csv);
        QVERIFY(table.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = table.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 1 + 4 + 2 + 1);
        QCOMPARE(lines[1], QByteArray("frame,0,0,0,4,0,0.1,1"));
    }
};

UNIVI_QT_TEST(GroupDrawingTest)
#include "drawing_test.moc"
