#pragma once

#include <QString>

namespace univi::ui {

/// A count in words: `one` when `count` is 1, else `many`, with %1 as the number in the person's
/// own digits. For tr("%1 patch") and tr("%1 patches").
QString counted(qint64 count, const QString& one, const QString& many);

}  // namespace univi::ui
