#include "ui/chat/flow_text.h"

#include <QAbstractTextDocumentLayout>
#include <QDesktopServices>
#include <QFontDatabase>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocumentFragment>
#include <QWheelEvent>
#include <cmath>

#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

/// How far Markdown's own signs may push a character apart from its place in the source.
constexpr int kAlignWindow = 96;

bool isLayoutSpace(QChar c) {
    return c.isSpace() || c == QChar::ObjectReplacementCharacter;
}

}  // namespace

FlowText::FlowText(QWidget* parent) : QTextBrowser(parent) {
    setFrameShape(QFrame::NoFrame);
    setOpenLinks(false);
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextBrowserInteraction);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    connect(this, &QTextBrowser::anchorClicked, this, [](const QUrl& url) {
        const QString scheme = url.scheme();
        if (scheme == QLatin1String("https") || scheme == QLatin1String("http"))
            QDesktopServices::openUrl(url);
    });
}

void FlowText::showMarkdown(const QString& source) {
    source_ = source;
    markdown_ = true;
    const auto features = QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                          QTextDocument::MarkdownNoHTML;
    document()->setDefaultFont(font());
    document()->setMarkdown(source, features);
    styleBlocks();
    alignSource();
    fitHeight();
}

void FlowText::showPlain(const QString& source) {
    source_ = source;
    markdown_ = false;
    document()->setDefaultFont(font());
    document()->setPlainText(source);
    styleBlocks();
    alignSource();
    fitHeight();
}

/// Room between lines and paragraphs and a ground behind code: Qt's Markdown brings none.
void FlowText::styleBlocks() {
    const Palette& palette = Theme::instance().palette();
    const QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        const bool code = format.hasProperty(QTextFormat::BlockCodeFence) ||
                          format.hasProperty(QTextFormat::BlockCodeLanguage);
        format.setTopMargin(0);
        format.setBottomMargin(!markdown_ || code || !block.next().isValid() ? 0
                               : block.textList()                            ? 4
                                                                             : 8);
        format.setLineHeight(135, QTextBlockFormat::ProportionalHeight);
        if (code) format.setBackground(palette.window);
        cursor.setBlockFormat(format);
        if (!code) continue;
        cursor.select(QTextCursor::BlockUnderCursor);
        QTextCharFormat characters;
        characters.setFontFamilies({mono.family()});
        cursor.mergeCharFormat(characters);
    }
}

/// Walks document and source together. What Markdown drops (signs) is skipped in the source, what
/// it adds (spaces between blocks) in the document.
void FlowText::alignSource() {
    const QString shown = document()->toRawText();
    source_of_.fill(-1, shown.size());
    int from = 0;
    for (int i = 0; i < shown.size(); ++i) {
        if (isLayoutSpace(shown[i]) || shown[i] == QChar::ParagraphSeparator) continue;
        const int end = int(std::min<qsizetype>(source_.size(), from + kAlignWindow));
        int at = from;
        while (at < end && source_[at] != shown[i]) ++at;
        if (at >= end) continue;
        source_of_[i] = at;
        from = at + 1;
    }
}

int FlowText::sourcePosition(int documentPosition) const {
    return source_of_.value(documentPosition, -1);
}

void FlowText::markSource(int start, int length) {
    QList<QTextEdit::ExtraSelection> marks;
    int first = -1, last = -1;
    for (int i = 0; i < source_of_.size() && length > 0; ++i) {
        if (source_of_[i] < start || source_of_[i] >= start + length) continue;
        if (first < 0) first = i;
        last = i;
    }
    if (first >= 0) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(document());
        mark.cursor.setPosition(first);
        mark.cursor.setPosition(last + 1, QTextCursor::KeepAnchor);
        mark.format.setBackground(Theme::instance().palette().accentSoft);
        marks << mark;
    }
    setExtraSelections(marks);
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

QSize FlowText::sizeHint() const {
    return {QTextBrowser::sizeHint().width(), height()};
}
QSize FlowText::minimumSizeHint() const {
    return {40, minimumHeight()};
}

/// An empty answer would send QTextDocument to read the file itself: a blank picture keeps it from
/// there.
QVariant FlowText::loadResource(int type, const QUrl&) {
    if (type != QTextDocument::ImageResource) return QByteArray("");
    QPixmap blank(1, 1);
    blank.fill(Qt::transparent);
    return blank;
}

void FlowText::resizeEvent(QResizeEvent* event) {
    QTextBrowser::resizeEvent(event);
    if (event->oldSize().width() != event->size().width()) fitHeight();
}

void FlowText::fitHeight() {
    document()->setTextWidth(viewport()->width());
    const int height = int(std::ceil(document()->size().height()));
    if (minimumHeight() != height || maximumHeight() != height) setFixedHeight(height);
}

void FlowText::mouseMoveEvent(QMouseEvent* event) {
    QTextBrowser::mouseMoveEvent(event);
    const QPointF point =
        event->position() + QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
    hover(sourcePosition(document()->documentLayout()->hitTest(point, Qt::ExactHit)));
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

void FlowText::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    const bool looks =
        event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange;
    if (!looks || restyling_ || source_.isEmpty()) return;
    restyling_ = true;
    if (markdown_)
        showMarkdown(source_);
    else
        showPlain(source_);
    restyling_ = false;
}

}  // namespace univi::ui
