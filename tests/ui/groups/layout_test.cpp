// The groups panel in little room.
#include <QAction>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "tests/ui/groups/sample_groups.h"
#include "tests/ui/qt_test.h"
#include "ui/groups/compare_pane.h"
#include "ui/groups/decision_graph.h"
#include "ui/groups/frame_strip.h"
#include "ui/groups/groups_panel.h"
#include "ui/groups/picture_view.h"
#include "ui/groups/what_if_pane.h"

using namespace univi;
using namespace univi::ui::test;

namespace {

/// Every button in sight has the room that its text wants, inside the panel.
void checkButtons(const ui::GroupsPanel& panel) {
    const auto buttons = panel.findChildren<QToolButton*>();
    QVERIFY(buttons.size() > 8);
    for (const QToolButton* button : buttons) {
        if (!button->isVisible() || qobject_cast<QLineEdit*>(button->parent())) continue;
        const QByteArray what = (button->text() + '|' + button->toolTip()).toUtf8();
        QVERIFY2(button->width() >= button->sizeHint().width(), what.constData());
        const QPoint end = button->mapTo(&panel, button->rect().bottomRight());
        QVERIFY2(end.x() < panel.width() && end.y() < panel.height(), what.constData());
    }
}

}  // namespace

class GroupsLayoutTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    QString picture_;

    /// A panel in which everything is offered, with a clip; `size`: as it is beside a chat.
    std::unique_ptr<ui::GroupsPanel> panelOf(const QSize& size) const {
        auto panel = std::make_unique<ui::GroupsPanel>();
        panel->resize(size);
        panel->whatIf();
        panel->setModelShape(6, 4);
        connect(panel.get(), &ui::GroupsPanel::phraseEntered, panel.get(), [] {});
        panel->show();
        panel->setGroups(videoGroups(picture_));
        settle();
        return panel;
    }
    static void settle() {
        for (int i = 0; i < 4; ++i) {
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            QCoreApplication::processEvents();
        }
    }
    static QToolButton* named(const ui::GroupsPanel& panel, const char* name) {
        return panel.findChild<QToolButton*>(QLatin1String(name));
    }
    static void compare(const ui::GroupsPanel& panel) {
        panel.findChild<QAction*>("comparePictures")->setChecked(true);
        settle();
    }

  private Q_SLOTS:
    void initTestCase() {
        picture_ = folder_.filePath(QStringLiteral("street.png"));
        QVERIFY(writeSamplePicture(picture_));
    }

    void nothingIsCutOrCoveredInLittleRoom_data() {
        QTest::addColumn<QSize>("size");
        QTest::newRow("window of 900x620") << QSize(286, 620);
        QTest::newRow("window of 1024x700") << QSize(370, 700);
        QTest::newRow("window of 1440x900") << QSize(400, 900);
        QTest::newRow("wide") << QSize(700, 800);
    }
    void nothingIsCutOrCoveredInLittleRoom() {
        QFETCH(QSize, size);
        const auto panel = panelOf(size);
        checkButtons(*panel);
        const auto* scroll = panel->findChild<QScrollArea*>()->verticalScrollBar();
        QCOMPARE(scroll->maximum(), 0);
        auto* picture = panel->findChild<ui::PictureView*>();
        auto* strip = panel->findChild<ui::FrameStrip*>();
        QVERIFY(picture->pictureRect().height() >= 120);
        const auto bottom = [&](const QWidget* of) {
            return of->mapTo(panel.get(), of->rect().bottomLeft()).y();
        };
        QVERIFY(bottom(picture) < strip->mapTo(panel.get(), QPoint()).y());
        compare(*panel);
        checkButtons(*panel);
        QCOMPARE(scroll->maximum(), 0);
        const auto* other = panel->findChild<ui::ComparePane*>()->view();
        QCOMPARE(other->size(), picture->size());
        QCOMPARE(other->pictureRect().size(), picture->pictureRect().size());
        QVERIFY(picture->pictureRect().height() >= 96);
        QVERIFY(bottom(other) < strip->mapTo(panel.get(), QPoint()).y());
    }

    void veryLittleRoomScrolls() {
        const auto panel = panelOf({286, 360});
        QVERIFY(panel->findChild<QScrollArea*>()->verticalScrollBar()->maximum() > 0);
        QVERIFY(panel->findChild<ui::PictureView*>()->height() >= 96);
    }

    void thePartBelowFoldsWhereTwoPicturesNeedItsRoom() {
        const auto panel = panelOf({370, 700});
        auto* graph = panel->findChild<ui::DecisionGraph*>();
        QVERIFY(graph->isVisible());
        compare(*panel);
        QVERIFY(!graph->isVisible());
        panel->resize(370, 1000);
        settle();
        QVERIFY(graph->isVisible());  // there is room again
        panel->resize(370, 700);
        settle();
        QVERIFY(!graph->isVisible());
        // A person's wish goes before.
        named(*panel, "foldLower")->click();
        QVERIFY(graph->isVisible());
        named(*panel, "foldLower")->click();
        panel->resize(370, 1000);
        settle();
        QVERIFY(!graph->isVisible());
        for (QToolButton* each : panel->findChildren<QToolButton*>())
            if (each->text() == QLatin1String("What if")) each->click();
        QVERIFY(panel->findChild<ui::WhatIfPane*>()->isVisible());
    }

    void theSearchFieldOpensOnDemandWhereItIsLow() {
        const auto panel = panelOf({370, 700});
        auto* search = panel->findChild<QLineEdit*>();
        QToolButton* find = named(*panel, "findInPicture");
        QVERIFY(!search->isVisible() && find->isVisible());
        find->click();
        QVERIFY(search->isVisible());
        search->setText(QStringLiteral("a car"));
        panel->resize(370, 900);
        QVERIFY(search->isVisible() && !find->isVisible());
        panel->resize(370, 700);  // what is looked for stays in sight
        QVERIFY(search->isVisible() && find->isChecked());
        find->click();
        QVERIFY(!search->isVisible());
        QVERIFY(search->text().isEmpty());
    }

    void aStageHasOneName() {
        const auto panel = panelOf({400, 800});
        compare(*panel);
        QStringList names;
        for (const QToolButton* each : panel->findChildren<QToolButton*>())
            if (each->accessibleName().startsWith("Stage 2")) names << each->accessibleName();
        // Of the first picture and of the second.
        QCOMPARE(names, QStringList(2, QStringLiteral("Stage 2 · 2 groups")));
    }
};

UNIVI_QT_TEST(GroupsLayoutTest)
#include "layout_test.moc"
