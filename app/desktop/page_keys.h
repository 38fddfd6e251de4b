#pragma once

#include "app/desktop/shortcuts.h"

namespace univi::ui {

// Keys that belong to parts of a page; they work there, and F1 lists them.
QList<Shortcut> chatPageKeys();
QList<Shortcut> trainPageKeys();

}  // namespace univi::ui
