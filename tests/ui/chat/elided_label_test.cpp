#include "ui/widgets/elided_label.h"

#include "tests/ui/qt_test.h"
#include "ui/media/media_kind.h"

using univi::ui::ElidedLabel;

class ElidedLabelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void shortensWhatDoesNotFit();
    void takesTheShorterText();
    void takesTheFirstOfSeveralThatFits();
    void forgetsTheShorterTextOfAnotherText();
    void showsNothingWhereNoLetterFits();
    void longNamesOfFilesKeepTheirEnds();

  private:
    static int width(const ElidedLabel& label, const QString& text) {
        return label.fontMetrics().horizontalAdvance(text) + 1;
    }
    static void resize(ElidedLabel& label, int width) { label.resize(width, 40); }
};

void ElidedLabelTest::shortensWhatDoesNotFit() {
    ElidedLabel label("A sentence of several words");
    resize(label, width(label, label.text()));
    QCOMPARE(label.shown(), label.text());
    resize(label, width(label, "A sentence of"));
    QVERIFY(label.shown().startsWith("A sent") && label.shown().endsWith(QStringLiteral("…")));
}

void ElidedLabelTest::longNamesOfFilesKeepTheirEnds() {
    using univi::ui::shortName;
    QCOMPARE(shortName("/home/me/cat.png"), "cat.png");
    const QString name = shortName("/home/me/" + QString("holiday ").repeated(20) + "beach.png");
    QCOMPARE(name.size(), 48);
    QVERIFY(name.startsWith("holiday holiday ") && name.endsWith("holiday beach.png"));
    const QString faces = shortName(QString::fromUtf8("😀").repeated(60) + ".png");
    QVERIFY(faces.isValidUtf16() && faces.endsWith(QString::fromUtf8("😀.png")));
    QCOMPARE(univi::ui::namesOf({"/a/" + name, "/a/b.png"}), name + " and b.png");
}

void ElidedLabelTest::takesTheShorterText() {
    ElidedLabel label;
    label.setTextOrShorter("Enter sends, Shift+Enter starts a new line", "Enter sends");
    QCOMPARE(label.text(), "Enter sends, Shift+Enter starts a new line");
    resize(label, width(label, label.text()));
    QCOMPARE(label.shown(), label.text());
    resize(label, width(label, label.text()) - 5);
    QCOMPARE(label.shown(), "Enter sends");
    resize(label, width(label, "Enter"));
    QVERIFY(label.shown().endsWith(QStringLiteral("…")));
}

void ElidedLabelTest::takesTheFirstOfSeveralThatFits() {
    ElidedLabel label;
    label.setTexts({"demo · 31 tok/s · first word 0.9 s", "demo · 31 tok/s", "demo"});
    resize(label, width(label, "demo · 31 tok/s · first"));
    QCOMPARE(label.shown(), "demo · 31 tok/s");
    resize(label, width(label, "demo · 3"));
    QCOMPARE(label.shown(), "demo");
    QCOMPARE(label.text(), "demo · 31 tok/s · first word 0.9 s");
}

void ElidedLabelTest::forgetsTheShorterTextOfAnotherText() {
    ElidedLabel label;
    label.setTextOrShorter("Enter sends, Shift+Enter starts a new line", "Enter sends");
    label.setText("The model is read; the question waits for it.");
    resize(label, width(label, "The model is read;"));
    QVERIFY(label.shown().startsWith("The model"));
}

void ElidedLabelTest::showsNothingWhereNoLetterFits() {
    ElidedLabel label("A title");
    resize(label, width(label, QStringLiteral("…")));
    QCOMPARE(label.shown(), "");
}

UNIVI_QT_TEST(ElidedLabelTest)
#include "elided_label_test.moc"
