#pragma once

#include <QSyntaxHighlighter>

class QTextDocument;

namespace univi::ui {

struct CodeLanguage;
struct Palette;

/// Colours the code of a document in the theme's colours, and at a change only the lines that it
/// touches. Made for a document that is empty still. GUI thread.
class CodeHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
  public:
    explicit CodeHighlighter(QTextDocument* document);
    /// As it stands after a fence; code of one that is not known has no colours.
    void setLanguage(const QString& name);

  protected:
    void highlightBlock(const QString& text) override;

  private:
    const CodeLanguage* language_ = nullptr;
};

/// Colours the fenced code of a document that was read from Markdown, for good. Any thread.
void colourFences(QTextDocument* document, const Palette& palette);

}  // namespace univi::ui
