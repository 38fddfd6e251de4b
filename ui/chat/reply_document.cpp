#include "ui/chat/reply_document.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetrics>
#include <QHash>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextList>
#include <QTextTable>
#include <cmath>

#include "ui/widgets/style_sheet.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kLineHeight = 135;  ///< per cent
constexpr int kQuoteIndent = 16;

/// Copies what the Markdown reader made into the reply, block by block. (A QTextDocumentFragment
/// loses the first block's format, and the reader itself carries formats over from one part to the
/// next when it is given them together.)
class PartCopier {
  public:
    PartCopier(QTextDocument* target, const ReplyPart& part, int first_code)
        : part_(part), first_code_(first_code), to_(target), colours_(Theme::instance().palette()) {
        to_.movePosition(QTextCursor::End);
        base_pixels_ = QFontInfo(target->defaultFont()).pixelSize();
        mono_ = QFontDatabase::systemFont(QFontDatabase::FixedFont).families();
    }

    void copy(const QTextDocument& from) {
        for (auto it = from.rootFrame()->begin(); !it.atEnd(); ++it) {
            if (auto* table = qobject_cast<QTextTable*>(it.currentFrame()))
                copyTable(table);
            else if (const QTextBlock block = it.currentBlock(); block.isValid())
                if (!isTrailing(block)) copyBlock(block);
        }
    }

  private:
    /// The empty block that must follow a table; the next part brings its own.
    static bool isTrailing(const QTextBlock& block) {
        return block.length() == 1 && !block.textList() && !block.next().isValid() &&
               !block.blockFormat().hasProperty(QTextFormat::BlockTrailingHorizontalRulerWidth) &&
               block.position() > 0;
    }

    bool atStart() const { return to_.document()->characterCount() == 1; }

    /// The first block of an empty document is there already.
    void newBlock(QTextBlockFormat format) {
        if (atStart()) {
            format.setTopMargin(0);
            to_.setBlockFormat(format);
            to_.setBlockCharFormat(QTextCharFormat());
        } else {
            to_.insertBlock(format, QTextCharFormat());
        }
    }

    /// Room stands above a block, never below: the last one ends the reply.
    static int roomAbove(const QTextBlock& block) {
        if (block.blockFormat().headingLevel() > 0) return 14;
        const bool next_item =
            block.textList() && block.previous().isValid() && block.previous().textList();
        return next_item ? 4 : 8;
    }

    static void takeQuote(const QTextBlockFormat& from, QTextBlockFormat& format) {
        const int level = from.intProperty(QTextFormat::BlockQuoteLevel);
        if (level <= 0) return;
        format.setProperty(QTextFormat::BlockQuoteLevel, level);
        format.setLeftMargin(kQuoteIndent * level);
    }

    QTextBlockFormat looks(const QTextBlock& block) const {
        const QTextBlockFormat from = block.blockFormat();
        QTextBlockFormat format;
        format.setLineHeight(kLineHeight, QTextBlockFormat::ProportionalHeight);
        format.setAlignment(from.alignment());
        format.setIndent(from.indent());
        format.setHeadingLevel(from.headingLevel());
        if (block.textList()) format.setMarker(from.marker());
        format.setTopMargin(roomAbove(block));
        takeQuote(from, format);
        if (from.hasProperty(QTextFormat::BlockTrailingHorizontalRulerWidth))
            format.setProperty(QTextFormat::BlockTrailingHorizontalRulerWidth,
                               from.property(QTextFormat::BlockTrailingHorizontalRulerWidth));
        return format;
    }

    void copyBlock(const QTextBlock& block) {
        const int code = codeMarkIndex(block.text());
        if (code >= 0 && code < part_.fences.size()) return copyCode(block, code);
        QTextBlockFormat format = looks(block);
        if (isAllFixed(block)) {
            format.setBackground(colours_.window);
            if (isAllFixed(block.previous())) format.setTopMargin(0);
        }
        const QString number =
            block.textList() ? hangingNumber(block.textList(), block, format) : QString();
        newBlock(format);
        if (!number.isEmpty())
            to_.insertText(number);
        else if (block.textList())
            joinList(block.textList());
        copyText(block);
    }

    /// An object as wide as the text; in a list or a quote it stands in its indent.
    void copyCode(const QTextBlock& block, int index) {
        QTextBlockFormat format;
        format.setTopMargin(8);
        format.setBottomMargin(4);
        format.setIndent(block.textList() ? block.textList()->format().indent()
                                          : block.blockFormat().indent());
        takeQuote(block.blockFormat(), format);
        newBlock(format);
        QTextCharFormat object;
        object.setObjectType(kCodeObject);
        object.setProperty(kCodeIndex, first_code_ + index);
        to_.insertText(QString(QChar::ObjectReplacementCharacter), object);
    }

    /// Qt numbers every list from 1. A list that begins elsewhere gets its numbers as text that
    /// hangs in the indent.
    QString hangingNumber(const QTextList* list, const QTextBlock& block,
                          QTextBlockFormat& format) {
        if (part_.first_number == 1 || list->format().style() != QTextListFormat::ListDecimal ||
            list->format().indent() != 1)
            return {};
        if (!numbered_) numbered_ = list;
        if (numbered_ != list) return {};
        const QString text =
            QStringLiteral("%1.\u00A0").arg(part_.first_number + list->itemNumber(block));
        QFont font = to_.document()->defaultFont();
        format.setIndent(1);
        format.setTextIndent(-std::ceil(QFontMetricsF(font).horizontalAdvance(text)));
        return text;
    }

    void joinList(const QTextList* list) {
        const auto found = lists_.constFind(list);
        if (found != lists_.constEnd()) {
            (*found)->add(to_.block());
            return;
        }
        lists_.insert(list, to_.createList(list->format()));
    }

    static bool isAllFixed(const QTextBlock& block) {
        if (block.isValid() && block.blockFormat().hasProperty(QTextFormat::BlockCodeFence))
            return true;
        return block.isValid() && block.length() > 1 && block.blockFormat().nonBreakableLines();
    }

    void copyText(const QTextBlock& block) {
        const int heading = block.blockFormat().headingLevel();
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextFragment fragment = it.fragment();
            const QTextCharFormat from = fragment.charFormat();
            if (from.isImageFormat())
                to_.insertImage(from.toImageFormat());
            else
                to_.insertText(fragment.text(), characterLooks(from, heading, fragment.text()));
        }
    }

    QTextCharFormat characterLooks(const QTextCharFormat& from, int heading,
                                   const QString& text) const {
        QTextCharFormat format;
        if (heading > 0 || header_)
            format.setFontWeight(strongWeight(text));
        else if (from.fontWeight() > QFont::Normal)
            format.setFontWeight(QFont::Bold);
        if (from.fontItalic()) format.setFontItalic(true);
        if (from.fontStrikeOut()) format.setFontStrikeOut(true);
        if (heading > 0) {
            constexpr double kSizes[] = {1.4, 1.22, 1.1};
            format.setProperty(QTextFormat::FontPixelSize,
                               int(std::lround(base_pixels_ * kSizes[std::min(heading, 3) - 1])));
        }
        if (from.fontFixedPitch()) {
            format.setFontFamilies(mono_);
            format.setFontFixedPitch(true);
            format.setProperty(QTextFormat::FontPixelSize, int(std::lround(base_pixels_ * 0.93)));
            format.setBackground(colours_.window);
        }
        if (from.isAnchor()) {
            format.setAnchor(true);
            format.setAnchorHref(from.anchorHref());
            format.setForeground(colours_.accent);
            format.setFontUnderline(true);
        }
        return format;
    }

    void copyTable(QTextTable* table) {
        QTextTableFormat format;
        format.setBorder(1);
        format.setBorderCollapse(true);
        format.setBorderBrush(colours_.border);
        format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
        format.setCellSpacing(0);
        format.setCellPadding(6);
        format.setTopMargin(atStart() ? 0 : 10);
        format.setBottomMargin(2);
        format.setHeaderRowCount(1);
        // The frame's first character ends the block before it.
        if (atStart()) collapse();
        QTextTable* copy = to_.insertTable(table->rows(), table->columns(), format);
        for (int row = 0; row < table->rows(); ++row)
            for (int column = 0; column < table->columns(); ++column)
                copyCell(table->cellAt(row, column), copy->cellAt(row, column), row == 0);
        to_.movePosition(QTextCursor::End);
        collapse();
    }

    void copyCell(const QTextTableCell& from, QTextTableCell to, bool header) {
        header_ = header;
        if (header) {
            QTextTableCellFormat ground = to.format().toTableCellFormat();
            ground.setBackground(colours_.window);
            to.setFormat(ground);
        }
        to_ = to.firstCursorPosition();
        const QTextBlock block = from.firstCursorPosition().block();
        QTextBlockFormat format;
        format.setAlignment(block.blockFormat().alignment());
        format.setLineHeight(120, QTextBlockFormat::ProportionalHeight);
        to_.setBlockFormat(format);
        copyText(block);
        header_ = false;
    }

    /// The block that a document must have after a table takes no room until it is used.
    void collapse() {
        QTextBlockFormat format;
        format.setLineHeight(1, QTextBlockFormat::FixedHeight);
        to_.setBlockFormat(format);
        QTextCharFormat tiny;
        tiny.setProperty(QTextFormat::FontPixelSize, 1);
        to_.setBlockCharFormat(tiny);
    }

    const ReplyPart& part_;
    int first_code_;
    QTextCursor to_;
    const Palette& colours_;
    int base_pixels_ = 14;
    QStringList mono_;
    QHash<const QTextList*, QTextList*> lists_;
    const QTextList* numbered_ = nullptr;
    bool header_ = false;
};

}  // namespace

void appendPart(QTextDocument* document, const ReplyPart& part, const QString& definitions,
                int first_code) {
    static const auto features =
        QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
        QTextDocument::MarkdownNoHTML;
    QTextDocument read;
    read.setUndoRedoEnabled(false);
    read.setDefaultFont(document->defaultFont());
    // Inside an edit the reader's cursor does not look for its place on a line after every word,
    // which would make a long paragraph cost its square.
    QTextCursor edit(&read);
    edit.beginEditBlock();
    read.setMarkdown(
        definitions.isEmpty() ? part.markdown : part.markdown + QLatin1String("\n\n") + definitions,
        features);
    edit.endEditBlock();
    if (!read.isEmpty() || part.markdown.trimmed().startsWith(QLatin1Char('-')) ||
        part.markdown.trimmed().startsWith(QLatin1Char('*')))
        PartCopier(document, part, first_code).copy(read);
}

void removeFrom(QTextDocument* document, int position) {
    QTextCursor cursor(document);
    cursor.setPosition(position);
    // An empty block would take over the looks of the last one removed.
    const QTextBlockFormat looks = cursor.blockFormat();
    const QTextCharFormat characters = cursor.blockCharFormat();
    cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    cursor.removeSelectedText();
    if (cursor.blockFormat() == looks) return;
    cursor.setBlockFormat(looks);
    cursor.setBlockCharFormat(characters);
}

}  // namespace univi::ui
