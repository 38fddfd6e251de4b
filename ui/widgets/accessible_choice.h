#pragma once

class QAbstractButton;

namespace univi::ui {

/// Says to screen readers that a checkable button is a radio button while it stands in an exclusive
/// group, which Qt does not do for a QToolButton. Called before anything else is done to the
/// button: a role that a reader has asked for stays, and a text that is set makes it ask.
void makeAccessibleChoice(QAbstractButton* button);

}  // namespace univi::ui
