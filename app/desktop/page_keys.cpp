#include "app/desktop/page_keys.h"

#include "ui/text/translate.h"

namespace univi::ui {

QList<Shortcut> chatPageKeys() {
    return {{QKeySequence("Return"), tr("Send the question"), {}},
            {QKeySequence("Shift+Return"), tr("New line in the question"), {}},
            {QKeySequence("Up"), tr("Edit the last question (in an empty field)"), {}},
            {QKeySequence("/"), tr("Prompts (in an empty field)"), {}},
            {QKeySequence("Ctrl+V"), tr("Paste text, pictures or files"), {}},
            {QKeySequence("F2"), tr("Rename the chosen conversation"), {}},
            {QKeySequence("Del"), tr("Delete the chosen conversation"), {}},
            {QKeySequence("Right"), tr("Next word (in the line under a reply)"), {}},
            {QKeySequence("Return"), tr("Go where that word looked most"), {}},
            {QKeySequence("Down"), tr("Keep the next group (in the picture)"), {}},
            {QKeySequence("Esc"), tr("Let the kept group go (there)"), {}},
            {QKeySequence("Right"), tr("Next frame (there, or in the frames)"), {}},
            {QKeySequence("Ctrl+Right"), tr("Next event (in the frames)"), {}},
            {QKeySequence("Space"), tr("Play the event, or stop it (there)"), {}},
            {QKeySequence("+"), tr("Enlarge the picture (0 fits it again)"), {}}};
}

QList<Shortcut> trainPageKeys() {
    return {{QKeySequence("F2"), tr("Rename the chosen run"), {}},
            {QKeySequence("Del"), tr("Move the chosen run to the trash"), {}},
            {QKeySequence("Ctrl+Return"), tr("Start the run that is set up"), {}}};
}

}  // namespace univi::ui
