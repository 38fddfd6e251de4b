#include "ui/chat/code_block.h"

#include <QAbstractTextDocumentLayout>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <cmath>

#include "ui/chat/reply_parts.h"
#include "ui/code/code_highlighter.h"
#include "ui/widgets/build.h"
#include "ui/widgets/copy_button.h"

namespace univi::ui {
namespace {

constexpr int kHeaderHeight = 32, kSide = 12, kBottom = 10, kBar = 12;

}  // namespace

CodeText::CodeText(QWidget* parent)
    : QPlainTextEdit(parent), colours_(new CodeHighlighter(document())) {
    setObjectName(QStringLiteral("codeText"));
    setFrameShape(QFrame::NoFrame);
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabChangesFocus(true);
    setMinimumHeight(1);  // its own hint is higher than one line, which the header would pay for
    setUndoRedoEnabled(false);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    ensurePolished();
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPixelSize(QFontInfo(font()).pixelSize());
    setFont(mono);
    setTabStopDistance(4 * QFontMetricsF(mono).horizontalAdvance(QLatin1Char(' ')));
}

void CodeText::setCode(const QString& code, const QString& language) {
    colours_->setLanguage(language);
    if (code == code_) return;
    qsizetype line = 0;
    if (!code_.isEmpty() && code.startsWith(code_)) {
        line = code_.lastIndexOf(QLatin1Char('\n')) + 1;
        QTextCursor end(document());
        end.movePosition(QTextCursor::End);
        end.insertText(code.mid(code_.size()));
    } else {
        longest_ = 0;
        setPlainText(code);
    }
    code_ = code;
    const QFontMetricsF metrics(font());
    for (const QStringView& text : QStringView(code_).mid(line).split(QLatin1Char('\n')))
        longest_ = std::max(
            longest_, int(std::ceil(metrics.size(Qt::TextExpandTabs, text.toString(), 4).width())));
}

int CodeText::preferredHeight(int width) const {
    // As they are laid out: rounded up a line, and higher where a letter is of another font.
    qreal text = 0;
    for (QTextBlock line = document()->begin(); line.isValid(); line = line.next())
        text += document()->documentLayout()->blockBoundingRect(line).height();
    return int(std::ceil(text)) + 2 + (longest_ > width ? kBar : 0);
}

void CodeText::mouseMoveEvent(QMouseEvent* event) {
    QPlainTextEdit::mouseMoveEvent(event);
    const QTextCursor at = cursorForPosition(event->pos());
    // The cursor stands before or after the character under the mouse.
    const bool after = cursorRect(at).left() > event->pos().x();
    const int position = at.position() - (after ? 1 : 0);
    const bool inside = position >= at.block().position() &&
                        position < at.block().position() + at.block().length() - 1;
    Q_EMIT hovered(inside ? position : -1);
}

void CodeText::leaveEvent(QEvent* event) {
    QPlainTextEdit::leaveEvent(event);
    Q_EMIT hovered(-1);
}

/// Sideways it scrolls here, up and down the page does.
void CodeText::wheelEvent(QWheelEvent* event) {
    const QPoint delta = event->angleDelta();
    const bool sideways =
        std::abs(delta.x()) > std::abs(delta.y()) || (event->modifiers() & Qt::ShiftModifier);
    if (!sideways || horizontalScrollBar()->maximum() == 0) return event->ignore();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() -
                                    (delta.x() != 0 ? delta.x() : delta.y()));
    event->accept();
}

CodeBlock::CodeBlock(QWidget* parent)
    : QFrame(parent),
      language_(new QLabel),
      copy_(new CopyButton(tr("Copy this code"), [this] { return code_; })),
      text_(new CodeText) {
    setObjectName(QStringLiteral("codeBlock"));
    setCursor(Qt::ArrowCursor);
    language_->setProperty("type", QStringLiteral("small"));
    language_->setTextFormat(Qt::PlainText);
    QWidget* top = rowWidget({.margins = {kSide, 0, 4, 0}}, {{language_, 1}, copy_});
    top->setFixedHeight(kHeaderHeight);
    column(this, {.margins = {1, 1, 1, kBottom}, .spacing = 0},
           {top, {row({.margins = {kSide, 0, kSide, 0}}, {text_}), 1}});
    connect(text_, &CodeText::hovered, this,
            [this](int at) { Q_EMIT sourceHovered(at < 0 ? -1 : source_of_.value(at, -1)); });
}

void CodeBlock::setFence(const CodeFence& fence) {
    code_ = fence.code;
    source_of_ = fence.source_of;
    language_->setText(fence.language.left(40));
    text_->setCode(fence.code, fence.language);
    text_->setAccessibleName(fence.language.isEmpty() ? tr("Code")
                                                      : tr("Code, %1").arg(fence.language));
}

void CodeBlock::shiftSource(int by) {
    for (int& place : source_of_) place += by;
}

void CodeBlock::mark(const QVector<SourceMark>& words, const SourceMark& hovered) {
    auto marks = markSelections(text_->document(), source_of_, words);
    if (hovered.length > 0) marks += markSelections(text_->document(), source_of_, {hovered});
    text_->setExtraSelections(marks);
}

int CodeBlock::heightForWidth(int width) const {
    return 2 + kHeaderHeight + text_->preferredHeight(width - 2 * kSide - 2) + kBottom;
}

}  // namespace univi::ui
