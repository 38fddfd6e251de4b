#pragma once

#include <QString>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// A conversation as a page to read: questions as quotes with their media named,
/// replies as written.
QString toMarkdown(const Conversation& conversation);
/// A conversation with everything that is stored about it.
QByteArray toJson(const Conversation& conversation);
/// Writes `file` whole or not at all; ".json" gives JSON, anything else
/// Markdown. Throws base::Error{File}.
void exportConversation(const Conversation& conversation, const QString& file);

}  // namespace univi::ui
