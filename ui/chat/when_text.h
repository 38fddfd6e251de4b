#pragma once

#include <QDateTime>
#include <QString>

namespace univi::ui {

/// "14:05" today, "Tue" within a week, else the short date.
QString whenText(const QDateTime& time);

}  // namespace univi::ui
