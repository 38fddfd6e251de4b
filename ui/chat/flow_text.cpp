#include "ui/chat/flow_text.h"

#include <QAbstractTextDocumentLayout>
#include <QDesktopServices>
#include <QMimeData>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocumentFragment>
#include <QWheelEvent>
#include <cmath>

#include "ui/chat/code_block.h"
#include "ui/chat/reply_document.h"

namespace univi::ui {
namespace {

constexpr QChar kCaret(0x258C);  ///< while words come; no part of the text itself
constexpr int kIndent = 28, kLeastCodeWidth = 120;

/// Where a growing reply ends; not inside code, and not where it would change what it stands in.
void addCaret(ReplyPart& part) {
    if (part.is_code()) return;
    while (part.markdown.endsWith(QLatin1Char('\n'))) part.markdown.chop(1);
    // The empty line of a quote stands behind the code in it.
    qsizetype end = part.markdown.size();
    while (end > 0 && QStringView(u"\n> ").contains(part.markdown[end - 1])) --end;
    if (end > 0 && codeMarkIndex(part.markdown.mid(end - 1, 1)) < 0) part.markdown += kCaret;
}

/// The width that a block of code has in its document.
int codeWidth(const QTextDocument& document, const QTextBlock& block) {
    const QTextBlockFormat format = block.blockFormat();
    const double indent = format.indent() * document.indentWidth() + format.leftMargin();
    return std::max(kLeastCodeWidth, int(document.textWidth() - indent) - 1);
}

}  // namespace

FlowText::FlowText(QWidget* parent) : QTextBrowser(parent) {
    setFrameShape(QFrame::NoFrame);
    setOpenLinks(false);
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    document()->setIndentWidth(kIndent);
    document()->documentLayout()->registerHandler(kCodeObject, this);
    connect(this, &QTextEdit::selectionChanged, this, &FlowText::reportSelection);
    connect(this, &QTextBrowser::anchorClicked, this, [](const QUrl& url) {
        const QString scheme = url.scheme();
        if (scheme == QLatin1String("https") || scheme == QLatin1String("http"))
            QDesktopServices::openUrl(url);
    });
}

void FlowText::showMarkdown(const QString& source, bool growing) {
    const QString definitions = linkDefinitions(source);
    if (!markdown_ || definitions != definitions_ || !goesOn(source)) restart();
    markdown_ = true;
    definitions_ = definitions;
    source_ = source;
    growing_ = growing;
    QList<ReplyPart> parts = splitReply(source, frozen_.source, growing);
    const bool same_code = tail_is_code_ && parts.size() == 1 && parts.first().is_code();
    if (same_code) {
        codeBlock(frozen_.codes)->setFence(parts.first().fences.first());
        document()->markContentsDirty(code_positions_.last(), 1);
    } else {
        renderTail(std::move(parts), growing);
    }
    fit();
}

/// What is final of the shown text stands at the start of the new one too.
bool FlowText::goesOn(const QString& source) const {
    return QStringView(source).startsWith(QStringView(source_).left(frozen_.source));
}

void FlowText::restart() {
    ensurePolished();
    document()->clear();
    document()->setDefaultFont(font());
    frozen_ = {};
    hovered_mark_ = {};
    words_.clear();
    if (!extraSelections().isEmpty()) setExtraSelections({});
    source_of_.clear();
    tail_is_code_ = false;
    collectCodes(0, {});
}

void FlowText::renderTail(QList<ReplyPart> parts, bool growing) {
    const Frozen before = frozen_;
    QTextCursor edit(document());
    edit.beginEditBlock();
    removeFrom(document(), frozen_.position);
    if (growing && !parts.isEmpty()) addCaret(parts.last());
    int codes = frozen_.codes;
    for (const ReplyPart& part : parts) {
        // All before the last part stays as it is.
        frozen_ = {part.start, document()->characterCount() - 1, codes};
        for (const CodeFence& fence : part.fences) codeBlock(codes++)->setFence(fence);
        append(part);
    }
    tail_is_code_ = !parts.isEmpty() && parts.last().is_code();
    edit.endEditBlock();
    collectCodes(codes, before);
}

void FlowText::append(const ReplyPart& part) {
    const int from = document()->characterCount() - 1;
    appendPart(document(), part, definitions_, frozen_.codes);
    mapSource(part, from);
}

void FlowText::mapSource(const ReplyPart& part, int from) {
    const int end = document()->characterCount() - 1;
    QString shown(end - from, QChar::ParagraphSeparator);
    for (QTextBlock block = document()->findBlock(from); block.isValid(); block = block.next()) {
        const QString text = block.text();
        for (int i = std::max(0, from - block.position()); i < text.size(); ++i)
            shown[block.position() + i - from] = text[i];
    }
    source_of_.resize(from);
    // Code is shown by its own blocks: what is looked for here stands around it.
    QString around = source_.mid(part.start, part.end - part.start);
    for (const CodeFence& fence : part.fences)
        for (const int place : fence.source_of)
            if (QChar& c = around[place - part.start]; c != QLatin1Char('\n')) c = QLatin1Char(' ');
    for (const int place : alignToSource(shown, around))
        source_of_ << (place < 0 ? -1 : place + part.start);
}

CodeBlock* FlowText::codeBlock(int index) {
    while (codes_.size() <= index) {
        auto* code = new CodeBlock(viewport());
        connect(code, &CodeBlock::sourceHovered, this, &FlowText::hover);
        codes_ << code;
    }
    return codes_[index];
}

/// Finds the places of the first `count` blocks of code, those after `from` anew; what is beyond
/// them is not needed any more.
void FlowText::collectCodes(int count, const Frozen& from) {
    while (codes_.size() > count) {
        codes_.last()->hide();
        codes_.takeLast()->deleteLater();
    }
    code_positions_.resize(std::min(from.codes, count));
    for (QTextBlock block = document()->findBlock(from.position);
         block.isValid() && code_positions_.size() < count; block = block.next())
        if (codeIndexAt(block.position()) == code_positions_.size())
            code_positions_ << block.position();
}

int FlowText::codeIndexAt(int position) const {
    if (document()->characterAt(position) != QChar::ObjectReplacementCharacter) return -1;
    QTextCursor cursor(document());
    cursor.setPosition(position + 1);
    const QTextCharFormat format = cursor.charFormat();
    return format.objectType() == kCodeObject ? format.intProperty(kCodeIndex) : -1;
}

void FlowText::showPlain(const QString& source) {
    restart();
    source_ = source;
    markdown_ = growing_ = false;
    document()->setPlainText(source);
    QTextBlockFormat format;
    format.setLineHeight(135, QTextBlockFormat::ProportionalHeight);
    QTextCursor all(document());
    all.select(QTextCursor::Document);
    all.setBlockFormat(format);
    fit();
}

int FlowText::sourcePosition(int documentPosition) const {
    if (markdown_) return source_of_.value(documentPosition, -1);
    return documentPosition < source_.size() ? documentPosition : -1;
}

void FlowText::markSource(int start, int length) {
    const SourceMark mark{start, length};
    if (mark == hovered_mark_) return;
    hovered_mark_ = mark;
    showMarks();
}

void FlowText::markWords(const QVector<SourceMark>& words) {
    if (words.isEmpty() && words_.isEmpty()) return;
    words_ = words;
    showMarks();
}

/// The word under the mouse stands above the others.
void FlowText::showMarks() {
    const bool hovered = hovered_mark_.length > 0;
    QList<QTextEdit::ExtraSelection> marks = markSelections(document(), source_of_, words_);
    if (hovered) marks += markSelections(document(), source_of_, {hovered_mark_});
    setExtraSelections(marks);
    for (CodeBlock* code : codes_) code->mark(words_, hovered_mark_);
}

void FlowText::clearSelection() {
    QTextCursor cursor = textCursor();
    if (!cursor.hasSelection()) return;
    cursor.clearSelection();
    setTextCursor(cursor);
}

void FlowText::reportSelection() {
    const QTextCursor cursor = textCursor();
    int first = -1, last = -1;
    for (int i = cursor.selectionStart(); i < cursor.selectionEnd(); ++i) {
        const int place = sourcePosition(i);
        if (place < 0) continue;
        first = first < 0 ? place : std::min(first, place);
        last = std::max(last, place);
    }
    const std::pair<int, int> now = first < 0 ? std::pair(0, 0) : std::pair(first, last + 1);
    if (now == selected_) return;
    selected_ = now;
    Q_EMIT sourceSelected(now.first, now.second);
}

int FlowText::idealWidth(int limit) const {
    const QFontMetricsF metrics(font());
    double width = 0;
    for (const QString& line : source_.left(4096).split(QLatin1Char('\n'))) {
        width = std::max(width, metrics.horizontalAdvance(line));
        if (width > limit) return limit;
    }
    return std::min(limit, int(std::ceil(width)) + 4);
}

int FlowText::heightForWidth(int width) const {
    // Setting it, even to what it is, lays out everything again.
    if (document()->textWidth() != width) document()->setTextWidth(width);
    const int height = int(std::ceil(document()->size().height()));
    placeCodes();
    return height;
}

QSize FlowText::sizeHint() const {
    return {QTextBrowser::sizeHint().width(), heightForWidth(std::max(40, viewport()->width()))};
}
QSize FlowText::minimumSizeHint() const {
    return {40, 0};
}

/// As wide as the text of its block.
QSizeF FlowText::intrinsicSize(QTextDocument* document, int position, const QTextFormat& format) {
    CodeBlock* code = codes_.value(format.intProperty(kCodeIndex));
    if (!code) return {};
    const int width = codeWidth(*document, document->findBlock(position));
    return QSizeF(width, code->heightForWidth(width));
}

void FlowText::placeCodes() const {
    const QAbstractTextDocumentLayout* layout = document()->documentLayout();
    for (int i = 0; i < code_positions_.size() && i < codes_.size(); ++i) {
        const QTextBlock block = document()->findBlock(code_positions_[i]);
        const QPointF corner = layout->blockBoundingRect(block).topLeft();
        const QTextLine line = block.layout()->lineAt(0);
        if (!line.isValid()) continue;
        const int width = codeWidth(*document(), block);
        codes_[i]->setGeometry(int(std::lround(corner.x() + line.x())),
                               int(std::lround(corner.y() + line.y())), width,
                               codes_[i]->heightForWidth(width));
        codes_[i]->show();
    }
}

/// An empty answer would send QTextDocument to read the file itself: a blank picture keeps
/// it from there.
QVariant FlowText::loadResource(int type, const QUrl&) {
    if (type != QTextDocument::ImageResource) return QByteArray("");
    QPixmap blank(1, 1);
    blank.fill(Qt::transparent);
    return blank;
}

QString FlowText::textBetween(int start, int end) const {
    QTextCursor range(document());
    range.setPosition(start);
    range.setPosition(end, QTextCursor::KeepAnchor);
    QString text = range.selection().toPlainText();
    int code = 0;
    while (code < code_positions_.size() && code_positions_[code] < start) ++code;
    for (qsizetype at = 0; (at = text.indexOf(QChar::ObjectReplacementCharacter, at)) >= 0;) {
        if (code >= code_positions_.size()) break;
        const QString& inserted = codes_[code++]->code();
        text.replace(at, 1, inserted);
        at += inserted.size();
    }
    return text;
}

QString FlowText::toPlainText() const {
    return textBetween(0, document()->characterCount() - 1);
}

QMimeData* FlowText::createMimeDataFromSelection() const {
    const QTextCursor cursor = textCursor();
    const bool has_code =
        std::any_of(code_positions_.cbegin(), code_positions_.cend(), [&cursor](int position) {
            return position >= cursor.selectionStart() && position < cursor.selectionEnd();
        });
    if (!has_code) return QTextBrowser::createMimeDataFromSelection();
    auto* data = new QMimeData;
    data->setText(textBetween(cursor.selectionStart(), cursor.selectionEnd()));
    return data;
}

void FlowText::resizeEvent(QResizeEvent* event) {
    QTextBrowser::resizeEvent(event);
    placeCodes();
}

/// What is shown changed, and so may the height.
void FlowText::fit() {
    if (isVisible()) placeCodes();
    updateGeometry();
}

void FlowText::mouseMoveEvent(QMouseEvent* event) {
    QTextBrowser::mouseMoveEvent(event);
    const QPointF point =
        event->position() + QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
    hover(sourcePosition(document()->documentLayout()->hitTest(point, Qt::ExactHit)));
}

/// A click, not the end of a selection.
void FlowText::mouseReleaseEvent(QMouseEvent* event) {
    QTextBrowser::mouseReleaseEvent(event);
    const bool is_click = event->button() == Qt::LeftButton && !textCursor().hasSelection();
    if (is_click && hovered_ >= 0 && anchorAt(event->pos()).isEmpty())
        Q_EMIT sourceClicked(hovered_);
}

void FlowText::leaveEvent(QEvent* event) {
    QTextBrowser::leaveEvent(event);
    hover(-1);
}

void FlowText::hover(int position) {
    if (position == hovered_) return;
    hovered_ = position;
    Q_EMIT sourceHovered(position);
}

/// The page scrolls, not the bubble.
void FlowText::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

/// Keys that scroll are the page's; with Shift they select here.
void FlowText::keyPressEvent(QKeyEvent* event) {
    static const QList<int> scrolls{Qt::Key_Up,       Qt::Key_Down, Qt::Key_PageUp,
                                    Qt::Key_PageDown, Qt::Key_Home, Qt::Key_End};
    if (scrolls.contains(event->key()) && !(event->modifiers() & Qt::ShiftModifier))
        event->ignore();
    else
        QTextBrowser::keyPressEvent(event);
}

void FlowText::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    const bool looks =
        event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange;
    if (!looks || restyling_ || source_.isEmpty()) return;
    restyling_ = true;
    const QString source = source_;
    const QVector<SourceMark> words = words_;
    if (markdown_) {
        restart();
        showMarkdown(source, growing_);
        markWords(words);
    } else {
        showPlain(source);
    }
    restyling_ = false;
}

}  // namespace univi::ui
