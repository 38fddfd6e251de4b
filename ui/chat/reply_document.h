#pragma once

#include <QTextDocument>
#include <QTextFormat>

#include "ui/chat/reply_parts.h"

namespace univi::ui {

/// The object in a document that stands for a block of code; the code itself is a widget above it.
constexpr int kCodeObject = QTextFormat::UserObject + 1;
/// Property of its character format: an index given by the caller.
constexpr int kCodeIndex = QTextFormat::UserProperty + 1;

/// Adds one part of a reply to the end of a document as a new block, read by Qt's Markdown reader
/// (no HTML) and given the program's looks: room between lines and paragraphs, headings of modest
/// size, tables with hairlines, code on a ground of its own, ordered lists that begin at their own
/// number. What stands in the document is not touched. `definitions`: link addresses named
/// elsewhere in the reply. Fences become objects with indices from `first_code` on.
void appendPart(QTextDocument* document, const ReplyPart& part, const QString& definitions,
                int first_code);

/// Removes everything from `position` on, which was the document's last when appendPart was called.
void removeFrom(QTextDocument* document, int position);

}  // namespace univi::ui
