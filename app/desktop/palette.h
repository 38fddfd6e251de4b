#pragma once

#include <QList>
#include <QString>
#include <functional>

#include "app/desktop/shortcuts.h"

class QWidget;

namespace univi::ui {

class ConversationStore;
class HistorySearch;
class ModelChooser;

/// What the palette finds, and where it goes.
struct PaletteParts {
    ConversationStore* store;
    HistorySearch* search;  ///< null: only titles are searched
    ModelChooser* chooser;
    QList<Shortcut> shortcuts;
    /// Opens a conversation at one of its turns; 0: at its end.
    std::function<void(const QString& conversation, qint64 turn)> open;
};

/// Opens the field for everything (Ctrl+K) over the window. The parts outlive that.
void openPalette(QWidget* window, const PaletteParts& parts);

}  // namespace univi::ui
