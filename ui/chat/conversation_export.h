#pragma once

#include <QString>

#include "ui/chat/conversation.h"
#include "ui/chat/conversation_json.h"

namespace univi::ui {

/// A conversation as a page to read: questions as quotes with their media named,
/// replies as written.
QString toMarkdown(const Conversation& conversation);
/// The same as one HTML file that needs no other: pictures are in it, small.
QString toHtml(const Conversation& conversation);
/// The same to be printed: the colour of a question would not end with its page, so it has none
/// behind it.
QString toPaper(const Conversation& conversation);
/// Writes `file` whole or not at all, as its suffix says: ".json", ".html", ".pdf", ".zip" (the
/// page and the JSON with the media beside them), anything else Markdown. Returns the media that
/// could not be taken into a zip. Any thread. Throws base::Error{File}.
QStringList exportConversation(const Conversation& conversation, const QString& file);

}  // namespace univi::ui
