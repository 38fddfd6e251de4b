// A combo box whose value is wider than it is.
#include <QComboBox>
#include <QTest>

#include "tests/ui/qt_test.h"

class ComboEliderTest : public QObject {
    Q_OBJECT

    static QImage pictureOf(const QString& value, int width) {
        QComboBox combo;
        combo.addItem(value);
        combo.setAttribute(Qt::WA_DontShowOnScreen);
        combo.resize(width, 36);
        combo.show();
        return combo.grab().toImage();
    }

  private Q_SLOTS:
    /// As one that has the shorter value is painted; what fits is left alone.
    void theMiddleOfALongValueIsLeftOut() {
        const QString name = "a_wide_view_of_the_street_from_the_window_in_the_morning.jpg";
        QImage shown = pictureOf(name, 200);
        const QFontMetrics metrics(QComboBox().font());
        bool found = false;
        for (int room = 100; room < 200 && !found; ++room) {
            const QString shorter = metrics.elidedText(name, Qt::ElideMiddle, room);
            found = pictureOf(shorter, 200) == shown;
            if (found) QVERIFY(shorter.endsWith(".jpg") && shorter.startsWith("a_w"));
        }
        QVERIFY(found);
        QVERIFY(pictureOf(name, 900) != pictureOf(name.left(30), 900));
    }
};

UNIVI_QT_TEST(ComboEliderTest)

#include "combo_elider_test.moc"
