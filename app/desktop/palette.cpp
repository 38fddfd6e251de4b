#include "app/desktop/palette.h"

#include <QFileInfo>
#include <QWidget>

#include "ui/chat/command_palette.h"
#include "ui/models/model_chooser.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

QList<CommandPalette::Command> commandsOf(const PaletteParts& parts) {
    QList<CommandPalette::Command> commands;
    for (const Shortcut& shortcut : parts.shortcuts)
        if (shortcut.run && shortcut.id != QLatin1String("palette"))
            commands << CommandPalette::Command{
                shortcut.text, shortcut.key.toString(QKeySequence::NativeText), shortcut.run};
    ModelChooser* chooser = parts.chooser;
    for (const QString& folder : chooser->recent())
        commands << CommandPalette::Command{QFileInfo(folder).fileName(), tr("Model"),
                                            [chooser, folder] { chooser->loadFolder(folder); }};
    commands << CommandPalette::Command{tr("Demo model"), tr("Model"),
                                        [chooser] { chooser->loadDemo(); }};
    return commands;
}

}  // namespace

void openPalette(QWidget* window, const PaletteParts& parts) {
    auto* palette = new CommandPalette(parts.store, parts.search, commandsOf(parts), window);
    QObject::connect(palette, &CommandPalette::conversationChosen, window,
                     [open = parts.open](const QString& id) { open(id, 0); });
    QObject::connect(palette, &CommandPalette::turnChosen, window, parts.open);
    QObject::connect(palette, &QDialog::finished, palette, &QObject::deleteLater);
    palette->show();
}

}  // namespace univi::ui
