#pragma once

#include "ui/code/code_span.h"

namespace univi::ui {

/// Whether a value can begin behind the sign: there a / begins a pattern and a < an element.
bool beginsValue(QChar seen);

/// Elements inside code, as JSX has them: <b a="c" d={e}>text {code}</b>. Reads on in a line that
/// a scanner is in, and keeps what is open around its place as levels, two bits each.
class ElementReader {
  public:
    /// `at`, `open` and `seen` are the scanner's place, what is open there, and the last sign that
    /// tells whether a value begins; they outlive this.
    ElementReader(const CodeLine& line, quint32 levels, qsizetype& at, CodeState& open, QChar& seen)
        : line_(line), text_(line.text), levels_(levels), at_(at), open_(open), seen_(seen) {}

    /// Takes what belongs to an element; false: it is code.
    bool take();
    /// Goes on in a tag that is open.
    void goOnTag();
    quint32 levels() const { return levels_; }

  private:
    enum Level : quint32 {
        Text = 1,   ///< between two tags
        Attribute,  ///< code in braces inside a tag
        Brace       ///< any other code in braces
    };
    void push(Level level);
    quint32 pop();
    QChar charAt(qsizetype place) const;
    bool takeText();
    bool takeTag();
    void openBrace(Level level);
    void closeBrace();
    void endTag();
    void takeQuoted();

    const CodeLine& line_;
    QStringView text_;
    quint32 levels_;
    qsizetype& at_;
    CodeState& open_;
    QChar& seen_;
};

}  // namespace univi::ui
