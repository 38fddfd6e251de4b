#pragma once

#include <QTextBrowser>
#include <QTextObjectInterface>
#include <QVector>

#include "ui/chat/reply_parts.h"
#include "ui/chat/source_marks.h"

namespace univi::ui {

class CodeBlock;

/// Read-only text as high as its content, for bubbles: plain or Markdown. What a model writes is
/// never trusted: no HTML, no pictures from files or the net, links open only when they are http(s)
/// and clicked. Knows which character of the source stands where on the screen, so that hovering a
/// word tells its place in the reply. Fenced code stands in CodeBlocks of its own above the text; a
/// growing reply is laid out again from its last part on only. GUI thread.
class FlowText : public QTextBrowser, public QTextObjectInterface {
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)
  public:
    explicit FlowText(QWidget* parent = nullptr);

    /// `growing`: more will follow; a caret shows it.
    void showMarkdown(const QString& source, bool growing = false);
    void showPlain(const QString& source);
    const QString& source() const { return source_; }
    /// Shown as growing last.
    bool isGrowing() const { return growing_; }
    /// What is shown, with the code of its blocks.
    QString toPlainText() const;

    /// Width of the longest line without wrapping, at most `limit`.
    int idealWidth(int limit) const;
    /// Lays the text out in that width.
    int heightForWidth(int width) const override;
    /// Character of the source under a character of the document, -1 where there is
    /// none (list bullets).
    int sourcePosition(int documentPosition) const;
    /// Marks source characters [start, start + length) softly; length 0 removes the mark.
    void markSource(int start, int length);
    /// Marks words each as strongly as it says, until others are. In order, without overlaps; they
    /// belong to the source that is shown.
    void markWords(const QVector<SourceMark>& words);
    /// Nothing is selected any more.
    void clearSelection();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    /// The mouse is over this character of the source; -1: over none.
    void sourceHovered(int position);
    /// This character was clicked, and no link there.
    void sourceClicked(int position);
    /// Characters [start, end) of the source are selected; both 0: none.
    void sourceSelected(int start, int end);

  protected:
    QVariant loadResource(int type, const QUrl& name) override;
    QMimeData* createMimeDataFromSelection() const override;
    QSizeF intrinsicSize(QTextDocument* document, int position, const QTextFormat& format) override;
    void drawObject(QPainter*, const QRectF&, QTextDocument*, int, const QTextFormat&) override {}
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    /// How far the document is final while the reply grows.
    struct Frozen {
        int source = 0, position = 0, codes = 0;
    };

    bool goesOn(const QString& source) const;
    void restart();
    void renderTail(QList<ReplyPart> parts, bool growing);
    void append(const ReplyPart& part);
    void mapSource(const ReplyPart& part, int from);
    CodeBlock* codeBlock(int index);
    void collectCodes(int count, const Frozen& from);
    void placeCodes() const;
    int codeIndexAt(int position) const;
    QString textBetween(int start, int end) const;
    void fit();
    void hover(int position);
    void showMarks();
    void reportSelection();

    QString source_, definitions_;
    bool markdown_ = false, restyling_ = false;
    bool tail_is_code_ = false, growing_ = false;
    int hovered_ = -1;
    SourceMark hovered_mark_;
    QVector<SourceMark> words_;
    std::pair<int, int> selected_;
    Frozen frozen_;
    QVector<int> source_of_;  ///< per document character
    QList<CodeBlock*> codes_;
    QVector<int> code_positions_;  ///< per shown block of code, its character in the document
};

}  // namespace univi::ui
