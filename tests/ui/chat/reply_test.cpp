#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextList>
#include <QTextTable>

#include "tests/ui/qt_test.h"
#include "tests/ui/support.h"
#include "ui/chat/code_block.h"
#include "ui/chat/flow_text.h"
#include "ui/chat/reply_parts.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

/// What models write: every kind of block, one after another.
const char* const kReply = R"(Here is **what** I see in `main.py`.

## Steps

1. Install it:
   ```bash
   pip install "x[all]"
   ```
2. Run it
   - with *care*
   - twice

| Thing | Count | Share |
|:------|------:|:-----:|
| cat & dog | 2 | 0.5 |
| horse \| mare | 1 | 0.25 |

```python
def area(w, h):
    # a_b * c_d
    return w * h

print(area(2, 3))
```

3. third of the list
4. fourth

> A *quoted* line
> goes on.
> ```js
> let a = 1;
>
> a > 2;
> ```
> Quoted still.

See [the page](https://example.com/a_very/long?path=of&an=address_that_goes_on) for more, x * y = z.

- [x] done
- [ ] open

---

The end.)";

QString documentOf(const FlowText& text) {
    QString out;
    for (QTextBlock b = text.document()->begin(); b.isValid(); b = b.next()) {
        const QTextBlockFormat f = b.blockFormat();
        out += QStringLiteral("%1|%2|%3|%4|%5|%6\n")
                   .arg(b.text())
                   .arg(b.textList() ? b.textList()->format().indent() : 0)
                   .arg(f.headingLevel())
                   .arg(f.indent())
                   .arg(f.topMargin())
                   .arg(QTextCursor(b).currentTable() != nullptr);
    }
    return out;
}

}  // namespace

/// How replies are read: Markdown with lists, tables and code, whole and while they grow.
class ReplyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void partsCoverTheReply() {
        const QString reply = QString::fromUtf8(kReply);
        const QList<ReplyPart> parts = splitReply(reply);
        QVERIFY(parts.size() >= 9);
        for (int i = 1; i < parts.size(); ++i) QCOMPARE(parts[i].start, parts[i - 1].end);
        QCOMPARE(parts.first().start, 0);
        QCOMPARE(parts.last().end, int(reply.size()));
        QStringList codes, languages;
        for (const ReplyPart& part : parts)
            for (const CodeFence& fence : part.fences) {
                codes << fence.code;
                languages << fence.language;
                QCOMPARE(fence.source_of.size(), fence.code.size());
                for (int i = 0; i < fence.code.size(); ++i)
                    QCOMPARE(reply[fence.source_of[i]], fence.code[i]);
            }
        QCOMPARE(codes, (QStringList{"pip install \"x[all]\"",
                                     "def area(w, h):\n    # a_b * c_d\n    return w * h\n\n"
                                     "print(area(2, 3))",
                                     "let a = 1;\n\na > 2;"}));
        QCOMPARE(languages, (QStringList{"bash", "python", "js"}));
    }

    void fencesOfAllForms_data() {
        QTest::addColumn<QString>("reply");
        QTest::addColumn<QStringList>("codes");
        QTest::newRow("tildes") << "~~~\na ``` b\n~~~" << QStringList{"a ``` b"};
        QTest::newRow("four") << "````\n```\nx\n```\n````\nafter" << QStringList{"```\nx\n```"};
        QTest::newRow("never closed") << "text\n```c++\nint x;\n" << QStringList{"int x;"};
        QTest::newRow("right after text") << "Do:\n```\nls\n```\nthen" << QStringList{"ls"};
        QTest::newRow("on the list's line") << "- ```sh\n  ls -l\n  ```" << QStringList{"ls -l"};
        QTest::newRow("outdented end") << "1. a\n   ```\n   b\n```\nc" << QStringList{"b"};
        QTest::newRow("empty") << "```\n```" << QStringList{""};
        QTest::newRow("two") << "```\na\n```\n```\nb\n```" << QStringList{"a", "b"};
        QTest::newRow("inline is none") << "```code``` inline" << QStringList{};
        QTest::newRow("blank lines inside") << "```\na\n\n\nb\n```" << QStringList{"a\n\n\nb"};
        QTest::newRow("quoted") << "> ```sh\n> ls\n> ```" << QStringList{"ls"};
        QTest::newRow("quoted after text")
            << "> Do:\n> ~~~\n> ls\n> ~~~\n> so" << QStringList{"ls"};
        QTest::newRow("quoted without spaces") << ">```\n>a\n> b\n>```" << QStringList{"a\nb"};
        QTest::newRow("quoted keeps its indents")
            << "> ```\n> if x:\n>     y\n>\n> > z\n> ```" << QStringList{"if x:\n    y\n\n> z"};
        QTest::newRow("quoted twice") << "> > ```\n> > a\n> > ```\n> b" << QStringList{"a"};
        QTest::newRow("the quote ends first") << "> ```\n> a\nb" << QStringList{"a"};
        QTest::newRow("the quote ends with a blank line")
            << "> ```\n> a\n\nb\n\n> ```\n> c\n> ```" << QStringList{"a", "c"};
        QTest::newRow("quoted and never closed") << "> ```\n> a\n> b" << QStringList{"a\nb"};
        QTest::newRow("in a list in a quote")
            << "> 1. a\n>    ```\n>    b\n>    ```\n> 2. c" << QStringList{"b"};
        QTest::newRow("deep in a list in a quote")
            << "> 10. a\n>     ```\n>     b\n>     ```" << QStringList{"b"};
        QTest::newRow("on the line of a list in a quote")
            << "> - ```\n>   b\n>   ```" << QStringList{"b"};
        QTest::newRow("in a quote in a list")
            << "- a\n  > ```\n  > b\n  > ```\n- c" << QStringList{"b"};
        QTest::newRow("on the line of a quote in a list")
            << "1. > ```\n   > b\n   > ```\n2. c" << QStringList{"b"};
        QTest::newRow("indented in a quote is none") << ">     ```\n>     a" << QStringList{};
        QTest::newRow("markdown inside")
            << "```\n# no head\n- no list\n```" << QStringList{"# no head\n- no list"};
    }
    void fencesOfAllForms() {
        QFETCH(QString, reply);
        QFETCH(QStringList, codes);
        QStringList found;
        for (const ReplyPart& part : splitReply(reply))
            for (const CodeFence& fence : part.fences) {
                found << fence.code;
                QCOMPARE(fence.source_of.size(), fence.code.size());
                for (int i = 0; i < fence.code.size(); ++i)
                    QCOMPARE(reply[fence.source_of[i]], fence.code[i]);
            }
        QCOMPARE(found, codes);
        FlowText text;
        text.resize(500, 200);
        text.showMarkdown(reply);
        for (const QString& code : codes) QVERIFY(text.toPlainText().contains(code));
        QCOMPARE(text.findChildren<CodeBlock*>().size(), codes.size());
        FlowText grown;
        grown.resize(500, 200);
        for (int length = 1; length <= reply.size(); ++length)
            grown.showMarkdown(reply.left(length), true);
        grown.showMarkdown(reply);
        QCOMPARE(documentOf(grown), documentOf(text));
        QCOMPARE(grown.toPlainText(), text.toPlainText());
    }

    void quotedCodeStandsInItsQuote() {
        FlowText text;
        text.showMarkdown(
            "Someone wrote:\n\n> Try this\n>\n> ```python\n> x = 1\n> ```\n>\n> > ```\n> > "
            "deep\n> > ```\n> and say so\n\nThat is it.");
        text.resize(400, text.heightForWidth(400));
        text.show();
        QVERIFY(QTest::qWaitForWindowExposed(&text));
        const auto codes = text.findChildren<CodeBlock*>();
        QCOMPARE(codes.size(), 2);
        QCOMPARE(codes[0]->x(), 16);
        QCOMPARE(codes[1]->x(), 32);
        for (const CodeBlock* code : codes) {
            QVERIFY(code->isVisible());
            QVERIFY2(code->geometry().right() < text.viewport()->width(),
                     qPrintable(QString::number(code->geometry().right())));
        }
        codes[0]->findChild<CopyButton*>()->click();
        QCOMPARE(QApplication::clipboard()->text(), QString("x = 1"));
        QCOMPARE(text.toPlainText(),
                 QString("Someone wrote:\nTry this\nx = 1\ndeep\nand say so\nThat is it."));
        for (const char* words : {"Try this", "and say so"})
            QCOMPARE(text.document()->find(words).blockFormat().leftMargin(), 16.0);
        QCOMPARE(text.document()->find("That is it").blockFormat().leftMargin(), 0.0);
    }

    /// However long the code is: the words behind it know their places.
    void wordsBehindLongCodeKnowTheirSource() {
        const QString code = QString("> abc def ghi\n").repeated(100);
        const QString reply = "> ```\n" + code + "> ```\n> And behind it.";
        FlowText text;
        text.resize(600, 100);
        text.showMarkdown(reply);
        const int at = int(text.document()->toRawText().indexOf("behind"));
        QCOMPARE(text.sourcePosition(at), int(reply.indexOf("behind")));
    }

    void growingEndsAsTheWhole() {
        const QString reply = QString::fromUtf8(kReply);
        FlowText whole, grown;
        for (FlowText* text : {&whole, &grown}) text->resize(600, 100);
        whole.showMarkdown(reply);
        for (int length = 1; length <= reply.size(); ++length) {
            grown.showMarkdown(reply.left(length), true);
            QVERIFY2(!grown.toPlainText().contains("```"), qPrintable(grown.toPlainText()));
        }
        grown.showMarkdown(reply);
        QCOMPARE(documentOf(grown), documentOf(whole));
        QCOMPARE(grown.toPlainText(), whole.toPlainText());
        QCOMPARE(grown.heightForWidth(600), whole.heightForWidth(600));
        const QString shown = grown.document()->toRawText();
        for (int i = 0; i < shown.size(); ++i)
            QCOMPARE(grown.sourcePosition(i), whole.sourcePosition(i));
    }

    void whatIsFinalIsNotTouched() {
        FlowText text;
        text.resize(600, 100);
        text.showMarkdown("First paragraph.\n\nSecond", true);
        QTextCursor chosen = text.document()->find("First paragraph");
        text.setTextCursor(chosen);
        int from = 1 << 20;
        connect(text.document(), &QTextDocument::contentsChange, this,
                [&from](int position, int, int) { from = std::min(from, position); });
        text.showMarkdown("First paragraph.\n\nSecond one.\n\n- and a list\n\nthird", true);
        QVERIFY2(from >= int(QString("First paragraph.").size()),
                 qPrintable(QString::number(from)));
        QCOMPARE(text.textCursor().selectedText(), QString("First paragraph"));
    }

    void everyWordKnowsItsSource() {
        const QString reply = QString::fromUtf8(kReply);
        FlowText text;
        text.resize(600, 100);
        text.showMarkdown(reply);
        const QString shown = text.document()->toRawText();
        for (const char* word :
             {"what",     "see",      "main.py",   "Steps",  "Install",  "Run",
              "care",     "twice",    "Thing",     "Share",  "dog",      "0.25",
              "mare",     "third",    "fourth",    "quoted", "goes on.", "Quoted still",
              "the page", "for more", "x * y = z", "done",   "The end"}) {
            const QString w = QString::fromLatin1(word);
            const int at = int(shown.indexOf(w));
            QVERIFY2(at >= 0, word);
            const int source = text.sourcePosition(at);
            QVERIFY2(source >= 0 && reply.mid(source, w.size()) == w,
                     qPrintable(w + " -> " + reply.mid(std::max(0, source), 20)));
        }
    }

    void entitiesAndAddressesDoNotShiftTheRest() {
        const QString source =
            "a &amp; b, **bo**ld [t](http://x.y/then/the) then &lt;end&gt; ~~gone~~ last\\*";
        const QString shown = "a & b, bold t then <end> gone last*";
        const QVector<int> places = alignToSource(shown, source);
        const auto at = [&](const QString& word) { return places[shown.indexOf(word)]; };
        QCOMPARE(at("b,"), int(source.indexOf("b,")));
        QCOMPARE(at("bold"), int(source.indexOf("bo**ld")));
        QCOMPARE(at("ld t"), int(source.indexOf("ld [t]")));
        QCOMPARE(at("then"), int(source.indexOf(") then") + 2));
        QCOMPARE(at("end>"), int(source.indexOf("end&gt;")));
        QCOMPARE(at("gone"), int(source.indexOf("gone")));
        QCOMPARE(at("last"), int(source.indexOf("last")));
    }

    void codeIsMarkedAndHoveredInItsOwnBlock() {
        const QString source = "Look:\n\n```\nalpha\nbeta\n```\n";
        FlowText text;
        text.resize(500, 300);
        text.showMarkdown(source);
        text.show();
        QVERIFY(QTest::qWaitForWindowExposed(&text));
        auto* code = text.findChild<CodeText*>();
        QVERIFY(code);
        text.markSource(int(source.indexOf("beta")), 4);
        QCOMPARE(code->extraSelections().first().cursor.selectedText(), QString("beta"));
        text.markSource(0, 0);
        QVERIFY(code->extraSelections().isEmpty());
        QSignalSpy hovered(&text, &FlowText::sourceHovered);
        QTextCursor cursor = code->document()->find("beta");
        cursor.setPosition(cursor.selectionStart() + 1);
        const QPoint place = code->cursorRect(cursor).center() + QPoint(3, 0);
        QMouseEvent move(QEvent::MouseMove, place, code->viewport()->mapToGlobal(place),
                         Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(code->viewport(), &move);
        QVERIFY(!hovered.isEmpty());
        QCOMPARE(hovered.last().first().toInt(), int(source.indexOf("beta")) + 1);
    }

    void codeIsColouredAlikeWhileItGrowsAndWhenItIsWhole() {
        const auto colours = [](const FlowText& text) {
            QStringList all;
            const QTextDocument* document = text.findChild<CodeText*>()->document();
            for (QTextBlock line = document->begin(); line.isValid(); line = line.next())
                for (const QTextLayout::FormatRange& range : line.layout()->formats())
                    all << QStringLiteral("%1 %2 %3")
                               .arg(line.blockNumber())
                               .arg(range.start)
                               .arg(range.format.foreground().color().name());
            return all;
        };
        const QString source =
            "Look:\n\n```python\ndef f():\n    '''a\nb'''\n    return 1\n```\nSo.";
        FlowText grown, whole, other;
        for (qsizetype length = 1; length <= source.size(); ++length)
            grown.showMarkdown(source.left(length), length < source.size());
        whole.showMarkdown(source);
        QVERIFY(colours(whole).contains("2 0 " + Theme::instance().palette().code.string.name()));
        QCOMPARE(colours(grown), colours(whole));
        other.showMarkdown("```\ndef f():\n```");
        QCOMPARE(colours(other), QStringList());
    }

    void codeIsCopiedAloneAndWithTheRest() {
        FlowText text;
        text.resize(500, 300);
        text.showMarkdown("Before\n\n```python\nx = 1\ny = 2\n```\n\nAfter");
        text.findChild<CopyButton*>()->click();
        QCOMPARE(QApplication::clipboard()->text(), QString("x = 1\ny = 2"));
        text.selectAll();
        text.copy();
        QCOMPARE(QApplication::clipboard()->text(), QString("Before\nx = 1\ny = 2\nAfter"));
    }

    void everyLineOfLongCodeIsSeen() {
        FlowText text;
        text.showMarkdown("```\n" + QString("one\n").repeated(60) + QString::fromUtf8("二\n```"));
        text.resize(400, text.heightForWidth(400));
        text.show();
        QVERIFY(QTest::qWaitForWindowExposed(&text));
        text.resize(400, text.heightForWidth(400));
        auto* code = text.findChild<CodeText*>();
        QTextCursor last(code->document());
        last.movePosition(QTextCursor::End);
        QVERIFY(code->cursorRect(last).bottom() <= code->viewport()->height());
        QVERIFY(code->viewport()->height() - code->cursorRect(last).bottom() < 20);
        QCOMPARE(code->verticalScrollBar()->maximum(), 0);
    }

    void codeStandsAsFarBelowItsLanguageWhateverItsLength() {
        const auto placeIn = [](const QString& source) {
            FlowText text;
            text.showMarkdown(source);
            text.resize(400, text.heightForWidth(400));
            text.show();
            text.resize(400, text.heightForWidth(400));
            QCoreApplication::processEvents();
            auto* code = text.findChild<CodeText*>();
            return code->mapTo(text.findChild<CodeBlock*>(), QPoint(0, 0));
        };
        QCOMPARE(placeIn("```sh\nls\n```"),
                 placeIn("```sh\n" + QString("ls\n").repeated(9) + "```"));
    }

    void longLinesOfCodeScrollSideways() {
        FlowText text;
        text.showMarkdown("```\n" + QString("word ").repeated(200) + "\n```");
        text.resize(400, text.heightForWidth(400));
        text.show();
        QVERIFY(QTest::qWaitForWindowExposed(&text));
        auto* code = text.findChild<CodeText*>();
        QCOMPARE(code->blockCount(), 1);
        QVERIFY(code->width() < 400);
        QTRY_VERIFY_WITH_TIMEOUT(code->horizontalScrollBar()->maximum() > 400, kWaitMs);
        // Nothing of it is scrolled away upwards.
        QCOMPARE(code->verticalScrollBar()->maximum(), 0);
    }

    void tablesAreTables() {
        FlowText text;
        text.resize(600, 100);
        text.showMarkdown("Before\n\n| A | B |\n|---|--:|\n| one | 2 |\n| three | 4 |\n\nAfter");
        QTextTable* table = text.document()->find("three").currentTable();
        QVERIFY(table);
        QCOMPARE(table->rows(), 3);
        QCOMPARE(table->columns(), 2);
        QVERIFY(table->format().border() > 0);
        const QTextCursor right = table->cellAt(1, 1).firstCursorPosition();
        QVERIFY(right.blockFormat().alignment() & Qt::AlignRight);
        QVERIFY(text.document()->find("A").charFormat().fontWeight() > QFont::Normal);
    }

    void listsKeepTheirNumbers() {
        FlowText text;
        text.resize(600, 100);
        text.showMarkdown("1. one\n2. two\n\nBetween.\n\n3. three\n4. four");
        const QString shown = text.document()->toPlainText();
        QVERIFY2(shown.contains("3. three"), qPrintable(shown));
        QVERIFY(shown.contains("4. four"));
        QVERIFY(text.document()->find("one").currentList());
        QCOMPARE(text.document()->find("two").currentList()->itemNumber(
                     text.document()->find("two").block()),
                 1);
    }

    void codeInsideAListLeavesTheListWhole() {
        FlowText text;
        text.resize(600, 100);
        text.showMarkdown("1. one\n   ```\n   code\n   ```\n2. two\n3. three");
        QTextList* list = text.document()->find("one").currentList();
        QVERIFY(list);
        QCOMPARE(list->count(), 3);
        QCOMPARE(text.document()->find("three").currentList(), list);
        const QTextBlock code = text.document()->find("one").block().next();
        QVERIFY(!code.textList());
        QVERIFY(code.blockFormat().indent() > 0);
    }

    void linksNamedAtTheEndWork() {
        FlowText text;
        text.showMarkdown("See [here][1] first.\n\nMore", true);
        text.showMarkdown("See [here][1] first.\n\nMore\n\n[1]: https://example.com/x", false);
        QCOMPARE(text.document()->find("here").charFormat().anchorHref(),
                 QString("https://example.com/x"));
        QVERIFY(!text.toPlainText().contains("example.com"));
    }

    void aReplyThatIsReplacedIsShownAnew() {
        FlowText text;
        text.showMarkdown("Old words.\n\n```\nold\n```\n\nmore", true);
        text.showMarkdown("New", true);
        QVERIFY(!text.toPlainText().contains("ld"));
        text.showMarkdown("", true);
        QVERIFY(text.toPlainText().isEmpty());
        QVERIFY(text.document()->isEmpty());
    }
};

UNIVI_QT_TEST(ReplyTest)

}  // namespace univi::ui

#include "reply_test.moc"
