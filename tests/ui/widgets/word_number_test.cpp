// Number fields whose lowest value is a word.
#include <QDoubleSpinBox>
#include <QSpinBox>
#include <QTest>

#include "tests/ui/qt_test.h"
#include "ui/widgets/word_number.h"

using namespace univi;

class WordNumberTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    /// A word reads as a placeholder, a number as a value.
    void aWordLooksLikeAPlaceholder() {
        QSpinBox box;
        ui::offerWord(&box, QStringLiteral("own"));
        box.show();
        QCOMPARE(box.text(), QString("own"));
        QVERIFY(box.property("showsWord").toBool());
        QVERIFY(box.fontInfo().italic() || box.font().italic());
        box.setValue(3);
        QVERIFY(!box.property("showsWord").toBool());
        QVERIFY(!box.font().italic());
        box.setValue(0);
        QVERIFY(box.property("showsWord").toBool());
        QDoubleSpinBox real;
        real.setRange(-0.05, 2);
        real.setValue(-0.05);
        ui::offerWord(&real, QStringLiteral("own"));
        QVERIFY(real.property("showsWord").toBool());
        real.setValue(0);
        QVERIFY(!real.property("showsWord").toBool());
        ui::offerWord(&real, QStringLiteral("own (0.2)"));  // another model's
        real.setValue(-0.05);
        QCOMPARE(real.text(), QString("own (0.2)"));
    }

    void whatIsTypedTakesThePlaceOfTheWord() {
        QWidget window;
        auto* other = new QSpinBox(&window);
        auto* box = new QSpinBox(&window);
        box->move(0, 60);
        ui::offerWord(box, QStringLiteral("own"));
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        other->setFocus();
        box->setFocus(Qt::MouseFocusReason);
        QTest::qWait(1);  // it is marked once the click is over
        QTest::keyClicks(box, QStringLiteral("12"));
        QCOMPARE(box->value(), 12);
    }

    /// The buttons that step say that it is a number's field.
    void theFieldHasButtonsToStep() {
        QSpinBox box;
        ui::offerWord(&box, QStringLiteral("own"));
        box.show();
        QTest::mouseClick(&box, Qt::LeftButton, {}, QPoint(box.width() - 8, 6));
        QCOMPARE(box.value(), 1);
        QTest::mouseClick(&box, Qt::LeftButton, {}, QPoint(box.width() - 8, box.height() - 6));
        QCOMPARE(box.value(), 0);
    }
};

UNIVI_QT_TEST(WordNumberTest)
#include "word_number_test.moc"
