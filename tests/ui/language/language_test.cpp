#include "ui/text/language.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QSpinBox>
#include <QTabBar>
#include <QTableView>
#include <QTextBrowser>
#include <algorithm>

#include "app/desktop/main_window.h"
#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "training/options/option_form.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_problems.h"
#include "ui/chat/composer.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/turn_view.h"
#include "ui/evaluation/evaluation_page.h"
#include "ui/groups/groups_panel.h"
#include "ui/media/samples.h"
#include "ui/settings/app_settings.h"
#include "ui/text/translate.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/training_page.h"

namespace univi::ui {
namespace {

template <typename Ancestor>
bool isIn(const QWidget* widget) {
    for (; widget != nullptr; widget = widget->parentWidget())
        if (qobject_cast<const Ancestor*>(widget)) return true;
    return false;
}

/// The texts that a widget shows, says to a screen reader, or has in its lists.
QStringList textsOf(const QWidget* widget) {
    QStringList texts{widget->toolTip(), widget->accessibleName(), widget->accessibleDescription()};
    if (widget->isWindow()) texts << widget->windowTitle();
    if (auto* button = qobject_cast<const QAbstractButton*>(widget)) texts << button->text();
    if (auto* label = qobject_cast<const QLabel*>(widget)) texts << label->text();
    if (auto* group = qobject_cast<const QGroupBox*>(widget)) texts << group->title();
    if (auto* edit = qobject_cast<const QLineEdit*>(widget)) texts << edit->placeholderText();
    if (auto* edit = qobject_cast<const QPlainTextEdit*>(widget)) texts << edit->placeholderText();
    if (auto* box = qobject_cast<const QSpinBox*>(widget))
        texts << box->prefix() << box->suffix() << box->specialValueText();
    if (auto* box = qobject_cast<const QDoubleSpinBox*>(widget))
        texts << box->prefix() << box->suffix() << box->specialValueText();
    if (auto* bar = qobject_cast<const QTabBar*>(widget))
        for (int i = 0; i < bar->count(); ++i) texts << bar->tabText(i);
    // The choices of a training setting are the values of its flag.
    if (auto* combo = qobject_cast<const QComboBox*>(widget); combo && !isIn<OptionField>(combo))
        for (int i = 0; i < combo->count(); ++i) texts << combo->itemText(i);
    if (auto* header = qobject_cast<const QHeaderView*>(widget); header && header->model())
        for (int i = 0; i < header->count(); ++i)
            texts << header->model()->headerData(i, header->orientation()).toString();
    for (const QAction* action : widget->actions()) texts << action->text() << action->toolTip();
    return texts;
}

bool hasChinese(const QString& text) {
    static const QRegularExpression chinese(QStringLiteral("[\\x{4e00}-\\x{9fff}]"));
    return chinese.match(text).hasMatch();
}

/// What stays as it is in any language: names, formats, units, keys, types and values of files.
bool isName(const QString& text) {
    static const QRegularExpression names(QStringLiteral(
        "UniVi Studio|UniVi demo|English|Hugging Face|LoRA (alpha|dropout)|LoRA|DeepSpeed|POPE|"
        "ScienceQA|Markdown|LaTeX|CSV|JSON|PDF|PNG|SVG|HTML|TF32|CPU|GPU|Ctrl|Shift|Enter|Return|"
        "Esc|Del|Alt|Adam\\w* (beta|epsilon)|Top-[pk]|Llama|Chat-UniVi\\S*|CLIP\\S*|MIT|dpi|"
        "[a-z0-9_.-]+/[\\w.-]+|/\\S*|https?:\\S*|\\$\\{PATH\\}|--\\w+|<[^>]*>|"
        "\\S*\\.(png|mp4|json|jsonl|bin|csv|svg|pdf)\\b"));
    static const QRegularExpression values(QStringLiteral(
        "^(auto|cpu|cuda(:\\d)?|cuda, cuda:N|int[48]|simple|default|Up|auto[、, ].*)$"));
    static const QRegularExpression word(QStringLiteral("[A-Za-z]{3,}"));
    return values.match(text).hasMatch() || !QString(text).remove(names).contains(word);
}

/// What the demo model is asked: it knows English only.
bool isSampleQuestion(const QString& text) {
    for (const Sample& sample : readSamples(samplesFolder()))
        if (sample.question == text) return true;
    return false;
}

QStringList englishIn(const QWidget* root) {
    QStringList found;
    QList<const QWidget*> widgets = root->findChildren<const QWidget*>();
    widgets << root;
    for (const QWidget* widget : widgets) {
        // What people and models say, and what files hold, is shown as it is.
        if (qobject_cast<const QTextBrowser*>(widget)) continue;
        // The columns of a published table are called as there.
        if (widget->inherits("QHeaderView") && isIn<EvaluationPage>(widget)) continue;
        for (QString text : textsOf(widget)) {
            text.remove(QLatin1Char('&'));
            if (!hasChinese(text) && !isName(text) && !isSampleQuestion(text))
                found << QStringLiteral("%1 %2: %3")
                             .arg(QLatin1String(widget->metaObject()->className()),
                                  widget->objectName(), text);
        }
    }
    found.removeDuplicates();
    return found;
}

}  // namespace

class LanguageTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void cleanup() { installLanguage(Language::English); }

    void theFirstLanguageThatTheWindowSpeaks_data() {
        QTest::addColumn<QStringList>("wished");
        QTest::addColumn<QString>("spoken");
        QTest::newRow("none") << QStringList{} << "en";
        QTest::newRow("C") << QStringList{"C"} << "en";
        QTest::newRow("Chinese") << QStringList{"zh-CN", "zh-Hans-CN", "zh", "en-US"} << "zh_CN";
        QTest::newRow("Singapore") << QStringList{"zh-SG"} << "zh_CN";
        QTest::newRow("Chinese alone") << QStringList{"zh"} << "zh_CN";
        QTest::newRow("second wish") << QStringList{"de-DE", "zh-Hans"} << "zh_CN";
        QTest::newRow("English before") << QStringList{"en-GB", "zh-CN"} << "en";
        QTest::newRow("traditional") << QStringList{"zh-Hant-TW", "zh-TW"} << "en";
        QTest::newRow("Hong Kong") << QStringList{"zh-HK"} << "en";
        QTest::newRow("German") << QStringList{"de-DE", "de"} << "en";
    }
    void theFirstLanguageThatTheWindowSpeaks() {
        QFETCH(QStringList, wished);
        QFETCH(QString, spoken);
        QCOMPARE(toString(languageAmong(wished)), spoken);
    }

    void namesOfLanguagesComeBack() {
        for (const Language each :
             {Language::System, Language::English, Language::SimplifiedChinese})
            QVERIFY(languageFrom(toString(each)) == each);
        QVERIFY(!languageFrom(QStringLiteral("fr")));
    }

    void theChoiceIsKept() {
        const TestHome home;
        QVERIFY(AppSettings().language() == Language::System);
        AppSettings().setLanguage(Language::SimplifiedChinese);
        QVERIFY(AppSettings().language() == Language::SimplifiedChinese);
    }

    void englishCountsHaveTwoForms() {
        installLanguage(Language::English);
        QCOMPARE(ui::tr("%Ln patch(es)", nullptr, 1), QString("1 patch"));
        QCOMPARE(ui::tr("%Ln patch(es)", nullptr, 2), QString("2 patches"));
        QCOMPARE(ui::tr("%Ln group(s)", nullptr, 0), QString("0 groups"));
        const char* question = "The reply was not finished, so %Ln question(s) go on waiting.";
        QCOMPARE(ChatProblems::tr(question, nullptr, 1),
                 QString("The reply was not finished, so 1 question goes on waiting."));
        QCOMPARE(ChatProblems::tr(question, nullptr, 3),
                 QString("The reply was not finished, so 3 questions go on waiting."));
    }

    void chineseHasOneForm() {
        installLanguage(Language::SimplifiedChinese);
        QCOMPARE(ui::tr("%Ln patch(es)", nullptr, 1), QString("1 个图块"));
        QCOMPARE(ui::tr("%Ln patch(es)", nullptr, 2), QString("2 个图块"));
        QCOMPARE(QLocale().language(), QLocale::Chinese);
        installLanguage(Language::English);
        QVERIFY(QLocale().language() != QLocale::Chinese);
        QCOMPARE(ui::tr("%Ln patch(es)", nullptr, 1), QString("1 patch"));
    }

    /// Named, so that a font of Japanese does not stand in for it.
    void aFontOfSimplifiedChineseIsChosen() {
        const QStringList families = QApplication::font().families();
        const QStringList known{"Noto Sans CJK SC",    "Noto Sans SC",      "Source Han Sans SC",
                                "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback"};
        QVERIFY2(std::ranges::any_of(known, [&](auto name) { return families.contains(name); }),
                 qPrintable(families.join(", ") + "; fonts-wqy-microhei has one"));
        QVERIFY(QFontMetrics(QApplication::font()).inFont(QChar(0x8bcd)));
    }

    void everyTrainingSettingHasChinese() {
        installLanguage(Language::SimplifiedChinese);
        for (const training::OptionGroup& group : training::option_form())
            for (const training::OptionFace& face : group.faces) {
                const std::string label = face.label;
                for (const char* text : {group.title, label.c_str(), face.unit, face.row->help}) {
                    const QString said = QCoreApplication::translate("univi::training", text);
                    QVERIFY2(!*text || hasChinese(said) || isName(said), text);
                }
            }
    }

    void noPageIsLeftInEnglish() {
        installLanguage(Language::SimplifiedChinese);
        const TestHome home;
        AppSettings settings;
        MainWindow::Options options;
        options.engine = scriptedEngine();
        MainWindow window(&settings, options);
        window.resize(1280, 800);
        window.show();
        window.begin();
        QTRY_COMPARE_WITH_TIMEOUT(window.engine()->state(), EngineClient::State::Ready, kWaitMs);
        window.chat()->addMedia({home.picture("cat.png")});
        auto* editor = window.chat()->composer()->findChild<QPlainTextEdit*>();
        editor->setPlainText(QStringLiteral("它是什么？"));
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(!window.chat()->model()->isBusy(), kWaitMs);
        for (int page = MainWindow::Chat; page <= MainWindow::Settings; ++page)
            window.showPage(page);
        window.training()->newRun();
        QStringList found = englishIn(&window);
        window.showPage(MainWindow::Eval);
        window.evaluation()->newEvaluation();
        QTest::keySequence(&window, QKeySequence("F1"));
        for (const QWidget* dialog : window.findChildren<QDialog*>()) found << englishIn(dialog);
        found.removeDuplicates();
        for (const QString& text : found) qWarning("%s", qUtf8Printable(text));
        QVERIFY(found.isEmpty());
    }
};

UNIVI_QT_TEST(LanguageTest)

}  // namespace univi::ui

#include "language_test.moc"
