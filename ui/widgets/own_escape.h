#pragma once

class QEvent;

namespace univi::ui {

/// Takes Escape for a widget before the window's own, which stops a reply: true for the event that
/// asks who wants the key, which is accepted then. The key itself follows as a key press.
bool takesEscape(QEvent* event);

}  // namespace univi::ui
