#pragma once

#include <QCoreApplication>
#include <QString>

namespace univi::ui {

/// Translates a text of a function that belongs to no QObject, as QObject::tr() does for others.
inline QString tr(const char* text) {
    return QCoreApplication::translate("univi::ui", text);
}

}  // namespace univi::ui
