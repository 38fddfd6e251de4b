#pragma once

#include <QCoreApplication>
#include <QString>

namespace univi::ui {

/// Translates a text of a function that belongs to no QObject, as QObject::tr() does for others.
/// `count` stands for %n and %Ln (with the person's own digits) and chooses the plural form.
inline QString tr(const char* text, const char* comment = nullptr, int count = -1) {
    return QCoreApplication::translate("univi::ui", text, comment, count);
}

}  // namespace univi::ui
