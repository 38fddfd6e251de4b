#pragma once

#include <QColor>
#include <QList>
#include <QTextEdit>
#include <QVector>

namespace univi::ui {

/// Characters of a reply that are marked, and how strongly: 0 to 1. Negative: softly, as the word
/// under the mouse.
struct SourceMark {
    int start = 0, length = 0;
    float strength = -1;
    bool operator==(const SourceMark&) const = default;
};

/// The ground of marked words in the window's colours; text on it stays readable.
QColor markColor(float strength);

/// Marks as a document shows them. `source_of`: per character of the document, its place in the
/// reply, -1: none. `marks` are in order and do not overlap.
QList<QTextEdit::ExtraSelection> markSelections(QTextDocument* document,
                                                const QVector<int>& source_of,
                                                const QVector<SourceMark>& marks);

}  // namespace univi::ui
