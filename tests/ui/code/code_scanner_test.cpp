#include "ui/code/code_scanner.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

#include "tests/ui/qt_test.h"
#include "ui/code/code_highlighter.h"
#include "ui/code/code_language.h"
#include "ui/widgets/style_sheet.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

/// One letter a character: c comment, s string, n number, k keyword, t constant, f function, a
/// name, . none of them.
QString kindsOf(const QString& language, const QString& code) {
    const CodeLanguage* const found = findCodeLanguage(language);
    if (!found) return QStringLiteral("unknown");
    QStringList lines;
    int state = 0;
    for (const QString& line : code.split('\n')) {
        QList<CodeSpan> spans;
        state = scanCode(*found, line, state, spans);
        QString kinds(line.size(), '.');
        for (const CodeSpan& span : spans)
            kinds.replace(span.start, span.length,
                          QString(span.length, QLatin1Char("csnktfa"[int(span.kind)])));
        lines << kinds;
    }
    return lines.join('\n');
}

/// The colours of all characters of a document, as they are drawn.
QString coloursOf(const QTextDocument& document) {
    QString said;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        for (const QTextLayout::FormatRange& range : block.layout()->formats())
            said += QStringLiteral("%1+%2 %3, ")
                        .arg(range.start)
                        .arg(range.length)
                        .arg(range.format.foreground().color().name());
        said += '\n';
    }
    return said;
}

const char* const kPython =
    "import os\n\n@cache\ndef area(r: float):\n    \"\"\"Of a circle,\n    r > 0.\"\"\"\n"
    "    return 3.14 * r ** 2  # about\n\nprint(f'{area(2)}')";

}  // namespace

/// What of code is coloured, and how.
class CodeScannerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void linesHaveTheirKinds_data();
    void linesHaveTheirKinds() {
        QFETCH(QString, language);
        QFETCH(QString, code);
        QFETCH(QString, kinds);
        QCOMPARE(kindsOf(language, code), kinds);
    }

    void languagesHaveTheirUsualNames() {
        const QList<QStringList> same{{"c", "C++", "cpp", "h", "cuda"},
                                      {"python", "py", "Python3", "{.python", "python,linenos"},
                                      {"js", "javascript", "jsx", "tsx"},
                                      {"TypeScript", "ts"},
                                      {"php", "PHP"},
                                      {"ruby", "rb"},
                                      {"bash", "sh", "shell", "zsh", "console"},
                                      {"rust", "rs", "rust,no_run"},
                                      {"html", "xml", "svg"},
                                      {"yaml", "YML"},
                                      {"sql", "SQLite", "postgresql"},
                                      {"go", "golang"},
                                      {"json", "jsonc"}};
        for (const QStringList& names : same)
            for (const QString& name : names) {
                QVERIFY2(findCodeLanguage(name), qPrintable(name));
                QCOMPARE(findCodeLanguage(name), findCodeLanguage(names.first()));
            }
        for (const char* unknown : {"", "text", "brainfuck", "{}", "…"})
            QVERIFY2(!findCodeLanguage(unknown), unknown);
    }

    /// Whatever stands in a line, its time is that of its length.
    void noLineTakesLong() {
        const QStringList parts{
            "=<a b={", "<a>", "}",    "[[a", "<<<A ", "(/[", "\\",       "/*",       "R\"x(",
            ")x",      "<",   "<!--", "&",   "${",    "'''", "#",        "<<A ",     "- ",
            "\"",      "`",   "a:",   "{'",  "|",     "0x",  "<script>", "</script>"};
        for (const char* name :
             {"cpp", "python", "js", "json", "bash", "rust", "go", "java", "sql", "html", "yaml",
              "css", "swift", "kotlin", "c#", "php", "ruby", "toml"})
            for (const QString& part : parts) {
                const QString line = part.repeated(100'000);
                QList<CodeSpan> spans;
                QElapsedTimer clock;
                clock.start();
                int state = 0;
                for (int i = 0; i < 3; ++i)
                    state = scanCode(*findCodeLanguage(name), line, state, spans);
                QVERIFY2(clock.elapsed() < 500, qPrintable(QString(name) + " " + part));
                if (!spans.isEmpty())
                    QVERIFY(spans.last().start + spans.last().length <= kColouredLine);
            }
    }

    /// Spans come in order, do not overlap and stay inside the line, at every cut of a text.
    void everyBeginningOfATextIsScanned() {
        const QString text =
            "#include <a>\nR\"x(a\n)\" )x\" 'b' \"c\\\n/* d */ <p a='b\nc'>&amp;<script>\nlet a = "
            "`x\ny` / /z/;</script>\n- a: |\n  b\n#[derive] r#\"s\n\"#\ncat <<'E'\nF\nE\n\"\"\"q\n";
        for (const char* name :
             {"cpp", "python", "js", "json", "bash", "rust", "html", "yaml", "php", "ruby", "toml"})
            for (qsizetype length = 0; length <= text.size(); ++length) {
                int state = 0;
                for (const QString& line : text.left(length).split('\n')) {
                    QList<CodeSpan> spans;
                    state = scanCode(*findCodeLanguage(name), line, state, spans);
                    int end = 0;
                    for (const CodeSpan& span : spans) {
                        QVERIFY2(span.start >= end && span.length > 0, name);
                        end = span.start + span.length;
                    }
                    QVERIFY(end <= line.size());
                    QVERIFY(state >= 0);
                }
            }
    }

    void whatGrowsIsColouredAsWhatIsWhole() {
        const QString code = QString::fromUtf8(kPython);
        QTextDocument grown, whole;
        grown.documentLayout();  // without one a document tells nobody of its changes
        whole.documentLayout();
        CodeHighlighter grows(&grown), stays(&whole);
        grows.setLanguage("python");
        stays.setLanguage("python");
        whole.setPlainText(code);
        QVERIFY(coloursOf(whole).contains(Theme::instance().palette().code.keyword.name()));
        QTextCursor end(&grown);
        for (const QChar c : code) end.insertText(c);
        QCOMPARE(coloursOf(grown), coloursOf(whole));
        grows.setLanguage("brainfuck");
        QCOMPARE(coloursOf(grown), QString(grown.blockCount(), '\n'));
    }

    void coloursCanBeRead() {
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().setMode(mode);
            const Palette& p = Theme::instance().palette();
            for (const QColor& colour :
                 {p.code.comment, p.code.string, p.code.number, p.code.keyword, p.code.constant,
                  p.code.function, p.code.name})
                QVERIFY2(contrastRatio(colour, p.window) >= 4.5, qPrintable(colour.name()));
        }
        Theme::instance().setMode(Theme::Mode::System);
    }

    void fencesOfAPageAreColoured() {
        QTextDocument page;
        page.setMarkdown("Text with if\n\n```python\nif a: # b\n```\n\n```\nif a: # b\n```\n");
        colourFences(&page, Theme::light());
        const QString html = page.toHtml();
        const QString comment = Theme::light().code.comment.name();
        QVERIFY2(html.contains("color:" + comment + ";\"># b<"), qPrintable(html));
        QCOMPARE(html.count(comment), 1);
        QCOMPARE(html.count(Theme::light().code.keyword.name()), 1);
    }
};

void CodeScannerTest::linesHaveTheirKinds_data() {
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("kinds");
    const auto row = [](const char* name, const char* language, const char* code,
                        const char* kinds) { QTest::newRow(name) << language << code << kinds; };
    row("C++", "cpp", "#include <vector>  // x\nint main() { return f(0x1F, 1'000, 'a'); }",
        "kkkkkkkk.ssssssss..cccc\nttt.ffff.....kkkkkk.f.nnnn..nnnnn..sss....");
    row("comment over lines", "c", "a /* b\nif \"c\" \nd */ if", "..cccc\nccccccc\ncccc.kk");
    row("comment without an end", "c", "/*\n*\nx", "cc\nc\nc");
    row("string without an end", "c", "s = \"abc\nif", "....ssss\nkk");
    row("string that a sign goes on with", "c", "\"ab\\\ncd\" if", "ssss\nsss.kk");
    row("sign at the end of a string", "c", "\"\\\"\" if \"\\", "ssss.kk.ss");
    row("raw string", "cpp", "auto s = R\"q(a)\"\n\" )q\" if;", "kkkk.....sssssss\nsssss.kk.");
    row("Python", "py", "@dec\ndef f(x=1.5e-3): # c\n  return rb'\\'' if x.if_ else None",
        "aaaa\nkkk.f...nnnnnn...ccc\n..kkkkkk.ssssss.kk.......kkkk.tttt");
    row("Python, three quotes", "python", "a = \"\"\"b\n'c' \"\"d\n\"\"\" or",
        "....ssss\nsssssss\nsss.kk");
    row("JavaScript", "js", "const r = s.replace(/[/'\"]/g, `a\n${b}`) / 2 // c",
        "kkkkk.......fffffff.sssssss...ss\nsssss....n.cccc");
    row("TypeScript", "ts", "let a: number = $b(null)", "kkk....tttttt...ff.tttt.");
    row("JSON", "json", "{\"a\" : [-1.5, true, \"b:\\\"\"]}", ".aaa.....nnn..tttt..ssssss..");
    row("Shell", "bash", "for f in *.txt; do echo \"$f\" $x ${y#z} --in a#b # c",
        "kkk...kk........kk......ssss.aa.aaaaaa..........ccc");
    row("Shell's text", "sh", "cat <<'EOF' | sort\nif $x\nEOF\nfi",
        "....kkkkkkk.......\nsssss\nkkk\nkk");
    row("Shell's word", "sh", "cat <<< \"a\"\nif", "........sss\nkk");
    row("Shell, a quote over lines", "sh", "echo 'a\\\nb' if", ".....sss\nss.kk");
    row("Rust", "rust", "fn f<'a>(x: &'a str) { println!(\"{}\", 'x'); /* /* */ c */ let }",
        "kk...aa......aa.ttt....fffffff..ssss..sss...ccccccccccccc.kkk..");
    row("Rust, raw", "rs", "r#\"a\"\n\"# mut", "sssss\nss.kkk");
    row("Go", "go", "var s = `a\n\\` + 'b' // c", "kkk.....ss\nss...sss.cccc");
    row("Java", "java", "@Override public String s() { return \"\"\"\n a\"\"\"; }",
        "aaaaaaaaa.kkkkkk.tttttt.f.....kkkkkk.sss\nsssss...");
    row("SQL", "sql", "SELECT count(*) FROM t WHERE a = 'it''s' -- c",
        "kkkkkk.fffff....kkkk...kkkkk.....sssssss.cccc");
    row("CSS", "css", "a:hover { color: #fff; margin: 1.5em } /* c */",
        "a.........aaaaa..tttt..aaaaaa..nnnnn...ccccccc");
    row("HTML", "html", "<!-- a\n--> <p class=\"b\nc\" d>e &amp; f</p>",
        "cccccc\nccc.kk.aaaaa.ss\nss.ak..ttttt..kkkk");
    row("HTML, a script", "html", "<script src='a'>\nlet a = \"</p>\"; // b\n</script><p>",
        "kkkkkkk.aaa.sssk\nkkk.....ssssss..cccc\nkkkkkkkkkkkk");
    row("HTML, a style", "html", "<style>/* a\nb */ p { top: 1px }</style>",
        "kkkkkkkcccc\ncccc.....aaa..nnn..kkkkkkkk");
    row("YAML", "yaml", "---\n# c\na-b: \"c\"  # d\n- e: 1.5\n- f # g",
        "kkk\nccc\naaa..sss..ccc\n..a..nnn\n....ccc");
    row("YAML, a text", "yml", "- run: |\n    if a # b\n\n  name: yes\nx: {y: no, z: [1, 'a']}",
        "..aaa..k\n....ssssssss\n\n..aaaa..ttt\na...a..tt..a...n..sss..");
    row("PHP", "php", "<?php\n$a = \"b\"; // c\n#[A]\nfunction f(?int $x) { return null; } # d",
        "..kkk\naa...sss..cccc\n....\nkkkkkkkk.f..ttt.aa....kkkkkk.tttt....ccc");
    row("PHP's text", "php", "$a = <<<'EOT'\nif $x\nEOT;\nif", "aa...kkkkkkkk\nsssss\nkkkk\nkk");
    row("Ruby", "rb", "def f(x) # c\n  @a = :b, 'c', /d'/\n  A::B << x unless x\nend",
        "kkk.f....ccc\n..aa...tt..sss..ssss\n............kkkkkk..\nkkk");
    row("Ruby's text", "ruby", "a = <<~SQL\n  if\nSQL\nend", "....kkkkkk\nssss\nkkk\nkkk");
    row("Ruby, a comment over lines", "ruby", "=begin\nif\n=end\nif", "cccccc\ncc\ncccc\nkk");
    row("TOML", "toml", "[a.b] # c\nd-e = \"f\"\ng = [true, -1.5, 'h\\']\n[[i]]",
        "kkkkk.ccc\naaa...sss\na....tttt...nnn..ssss.\nkkkkk");
    row("TOML, a text", "toml", "a = \"\"\"b\n[c]\n\"\"\"\nd = 1", "a...ssss\nsss\nsss\na...n");
    row("JSX", "jsx", "return <p id=\"a\" b={c ? 'd' : 1}>Don't if {x} </p>; // e",
        "kkkkkk.kk.aa.sss.a......sss...n.k.............kkkk..cccc");
    row("JSX over lines", "js",
        "const a = (\n  <>\n    <b\n      c='d'\n    >if {x.map(i => (\n      <i key={i} />\n    "
        "))} or</b>\n  </>\n);\nif",
        "kkkkk......\n..kk\n....kk\n......a.sss\n....k......fff.......\n"
        "......kk.aaa.....kk\n..........kkkk\n..kkk\n..\nkk");
    row("TSX, types", "tsx", "const f = <T,>(x: Array<T>) => x < 1 && y > 2; if",
        "kkkkk..............................n........n..kk");
    row("neither one nor the other", "text", "if", "unknown");
}

UNIVI_QT_TEST(CodeScannerTest)

}  // namespace univi::ui

#include "code_scanner_test.moc"
