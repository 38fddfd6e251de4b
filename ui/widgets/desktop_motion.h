#pragma once

#include <QObject>

namespace univi::ui {

/// Whether what changes may be shown on its way: not where the desktop asks for less motion
/// (reduced-motion, or animations switched off, as the settings portal tells), and not on a display
/// that nobody looks at (Qt's offscreen). GUI thread.
class DesktopMotion {
  public:
    static bool isWanted();
    /// Overrules the display and the desktop as far as it is known now.
    static void setWanted(bool wanted);
    /// Listens to the desktop from now on, as long as `parent` lives.
    static void follow(QObject* parent);
};

}  // namespace univi::ui
