#pragma once

#include <QList>
#include <QStringView>

namespace univi::ui {

enum class CodeKind : quint8 { Comment, String, Number, Keyword, Constant, Function, Name };

/// Characters of a line that are of one kind; what is of none has no span.
struct CodeSpan {
    int start = 0, length = 0;
    CodeKind kind = CodeKind::Comment;
    friend bool operator==(const CodeSpan&, const CodeSpan&) = default;
};

/// What is open at the end of a line of code, in one number as QTextBlock keeps it; 0: nothing.
struct CodeState {
    enum Kind : quint8 {
        Nothing,
        Comment,  ///< value: how deep
        String,   ///< value: the place of its rule in the language
        Tagged,   ///< value: its tag's number, see tagNumber()
        Shell,    ///< <<END, value as above
        Block,    ///< YAML's | and >, value: the column that it is further in than
        Tag,      ///< of markup, value: see markup_scanner.cpp
        Data,     ///< <![CDATA[
    };
    Kind kind = Nothing;
    int value = 0;       ///< 16 bits
    int inner = 0;       ///< a language inside markup: 0 none, 1 JavaScript, 2 CSS
    quint32 levels = 0;  ///< of a language with elements: what is open around, see ElementReader

    int packed() const { return int(kind) | (value & 0xFFFF) << 8 | inner << 24; }
    static CodeState unpacked(int number) {
        if (number <= 0) return {};
        return {Kind(number & 0xFF), number >> 8 & 0xFFFF, number >> 24 & 3};
    }

    /// The same with the levels, of a language whose values are small and that is in no markup.
    int packedWithLevels() const { return int(kind) | (value & 7) << 4 | int(levels) << 7; }
    static CodeState unpackedWithLevels(int number) {
        if (number <= 0) return {};
        return {Kind(number & 0xF), number >> 4 & 7, 0, quint32(number) >> 7};
    }
};

/// A line that is being read, and where it is read into.
struct CodeLine {
    QStringView text;
    QList<CodeSpan>* spans;
    int offset = 0;  ///< of the text in its line

    void add(qsizetype start, qsizetype end, CodeKind kind) const {
        if (end > start) *spans << CodeSpan{offset + int(start), int(end - start), kind};
    }
};

}  // namespace univi::ui
