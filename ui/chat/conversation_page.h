#pragma once

#include <QString>

#include "ui/chat/conversation.h"
#include "ui/chat/exported_media.h"

namespace univi::ui {

/// A conversation as a page to read: questions as quotes with their media, replies as written. A
/// medium with a picture_address is shown by that picture, which links to the file where that has
/// an address; any other is named.
QString toMarkdown(const Conversation& conversation, const ExportedMedia& media = {});
/// The same as one HTML file. The pictures are in it, small, and of a clip a row of frames. A clip
/// whose file has an address is played in its place.
QString toHtml(const Conversation& conversation, const ExportedMedia& media = {});
/// The same to be printed: the colour of a question would not end with its page, so it has none
/// behind it.
QString toPaper(const Conversation& conversation, const ExportedMedia& media = {});

}  // namespace univi::ui
