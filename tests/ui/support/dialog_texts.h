#pragma once

#include <QLabel>
#include <QPushButton>
#include <QString>

namespace univi::ui {

/// The button of that text; null when there is none.
inline QPushButton* buttonNamed(const QWidget& dialog, const QString& text) {
    for (QPushButton* button : dialog.findChildren<QPushButton*>())
        if (button->text() == text) return button;
    return nullptr;
}

/// The texts of all labels, a line each.
inline QString textsOf(const QWidget& dialog) {
    QString all;
    for (const QLabel* label : dialog.findChildren<QLabel*>()) all += label->text() + '\n';
    return all;
}

}  // namespace univi::ui
