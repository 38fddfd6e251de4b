#pragma once

#include <QString>
#include <memory>

#include "ui/chat/history_database.h"
#include "ui/chat/history_rescue.h"

namespace univi::ui {

/// The file of the history, whole.
struct OpenedHistory {
    std::unique_ptr<HistoryDatabase> database;
    QString notice;  ///< one sentence where it was damaged: what was saved from it
};

/// Opens the file, or makes it. A damaged one is kept aside, and what can be read of it stands in a
/// new one of its name. `sure_of_damage`: it is looked through whatever its size. Throws
/// HistoryError. May wait half a minute for another start of the program that mends it.
OpenedHistory openHistory(const QString& file, bool sure_of_damage);

/// Puts what was saved of another history into one, all of it or nothing. Throws HistoryError.
void fillHistory(HistoryDatabase& database, const RescuedHistory& history);

}  // namespace univi::ui
