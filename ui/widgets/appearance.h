#pragma once

class QApplication;

namespace univi::ui {

/// Gives the program its look: style, font, icon, and the theme's colours and style sheet, now and
/// whenever the theme changes. Called once, before there is a widget. GUI thread.
void installAppearance(QApplication& application);

}  // namespace univi::ui
