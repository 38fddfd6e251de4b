#pragma once

#include <functional>

#include "app/desktop/shortcuts.h"

namespace univi::ui {

class AppSettings;
class EngineClient;
class ModelServer;
class SettingsPage;

/// What the cards are about.
struct WindowCards {
    AppSettings* settings;
    ModelServer* server;
    EngineClient* engine;
    std::function<QList<Shortcut>()> shortcuts;
    /// Starts the program anew, or says in one sentence why it does not.
    std::function<QString()> restart;
};

/// Adds to the Settings page what belongs to parts that it does not know: when the model is
/// unloaded, what the desktop is told, the server for other programs, the keys, and what the
/// program is; in idle moments, see IdleWork::finishFor().
void addWindowCards(SettingsPage* page, const WindowCards& cards);

}  // namespace univi::ui
