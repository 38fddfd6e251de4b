#include "ui/code/code_highlighter.h"

#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>

#include "ui/code/code_language.h"
#include "ui/code/code_scanner.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

QColor colourOf(CodeKind kind, const CodeColours& colours) {
    switch (kind) {
        case CodeKind::Comment:
            return colours.comment;
        case CodeKind::String:
            return colours.string;
        case CodeKind::Number:
            return colours.number;
        case CodeKind::Keyword:
            return colours.keyword;
        case CodeKind::Constant:
            return colours.constant;
        case CodeKind::Function:
            return colours.function;
        case CodeKind::Name:
            break;
    }
    return colours.name;
}

QString languageOf(const QTextBlock& block) {
    return block.blockFormat().stringProperty(QTextFormat::BlockCodeLanguage);
}

}  // namespace

CodeHighlighter::CodeHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) {}

void CodeHighlighter::setLanguage(const QString& name) {
    const CodeLanguage* const language = findCodeLanguage(name);
    if (language == language_) return;
    language_ = language;
    rehighlight();
}

void CodeHighlighter::highlightBlock(const QString& text) {
    if (!language_) return;
    QList<CodeSpan> spans;
    setCurrentBlockState(scanCode(*language_, text, previousBlockState(), spans));
    const CodeColours& colours = Theme::instance().palette().code;
    for (const CodeSpan& span : spans)
        setFormat(span.start, span.length, colourOf(span.kind, colours));
}

void colourFences(QTextDocument* document, const Palette& palette) {
    int state = 0;
    QTextCursor cursor(document);
    cursor.beginEditBlock();
    for (QTextBlock block = document->begin(); block.isValid(); block = block.next()) {
        const CodeLanguage* const language = findCodeLanguage(languageOf(block));
        if (!language || languageOf(block.previous()) != languageOf(block)) state = 0;
        if (!language) continue;
        QList<CodeSpan> spans;
        state = scanCode(*language, block.text(), state, spans);
        for (const CodeSpan& span : spans) {
            QTextCharFormat format;
            format.setForeground(colourOf(span.kind, palette.code));
            cursor.setPosition(block.position() + span.start);
            cursor.setPosition(block.position() + span.start + span.length,
                               QTextCursor::KeepAnchor);
            cursor.mergeCharFormat(format);
        }
    }
    cursor.endEditBlock();
}

}  // namespace univi::ui
