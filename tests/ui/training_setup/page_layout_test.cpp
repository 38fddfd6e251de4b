// The page in windows of every size, and with the keyboard alone.
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QScrollArea>
#include <QScrollBar>
#include <QToolButton>

#include "page_support.h"
#include "tests/ui/qt_test.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/setup/option_form_view.h"
#include "ui/training/setup/setup_side.h"
#include "ui/training/setup/value_editor.h"

namespace univi::ui {
namespace {

/// A picture for people, where $UNIVI_SCREENSHOTS says.
void photograph(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("UNIVI_SCREENSHOTS");
    if (folder.isEmpty()) return;
    QTest::qWait(400);
    widget.grab().save(QDir(folder).filePath(name + ".png"));
}

/// Long paths and errors, as a person meets them.
QString troubledCommand(const SetupHome& home) {
    const QString folder =
        home.path("a-folder-with-a-very-long-name-that-nobody-would-type-but-clusters-make/" +
                  QString(90, 'x'));
    return QStringLiteral(
               "univi-train --model_name_or_path %1/base --vision_tower %1/tower --output_dir "
               "%1/out "
               "--pretrain_mm_mlp_adapter %1/mm_projector.bin --datasets %1/sets.json "
               "--dataset_use one "
               "--learning_rate 5000 --bf16 True --fp16 True")
        .arg(folder);
}

QWidget* visibleWidget(QWidget& page, const QString& accessibleName) {
    for (QWidget* each : page.findChildren<QWidget*>())
        if (each->isVisible() && each->accessibleName() == accessibleName) return each;
    return nullptr;
}

}  // namespace

class SetupPageLayoutTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fitsEverySize_data() {
        QTest::addColumn<QSize>("size");
        // The page beside the rail and the list of runs, in windows of 1280x800, 1024x700,
        // 1440x900,
        // 800x600 and 3840x2160.
        for (const QSize& size : {QSize(906, 800), QSize(650, 700), QSize(1066, 900),
                                  QSize(427, 600), QSize(3466, 2160)})
            QTest::newRow(qPrintable(QString::number(size.width()))) << size;
    }

    /// Nothing scrolls sideways, nothing is cut, on any tab and however long the paths are.
    void fitsEverySize() {
        QFETCH(QSize, size);
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(size);
        page.show();
        QCOMPARE(page.size(), size);
        photograph(page, QStringLiteral("begin-%1").arg(size.width()));
        page.setFromCommand(troubledCommand(home));
        page.checkNow();
        for (const auto tab : {RunSetupPage::Settings, RunSetupPage::Data, RunSetupPage::Devices}) {
            page.showTab(tab);
            QCoreApplication::processEvents();
            QCOMPARE(page.size(), size);
            photograph(page, QStringLiteral("tab%1-%2").arg(int(tab)).arg(size.width()));
            for (QScrollArea* area : page.findChildren<QScrollArea*>()) {
                if (!area->isVisible()) continue;
                QVERIFY2(area->widget()->minimumSizeHint().width() <= area->viewport()->width(),
                         qPrintable(QStringLiteral("tab %1: %2 > %3")
                                        .arg(int(tab))
                                        .arg(area->widget()->minimumSizeHint().width())
                                        .arg(area->viewport()->width())));
                QCOMPARE(area->horizontalScrollBar()->maximum(), 0);
            }
            for (QWidget* each : page.findChildren<QPushButton*>())
                if (each->isVisible())
                    QVERIFY2(each->width() >= each->minimumSizeHint().width(),
                             qPrintable(static_cast<QPushButton*>(each)->text()));
        }
        page.showTab(RunSetupPage::Settings);
        for (const char* name : {"model_name_or_path", "output_dir", "learning_rate"}) {
            QWidget* editor = page.fields()->field(name)->editor();
            QVERIFY2(editor->width() >= 120, name);
            // The label stands beside or above its editor, never under it.
            QVERIFY(editor->x() > 100 || editor->y() > 10);
        }
        page.showSide(true);
        QCoreApplication::processEvents();
        photograph(page, QStringLiteral("side-%1").arg(size.width()));
        QVERIFY(page.side()->isVisible() && page.side()->width() >= 280);
        QCOMPARE(page.size(), size);
    }

    void sideFoldsAndStandsInsteadWhereNarrow() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(906, 800);
        page.show();
        page.setFromCommand(troubledCommand(home));
        QVERIFY(page.side()->isVisible() && page.fields()->isVisible());
        page.showSide(false);
        QVERIFY(!page.side()->isVisible());
        QCoreApplication::processEvents();
        const int width = page.fields()->width();
        page.resize(650, 700);
        QVERIFY(!page.side()->isVisible());
        page.showSide(true);
        QVERIFY(page.side()->isVisible() && !page.fields()->isVisible());
        // What leads to a field comes back to the settings.
        page.take({RunCheck::Level::Error, "x", "y", {}, "learning_rate"});
        QVERIFY(page.fields()->isVisible() && !page.side()->isVisible());
        page.resize(906, 800);
        QCoreApplication::processEvents();
        QCOMPARE(page.fields()->width(), width);  // still folded, as the person left it
    }

    /// Keyboard only: what was pressed goes away, and the next thing to do has the focus.
    void focusStaysInThePage() {
        SetupHome home;
        QWidget window;
        auto* rail = new QToolButton(&window);
        RunSetupPage page(optionsOf(home), &window);
        page.setGeometry(80, 0, 906, 800);
        rail->setFocusPolicy(Qt::StrongFocus);
        window.resize(990, 800);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        page.setFocus();
        QVERIFY(page.isAncestorOf(QApplication::focusWidget()));  // the first preset
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QCOMPARE(QApplication::focusWidget(), visibleWidget(page, "Name of the run"));
        // Tab never leaves a field without its label in sight.
        page.form()->replace(home.tiny());
        page.form()->apply({{"bf16", "True"},
                            {"fp16", "True"},
                            {"group_by_length", "True"},
                            {"shuffle", "False"}});
        page.checkNow();
        QCoreApplication::processEvents();
        for (int i = 0; i < 2; ++i) {
            QPushButton* fix = nullptr;
            for (QPushButton* each : page.side()->findChildren<QPushButton*>())
                if (!fix && each->isVisible() && !each->accessibleDescription().isEmpty())
                    fix = each;
            QVERIFY(fix);
            fix->setFocus();
            QTest::keyClick(fix, Qt::Key_Space);
            QVERIFY2(QApplication::focusWidget(),
                     qPrintable(QStringLiteral("after button %1, %2 checks are left")
                                    .arg(i)
                                    .arg(page.checks().size())));
            QVERIFY2(page.isAncestorOf(QApplication::focusWidget()), "the focus left the page");
        }
        QCOMPARE(QApplication::focusWidget(), button(page, "Start"));
    }

    /// With the focus, as a click leaves it: the pop-up is as high as its rows.
    void comboPopupsShowEveryRow() {
        QWidget window;
        window.resize(600, 700);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        for (const int rows : {1, 2, 3, 5, 9}) {
            QComboBox box(&window);
            for (int i = 0; i < rows; ++i) box.addItem(QStringLiteral("row %1").arg(i));
            box.setCurrentIndex(rows / 2);
            box.move(50, 300);
            box.show();
            box.setFocus();
            box.showPopup();
            QTRY_VERIFY(box.view()->isVisible());
            QCoreApplication::processEvents();
            const QAbstractItemView* view = box.view();
            const auto rect = [&](int row) { return view->visualRect(box.model()->index(row, 0)); };
            QVERIFY2(rect(rows - 1).bottom() - rect(0).top() < view->viewport()->height(),
                     qPrintable(QStringLiteral("%1 rows do not fit").arg(rows)));
            QCOMPARE(view->verticalScrollBar()->maximum(), 0);
            box.hidePopup();
        }
    }
};

UNIVI_QT_TEST(SetupPageLayoutTest)

}  // namespace univi::ui

#include "page_layout_test.moc"
