#pragma once

#include <QString>
#include <QStringList>

#include "core/base/stop_token.h"
#include "ui/chat/conversation.h"
#include "ui/chat/conversation_json.h"
#include "ui/chat/conversation_page.h"

namespace univi::ui {

/// What came of an export.
struct Exported {
    QStringList missing;     ///< media that could not be read for a zip
    QString picture_folder;  ///< where a Markdown page's pictures were put; empty: it has none
};

/// Writes `file` whole or not at all, as its suffix says: ".json", ".html", ".pdf", ".zip" (pages
/// and the JSON with the media beside them), anything else Markdown, whose pictures lie beside it
/// in a folder of its name. Any thread; waits for children that read the media. After a stop media
/// are only named. Throws base::Error{File} with one sentence.
Exported exportConversation(const Conversation& conversation, const QString& file,
                            const base::StopToken& stop = {});

}  // namespace univi::ui
