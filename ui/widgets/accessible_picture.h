#pragma once

class QWidget;

namespace univi::ui {

/// Says to screen readers that a widget paints a picture. Its accessible name says of what, its
/// accessible description what is to be seen. Called before the name is set: a role that a reader
/// has asked for stays.
void makeAccessiblePicture(QWidget* widget);

}  // namespace univi::ui
