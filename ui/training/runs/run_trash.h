#pragma once

#include <QString>

namespace univi::ui {

/// Moves a folder to the desktop's trash. Returns where it lies there; empty with one sentence in
/// `problem` when the trash does not take it.
QString moveToTrash(const QString& folder, QString& problem);

/// Brings a folder back from the trash to where it was. False with one sentence in `problem` when
/// the trash was emptied, or something else stands in its place.
bool bringBack(const QString& trashed, const QString& folder, QString& problem);

}  // namespace univi::ui
