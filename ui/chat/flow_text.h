#pragma once

#include <QTextBrowser>
#include <QVector>

namespace univi::ui {

/// Read-only text as high as its content, for bubbles: plain or Markdown. What a model writes is
/// never trusted: no HTML, no pictures from files or the net, links open only when they are http(s)
/// and clicked. Knows which character of the source stands where on the screen, so that hovering a
/// word tells its place in the reply.
class FlowText : public QTextBrowser {
    Q_OBJECT
  public:
    explicit FlowText(QWidget* parent = nullptr);

    void showMarkdown(const QString& source);
    void showPlain(const QString& source);
    const QString& source() const { return source_; }

    /// Width of the longest line without wrapping, at most `limit`.
    int idealWidth(int limit) const;
    /// Character of the source under a character of the document, -1 where there is none (list
    /// bullets).
    int sourcePosition(int documentPosition) const;
    /// Marks source characters [start, start + length) softly; length 0 removes the mark.
    void markSource(int start, int length);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    /// The mouse is over this character of the source; -1: over none.
    void sourceHovered(int position);

  protected:
    QVariant loadResource(int type, const QUrl& name) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void styleBlocks();
    void alignSource();
    void fitHeight();
    void hover(int position);
    QString source_;
    bool markdown_ = false;
    bool restyling_ = false;
    int hovered_ = -1;
    QVector<int> source_of_;  ///< per document character
};

}  // namespace univi::ui
