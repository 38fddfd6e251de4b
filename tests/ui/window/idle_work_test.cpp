#include "app/desktop/idle_work.h"

#include <QKeySequenceEdit>
#include <QPointer>

#include "app/desktop/main_window.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/turn_view.h"
#include "ui/evaluation/evaluation_page.h"
#include "ui/models/models_page.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/settings_page.h"
#include "ui/training/training_page.h"

namespace univi::ui {

MainWindow::Options preparing() {
    MainWindow::Options options;
    options.engine = scriptedEngine();
    options.prepares = true;
    return options;
}

/// What is made before somebody asks for it.
class IdleWorkTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void piecesAreDoneInTheirOrderOneAtATime() {
        QList<int> done;
        // What a person does meanwhile comes between two pieces.
        const auto piece = [&](int number) {
            return [&done, number, this] {
                done << number;
                QMetaObject::invokeMethod(
                    this, [&done] { done << 0; }, Qt::QueuedConnection);
            };
        };
        QPointer<IdleWork> work = new IdleWork({piece(1), piece(2), piece(3)}, this);
        QVERIFY(done.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(done, (QList<int>{1, 0, 2, 0, 3, 0}), kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(!work, kWaitMs);
    }

    void whatIsShownIsWholeAtOnce() {
        QList<int> done;
        QWidget page;
        QPointer<IdleWork> work = new IdleWork({[&] { done << 1; }, [&] { done << 2; }}, &page);
        QWidget outside;
        IdleWork::finishFor(&outside);
        QVERIFY(done.isEmpty());
        IdleWork::finishFor(&page);
        QCOMPARE(done, (QList<int>{1, 2}));
        IdleWork::finishFor(&page);
        QTRY_VERIFY_WITH_TIMEOUT(!work, kWaitMs);
        QCOMPARE(done, (QList<int>{1, 2}));
    }

    /// After the start all pages are made and wait in their places, unseen.
    void pagesAreMadeInIdleMoments() {
        const TestHome home;
        AppSettings settings;
        MainWindow window(&settings, preparing());
        window.show();
        QVERIFY(!window.findChild<SettingsPage*>());
        QTRY_VERIFY_WITH_TIMEOUT(window.findChild<TrainingPage*>(), kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(!window.findChild<IdleWork*>(), kWaitMs);
        auto* page = window.findChild<SettingsPage*>();
        QVERIFY(page && window.findChild<ModelsPage*>() && window.findChild<EvaluationPage*>());
        QVERIFY(!page->isVisible());
        QCOMPARE(window.page(), int(MainWindow::Chat));
        QVERIFY(!page->findChildren<QKeySequenceEdit*>().isEmpty());
        QVERIFY(!window.chat()->view()->findChildren<TurnView*>().isEmpty());
        window.showPage(MainWindow::Settings);
        QVERIFY(page->isVisible());
        QCOMPARE(window.findChildren<SettingsPage*>().size(), 1);
    }

    /// The window may close in the middle of it.
    void aWindowMayCloseBefore() {
        const TestHome home;
        AppSettings settings;
        auto window = std::make_unique<MainWindow>(&settings, preparing());
        window->show();
        for (int i = 0; i < 40; ++i) {
            QTest::qWait(50);
            if (window->findChild<SettingsPage*>()) break;
        }
        window.reset();
    }
};

UNIVI_QT_TEST(IdleWorkTest)

}  // namespace univi::ui

#include "idle_work_test.moc"
