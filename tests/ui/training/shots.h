#pragma once

#include <QDir>
#include <QWidget>

namespace univi::ui {

/// Saves a picture of a widget where $UNIVI_SCREENSHOTS says, for a person to look at;
/// nothing without it.
inline void shot(QWidget* widget, const QString& name) {
    const QString folder = qEnvironmentVariable("UNIVI_SCREENSHOTS");
    if (!folder.isEmpty())
        widget->grab().save(QDir(folder).filePath(name + QStringLiteral(".png")));
}

}  // namespace univi::ui
