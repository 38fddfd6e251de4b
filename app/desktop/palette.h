#pragma once

#include <QList>

#include "app/desktop/shortcuts.h"

namespace univi::ui {

class HistorySearch;
class MainWindow;
class ModelChooser;

/// Opens the field for everything (Ctrl+K) over the window: its chats and what was said in them,
/// the window's commands with their keys, the models that were loaded. All outlive the window.
void openPalette(MainWindow* window, HistorySearch* search, ModelChooser* chooser,
                 const QList<Shortcut>& shortcuts);

}  // namespace univi::ui
