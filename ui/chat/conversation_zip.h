#pragma once

#include <QString>
#include <QStringList>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// Writes a conversation as `page` (Markdown), as JSON and with its media once each, in media/, as
/// JSON names them. Returns the files that could not be read; a list of them lies in the archive
/// too. Any thread. Throws base::Error{File}.
QStringList writeConversationZip(const Conversation& conversation, const QString& page,
                                 const QString& file);

/// Reads what was written so; its media go into a new folder in `folder`. Media that are not in the
/// archive keep the path that they had. Any thread. Throws base::Error{File|Format} with one
/// sentence.
Conversation readConversationZip(const QString& file, const QString& folder);

}  // namespace univi::ui
