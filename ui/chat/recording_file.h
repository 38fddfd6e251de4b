#pragma once

#include <QString>

namespace univi::ui {

/// A new file in the data folder for what is recorded from `source` (a host, a camera), named by it
/// and the time; nothing without a data folder.
QString newRecordingFile(const QString& source, const QString& suffix);

}  // namespace univi::ui
