#pragma once

#include <QHash>
#include <QList>
#include <QString>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// What could be read of a history file, whatever its state.
struct RescuedHistory {
    QList<Conversation> conversations;
    QHash<QString, Draft> drafts;
    qsizetype questions() const;
};

/// Reads every whole row of a history file page by page, without SQLite: damaged pages, a missing
/// header or a file that nobody may write cost what they held and nothing more. Turns whose
/// conversation is lost get one that is named by its first question. Never throws; a file that
/// cannot be read at all gives nothing.
RescuedHistory readDamagedHistory(const QString& file);

/// Moves `file` and its log to `aside` and `fresh` to `file`; at no moment is there no file. A
/// folder in the file's place is moved too. False when the folder does not let it.
bool replaceHistory(const QString& file, const QString& fresh, const QString& aside);

}  // namespace univi::ui
