// The wheel over the fields of a page.
#include <QComboBox>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

#include "tests/ui/qt_test.h"

class WheelTest : public QObject {
    Q_OBJECT
    QScrollArea page_;
    QSpinBox* number_ = new QSpinBox;
    QComboBox* choice_ = new QComboBox;

    /// One step away from the person.
    static void turn(QWidget* over) {
        const QPointF at = over->rect().center();
        QWheelEvent event(at, over->mapToGlobal(at), {}, QPoint(0, -120), Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QSpontaneKeyEvent::setSpontaneous(&event);  // as the display sends it
        qApp->notify(over, &event);
    }
    int place() const { return page_.verticalScrollBar()->value(); }

  private Q_SLOTS:
    void initTestCase() {
        auto* body = new QWidget;
        auto* column = new QVBoxLayout(body);
        number_->setValue(5);
        choice_->addItems({"one", "two", "three"});
        column->addWidget(number_);
        column->addWidget(choice_);
        column->addSpacing(2000);
        page_.setWidget(body);
        page_.resize(300, 200);
        page_.show();
        page_.setFocus();
    }

    void itScrollsThePageAndChangesNoField() {
        page_.activateWindow();
        page_.setFocus();
        QTRY_VERIFY(page_.hasFocus());
        QVERIFY(page_.verticalScrollBar()->maximum() > 0);
        for (QWidget* field : std::initializer_list<QWidget*>{number_, choice_}) {
            const int before = place();
            turn(field);
            QVERIFY(place() > before);
        }
        QCOMPARE(number_->value(), 5);
        QCOMPARE(choice_->currentIndex(), 0);
        QCOMPARE(number_->focusPolicy(), Qt::StrongFocus);
        QCOMPARE(choice_->focusPolicy(), Qt::StrongFocus);
    }

    void itChangesTheFieldThatSomebodyChose() {
        page_.activateWindow();
        number_->setFocus();
        QTRY_VERIFY(number_->hasFocus());
        const int before = place();
        turn(number_);
        QCOMPARE(number_->value(), 4);
        QCOMPARE(place(), before);
    }

    void itChangesAFieldWhereNothingScrolls() {
        QSpinBox alone;
        alone.setValue(5);
        alone.show();
        turn(&alone);
        QCOMPARE(alone.value(), 4);
    }
};

UNIVI_QT_TEST(WheelTest)
#include "wheel_test.moc"
