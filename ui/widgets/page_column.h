#pragma once

#include <QString>

class QFormLayout;
class QLabel;
class QVBoxLayout;
class QWidget;

namespace univi::ui {

/// Makes `page` one of the window's pages: a column in the middle, at most 760 pixels wide, that
/// scrolls and begins with the page's title. Returns the column to fill; it belongs to `page`.
QVBoxLayout* makePageColumn(QWidget* page, const QString& title);

/// A heading and under it a card with a form, then some space. Returns the form.
QFormLayout* addFormCard(QVBoxLayout* column, const QString& heading);

/// A label of a kind that the style sheet knows: "title", "heading", "muted", "small", ….
QLabel* makeLabel(const QString& text, const char* type);

}  // namespace univi::ui
