#pragma once

class QLineEdit;

namespace univi::ui {

/// Esc in a search field clears it and gives the focus back to the widget that had it before, and
/// does nothing else in the window.
void leaveOnEscape(QLineEdit* search);

}  // namespace univi::ui
