#pragma once

#include <QCoreApplication>
#include <QString>
#include <QStringList>

namespace univi::ui {

/// Translates a text of a function that belongs to no QObject, as QObject::tr() does for others.
/// `count` stands for %n and %Ln (with the person's own digits) and chooses the plural form.
inline QString tr(const char* text, const char* comment = nullptr, int count = -1) {
    return QCoreApplication::translate("univi::ui", text, comment, count);
}

/// Translates a text of a file that comes with the program; packaging/translations names which.
inline QString resourceText(const QString& text) {
    return QCoreApplication::translate("univi::resources", text.toUtf8().constData());
}

/// Whole sentences one after the other, as the language writes them.
inline QString joinSentences(const QStringList& sentences) {
    QString text;
    for (const QString& each : sentences)
        if (!each.isEmpty())
            text = text.isEmpty() ? each : tr("%1 %2", "two sentences").arg(text, each);
    return text;
}

}  // namespace univi::ui
