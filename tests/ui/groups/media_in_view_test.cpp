// Which medium the groups panel shows while others come and go, as the windows of what is live.
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/groups/sample_groups.h"
#include "tests/ui/qt_test.h"
#include "ui/groups/groups_panel.h"
#include "ui/groups/known_groupings.h"
#include "ui/groups/picture_view.h"
#include "ui/text/recording_title.h"

using namespace univi;
using namespace univi::ui::test;

class MediaInViewTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    QString picture_;

    static QString text(const ui::GroupsPanel& panel, const char* name) {
        return panel.findChild<QLabel*>(QLatin1String(name))->text();
    }
    /// A clip as a live window is: of its own file, under that number.
    protocol::TokenGroups clipOf(const char* name, int number) const {
        protocol::TokenGroups groups = videoGroups(picture_);
        groups.source = name;
        groups.medium = number;
        return groups;
    }

  private Q_SLOTS:
    void initTestCase() {
        picture_ = folder_.filePath(QStringLiteral("street.png"));
        QVERIFY(writeSamplePicture(picture_));
    }

    /// Each window of what is live is a file that goes when the next one comes.
    void windowsOfWhatIsLivePushNothingOut() {
        ui::KnownGroupings known;
        const protocol::TokenGroups lasting = pictureGroups(picture_);
        known.keep(QStringLiteral("another model"), lasting);
        protocol::TokenGroups window = lasting;
        for (int i = 0; i < int(ui::KnownGroupings::kMost) + 4; ++i) {
            if (i > 0) QFile::remove(QString::fromStdString(window.source));
            window.source = folder_.filePath(QStringLiteral("live %1.png").arg(i)).toStdString();
            QVERIFY(writeSamplePicture(QString::fromStdString(window.source)));
            known.keep(QStringLiteral("model"), window);
        }
        QVERIFY(known.find(QStringLiteral("another model"), lasting));
        QVERIFY(known.find(QStringLiteral("model"), window));
    }

    void aWordOfAnEarlierReplyShowsItsClipWhileLiveGoesOn() {
        ui::GroupsPanel panel;
        panel.resize(420, 800);
        panel.show();
        QSignalSpy shown(&panel, &ui::GroupsPanel::mediumShown);
        panel.resetGroups({clipOf("asked.mkv", 0), clipOf("live 1.mkv", 1)});
        QCOMPARE(shown.last()[0].toInt(), 1);
        const std::vector<float> looked(14, 0.02F);
        panel.setAttention({looked}, 0.02F, QStringLiteral("car"));
        panel.peek(0);
        QCOMPARE(shown.last()[0].toInt(), 0);
        QVERIFY(text(panel, "groupFacts").contains("car"));
        auto* view = panel.findChild<ui::PictureView*>();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Right);
        // The next window comes: the clip is still shown, where it was.
        panel.resetGroups({clipOf("asked.mkv", 0), clipOf("live 2.mkv", 1)});
        panel.setAttention({looked}, 0.02F, QStringLiteral("car"));
        panel.peek(0);
        QCOMPARE(shown.last()[0].toInt(), 0);
        QVERIFY(text(panel, "groupFacts").contains("car"));
        QVERIFY(view->accessibleDescription().contains("Frame 2 of 6"));
        panel.setAttention({}, 0, {});
        panel.peek(-1);
        QCOMPARE(shown.last()[0].toInt(), 1);
        QVERIFY(view->accessibleDescription().startsWith("live 2.mkv"));
    }

    void aClipThatSomebodyChoseStaysWhileLiveGoesOn() {
        ui::GroupsPanel panel;
        panel.show();
        QSignalSpy shown(&panel, &ui::GroupsPanel::mediumShown);
        panel.resetGroups({clipOf("asked.mkv", 0), clipOf("live 1.mkv", 1)});
        panel.showMedium(0);
        panel.resetGroups({clipOf("asked.mkv", 0), clipOf("live 2.mkv", 1)});
        QCOMPARE(shown.last()[0].toInt(), 0);
        panel.resetGroups({clipOf("live 3.mkv", 0)});  // it is gone
        QVERIFY(panel.findChild<ui::PictureView*>()->accessibleDescription().startsWith("live 3"));
    }

    void aRecordingIsNamedAsPeopleSayIt() {
        QCOMPARE(ui::recordingTitle("/data/This-screen-live 2026-11-30 16.55.43.902.mkv"),
                 QString("This screen live, 16:55:43"));
        QCOMPARE(ui::recordingTitle("/data/street-2.mp4"), QString("street-2.mp4"));
        ui::GroupsPanel panel;
        panel.resetGroups({clipOf("/data/USB-camera-live 2026-11-30 16.55.43.902.mkv", 0)});
        QCOMPARE(panel.findChild<QComboBox*>()->currentText(),
                 QString("USB camera live, 16:55:43"));
    }

    /// Where the word looked at what is shown, nothing else is gone to.
    void aWordThatLookedAtWhatIsShownLeavesIt() {
        ui::GroupsPanel panel;
        panel.show();
        QSignalSpy shown(&panel, &ui::GroupsPanel::mediumShown);
        panel.resetGroups({clipOf("one.mkv", 0), clipOf("two.mkv", 1)});
        const std::vector<float> looked(14, 0.02F);
        panel.setAttention({looked, looked}, 0.02F, QStringLiteral("car"));
        panel.peek(0);
        QCOMPARE(shown.last()[0].toInt(), 1);
    }
};

UNIVI_QT_TEST(MediaInViewTest)
#include "media_in_view_test.moc"
