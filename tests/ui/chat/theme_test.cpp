#include "ui/widgets/theme.h"

#include <QDialog>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QVBoxLayout>

#include "tests/ui/qt_test.h"
#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/style_sheet.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {

namespace {

/// The first and the last row of a widget's picture with something in it.
QPair<int, int> inkOf(QWidget* widget) {
    QImage image(widget->size(), QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    widget->render(&image, QPoint(), QRegion(), QWidget::RenderFlags());
    int first = -1, last = -1;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (qAlpha(image.pixel(x, y)) > 128) {
                if (first < 0) first = y;
                last = y;
            }
    return {first, last};
}

}  // namespace

class ThemeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void cleanup() { Theme::instance().setMode(Theme::Mode::System); }

    void textHasContrast_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void textHasContrast() {
        QFETCH(bool, dark);
        Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        const Palette& p = Theme::instance().palette();
        QCOMPARE(p.dark, dark);
        for (const QColor& ground : {p.window, p.surface, p.raised, p.userBubble})
            for (const QColor& text : {p.text, p.textMuted})
                QVERIFY(contrastRatio(text, ground) >= 4.5);
        QVERIFY(contrastRatio(p.text, p.accentSoft) >= 4.5);
        QVERIFY(contrastRatio(p.textOnAccent, p.accent) >= 4.5);
        for (const QColor& sign : {p.danger, p.warning, p.success, p.accent})
            for (const QColor& ground : {p.surface, p.raised})
                QVERIFY(contrastRatio(sign, ground) >= 4.5);
    }

    /// Windows have the sheet: dialogs, menus and tips with it, and another theme's too.
    void everyWindowHasTheStyleSheet() {
        const auto ground = [](const QPushButton* primary) {  // beside the text
            const QImage image = const_cast<QPushButton*>(primary)->grab().toImage();
            return image.pixelColor(image.width() / 2, 4);
        };
        const auto primaryIn = [](QWidget* window) {
            auto* layout = new QVBoxLayout(window);
            auto* inner = new QWidget;
            auto* primary = button(QStringLiteral("Go"), ButtonRole::Primary);
            (new QVBoxLayout(inner))->addWidget(primary);
            layout->addWidget(inner);
            return primary;
        };
        Theme::instance().setMode(Theme::Mode::Light);
        QWidget window;
        const QPushButton* primary = primaryIn(&window);
        window.show();
        QCOMPARE(ground(primary), Theme::instance().palette().accent);
        QDialog dialog(&window);
        const QPushButton* in_dialog = primaryIn(&dialog);
        dialog.show();
        QCOMPARE(ground(in_dialog), Theme::instance().palette().accent);
        QDialog alone;  // without a parent
        const QPushButton* in_alone = primaryIn(&alone);
        Theme::instance().setMode(Theme::Mode::Dark);
        alone.show();
        for (const QPushButton* each : {primary, in_dialog, in_alone})
            QCOMPARE(ground(each), Theme::instance().palette().accent);
        QMenu menu;
        menu.addAction(QStringLiteral("Entry"));
        menu.popup({});
        QVERIFY(!menu.styleSheet().isEmpty());
        // What is put into a window later has it as well.
        auto* late = button(QStringLiteral("Late"), ButtonRole::Primary);
        window.layout()->addWidget(late);
        QCoreApplication::processEvents();
        QCOMPARE(ground(late), Theme::instance().palette().accent);
    }

    /// Beside a button, which is higher than a line of text.
    void aNoticesTextStandsBesideItsButton() {
        NoticeBar bar;
        bar.addAction("Undo");
        bar.showNotice(NoticeBar::Kind::Info, "Deleted.");
        bar.resize(500, bar.sizeHint().height());
        auto* label = bar.findChild<WrapLabel*>();
        QVERIFY(label->height() > label->fontMetrics().height());
        QLabel other("Deleted.");  // Qt's own puts its text in the middle
        other.setFont(label->font());
        other.resize(label->size());
        QCOMPARE(inkOf(label), inkOf(&other));
    }

    void contrastOfBlackAndWhite() {
        QVERIFY(qAbs(contrastRatio(Qt::black, Qt::white) - 21.0) < 0.01);
    }

    void everyTokenIsReplaced() {
        const QString sheet =
            makeStyleSheet(Theme::instance().palette(), 14, QStringLiteral("/x.png"));
        QVERIFY(sheet.size() > 1000);
        QVERIFY2(!sheet.contains('@'),
                 qPrintable(sheet.mid(std::max<qsizetype>(0, sheet.indexOf('@')), 40)));
    }

    /// A font of Chinese is made bolder by bold alone.
    void chineseStandsOutInBold() {
        QCOMPARE(strongWeight("Models"), QFont::DemiBold);
        QCOMPARE(strongWeight(QString::fromUtf8("模型 Models")), QFont::Bold);
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::Chinese, QLocale::China));
        const QString chinese = makeStyleSheet(Theme::instance().palette(), 14, {});
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        const QString english = makeStyleSheet(Theme::instance().palette(), 14, {});
        QLocale::setDefault(before);
        QVERIFY(chinese.contains("font-weight: 700") && !chinese.contains("font-weight: 600"));
        QVERIFY(english.contains("font-weight: 600") && !english.contains("font-weight: 700"));
    }

    void iconsFollowTheTheme() {
        const QIcon send = icon(QStringLiteral("send"), IconTone::Text);
        Theme::instance().setMode(Theme::Mode::Light);
        const QImage light = send.pixmap(48, 48).toImage();
        Theme::instance().setMode(Theme::Mode::Dark);
        const QImage dark = send.pixmap(48, 48).toImage();
        QVERIFY(light != dark);
        int drawn = 0;
        for (int y = 0; y < dark.height(); ++y)
            for (int x = 0; x < dark.width(); ++x) drawn += qAlpha(dark.pixel(x, y)) > 128;
        QVERIFY(drawn > 50);
    }

    void neighbouringGroupsDiffer() {
        for (int i = 0; i < 63; ++i) {
            const int a = Theme::groupColor(i).hue(), b = Theme::groupColor(i + 1).hue();
            const int apart = std::min(qAbs(a - b), 360 - qAbs(a - b));
            QVERIFY(apart > 60);
        }
    }
};

UNIVI_QT_TEST(ThemeTest)

}  // namespace univi::ui

#include "theme_test.moc"
