#pragma once

#include <QChar>
#include <QList>
#include <QString>
#include <optional>

namespace univi::ui {

// What the start of a line of Markdown says about what the line is in.

/// Columns of white space at the start; a tab goes on to the next multiple of four.
int indentOf(QStringView line);

enum class ListKind { None, Bullets, Numbers };

struct ListMark {
    ListKind kind = ListKind::None;
    int length = 0;  ///< with the indent before and the spaces after it
    int number = 1;
};

/// "- ", "12. " or "3) " at the start of a line.
ListMark listMarkOf(QStringView line);

struct FenceMark {
    QChar sign;
    int length = 0;  ///< 0: the line opens no fence
    QString language;
};

/// A line that opens or closes a block of code; the white space around it does not count.
FenceMark fenceMarkOf(QStringView line);

/// One of the things that a fence can stand in: a block quote, or the indent of a list's item.
struct Container {
    bool is_quote = false;
    int indent = 0;  ///< characters at most that belong to it, where it is no quote
};

/// What a line has before its text: marks of quotes and of lists, and indents.
struct LinePrefix {
    qsizetype length = 0;
    QList<Container> containers;
    bool has_quote = false, has_list_mark = false;

    /// What the lines that follow have in its place: the marks of lists are spaces there.
    QString onNextLines() const;
};

LinePrefix prefixOf(QStringView line);

/// Length of what of a line belongs to the containers; nothing where it is in one of the quotes no
/// more. Indents may be shorter than the first line's.
std::optional<qsizetype> lengthInside(const QList<Container>& containers, QStringView line);

}  // namespace univi::ui
