#include <QApplication>
#include <QClipboard>
#include <QCursor>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/focus_keeper.h"
#include "ui/widgets/hover_mender.h"

namespace univi::ui {

/// Where the keyboard, the hover look and "Copied" go: a window with a rail, a page and its field.
class FocusTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        window_ = std::make_unique<QWidget>();
        auto* column = new QVBoxLayout(window_.get());
        rail_ = new QPushButton("Rail");
        page_ = new QWidget;
        column->addWidget(rail_);
        column->addWidget(page_);
        auto* inside = new QVBoxLayout(page_);
        row_ = new QWidget;
        auto* row = new QVBoxLayout(row_);
        button_ = new QPushButton("Try again");
        row->addWidget(button_);
        field_ = new QLineEdit;
        last_ = new QPushButton("Last");
        inside->addWidget(row_);
        inside->addWidget(field_);
        inside->addWidget(last_);
        keeper_ = new FocusKeeper(page_, {field_});
        window_->show();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        button_->setFocus();
        QVERIFY(button_->hasFocus());
    }
    void cleanup() { window_.reset(); }

    void aHiddenButtonHandsOver() {
        button_->hide();
        QVERIFY(field_->hasFocus());
    }
    void aHiddenRowHandsOver() {
        row_->hide();
        QVERIFY(field_->hasFocus());
    }
    void aDisabledButtonHandsOver() {
        button_->setEnabled(false);
        QVERIFY(field_->hasFocus());
    }
    void aDisabledRowHandsOver() {
        row_->setEnabled(false);
        QVERIFY(field_->hasFocus());
    }
    void aDeletedButtonHandsOver() {
        delete button_;
        QVERIFY(field_->hasFocus());
    }
    void aDeletedRowHandsOver() {
        delete row_;
        QVERIFY(field_->hasFocus());
    }
    void theLastOfThePageHandsOverToo() {
        last_->setFocus();
        last_->hide();  // after it, the tab chain goes back to the rail
        QVERIFY(field_->hasFocus());
    }
    void aSuccessorThatIsGoneIsPassedOver() {
        field_->setEnabled(false);
        button_->hide();
        QVERIFY(last_->hasFocus());  // the page's next tab stop, never the rail
        keeper_->setSuccessors({field_, last_});
        button_->show();
        button_->setFocus();
        button_->hide();
        QVERIFY(last_->hasFocus());
    }
    void theKeeperOfTheInnerPageDecides() {
        auto* inner = new QLineEdit(row_);
        row_->layout()->addWidget(inner);
        new FocusKeeper(row_, {inner});
        QTRY_VERIFY_WITH_TIMEOUT(inner->isVisible(), kWaitMs);
        button_->setFocus();
        button_->hide();
        QVERIFY(inner->hasFocus());
        row_->hide();  // with its page the outer one decides
        QVERIFY(field_->hasFocus());
    }
    void movingTheFocusIsNobodysBusiness() {
        rail_->setFocus();
        QVERIFY(rail_->hasFocus());
        button_->hide();
        QVERIFY(rail_->hasFocus());
    }
    void aPageThatGoesAwayDoesNotHoldOn() {
        page_->hide();
        QVERIFY(rail_->hasFocus());
    }
    void aButtonThatWentAwayBehindADialogHandsOverAfterIt() {
        QWidget dialog;
        auto* inside = new QLineEdit(&dialog);
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        inside->setFocus();
        button_->hide();
        dialog.hide();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QTRY_VERIFY_WITH_TIMEOUT(field_->hasFocus(), kWaitMs);
    }

    void theHoverLookEndsWithTheMenuThatCoveredIt() {
        auto* application = static_cast<QApplication*>(QCoreApplication::instance());
        HoverMender::install(*application);
        HoverMender::install(*application);  // once is enough
        const auto enter = [this] {
            QTest::mouseMove(button_);
            QTRY_VERIFY_WITH_TIMEOUT(button_->underMouse(), kWaitMs);
        };
        enter();
        QMenu menu;
        menu.addAction("One");
        menu.popup(button_->mapToGlobal(QPoint(0, button_->height())));
        QTRY_VERIFY_WITH_TIMEOUT(menu.isVisible(), kWaitMs);
        // Nobody tells the button that the mouse has left for the menu and beyond.
        QCursor::setPos(window_->mapToGlobal(QPoint(window_->width() + 50, 5)));
        button_->setAttribute(Qt::WA_UnderMouse, true);
        menu.close();
        QTRY_VERIFY_WITH_TIMEOUT(!button_->underMouse(), kWaitMs);
    }

    void copyingIsSaidOnTheButton() {
        CopyButton copy("Copy the reply", [] { return QString("the text"); });
        QSignalSpy copied(&copy, &CopyButton::copied);
        const int narrow = copy.sizeHint().width();
        QCOMPARE(copy.accessibleName(), QString("Copy the reply"));
        copy.click();
        QCOMPARE(QApplication::clipboard()->text(), QString("the text"));
        QCOMPARE(copied.count(), 1);
        QCOMPARE(copy.text(), QString("Copied"));
        QCOMPARE(copy.accessibleName(), QString("Copied"));
        QVERIFY(copy.sizeHint().width() > narrow);
        QTRY_VERIFY_WITH_TIMEOUT(!copy.saysCopied(), kWaitMs);
        QCOMPARE(copy.accessibleName(), QString("Copy the reply"));
        QVERIFY(copy.text().isEmpty());
        QCOMPARE(copy.sizeHint().width(), narrow);
    }

    void aButtonWithATextSaysItToo() {
        const int width = button_->width();
        sayCopied(button_);
        sayCopied(button_);  // pressed again meanwhile
        QCOMPARE(button_->text(), QString("Copied"));
        QVERIFY(button_->minimumWidth() >= width);
        QTRY_COMPARE_WITH_TIMEOUT(button_->text(), QString("Try again"), kWaitMs);
    }

  private:
    std::unique_ptr<QWidget> window_;
    QPushButton *rail_ = nullptr, *button_ = nullptr, *last_ = nullptr;
    QWidget *page_ = nullptr, *row_ = nullptr;
    QLineEdit* field_ = nullptr;
    FocusKeeper* keeper_ = nullptr;
};

UNIVI_QT_TEST(FocusTest)

}  // namespace univi::ui

#include "focus_test.moc"
