#pragma once

#include <QFrame>
#include <QPlainTextEdit>
#include <QVector>

#include "ui/chat/source_marks.h"

class QLabel;

namespace univi::ui {

class CodeHighlighter;
class CopyButton;
struct CodeFence;

/// The text of a code block: one line a line of code, scrolled sideways where it is too long, in
/// the colours of its language.
class CodeText : public QPlainTextEdit {
    Q_OBJECT
  public:
    explicit CodeText(QWidget* parent = nullptr);
    /// Text that begins as the shown one is only added to. `language`: as it stands after the
    /// fence.
    void setCode(const QString& code, const QString& language = {});
    int preferredHeight(int width) const;

  Q_SIGNALS:
    /// The mouse is over this character; -1: over none.
    void hovered(int position);

  protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

  private:
    CodeHighlighter* colours_;
    QString code_;
    int longest_ = 0;  ///< pixels of the longest line
};

/// A fenced block of code of a reply: its language, a copy button, and the code in a fixed font on
/// a ground of its own. GUI thread.
class CodeBlock : public QFrame {
    Q_OBJECT
  public:
    explicit CodeBlock(QWidget* parent = nullptr);

    void setFence(const CodeFence& fence);
    const QString& code() const { return code_; }
    /// Moves the places of its characters in the reply.
    void shiftSource(int by);
    /// Marks what of the reply's words, and of the one under the mouse, stands here.
    void mark(const QVector<SourceMark>& words, const SourceMark& hovered);
    int heightForWidth(int width) const override;

  Q_SIGNALS:
    /// The mouse is over this character of the reply; -1: over none.
    void sourceHovered(int position);

  private:
    QString code_;
    QVector<int> source_of_;
    QLabel* language_;
    CopyButton* copy_;
    CodeText* text_;
};

}  // namespace univi::ui
