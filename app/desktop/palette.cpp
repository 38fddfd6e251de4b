#include "app/desktop/palette.h"

#include <QFileInfo>

#include "app/desktop/main_window.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/command_palette.h"
#include "ui/chat/history_search.h"
#include "ui/models/model_chooser.h"
#include "ui/text/translate.h"

namespace univi::ui {

void openPalette(MainWindow* window, HistorySearch* search, ModelChooser* chooser,
                 const QList<Shortcut>& shortcuts) {
    QList<CommandPalette::Command> commands;
    for (const Shortcut& shortcut : shortcuts)
        if (shortcut.run && shortcut.id != QLatin1String("palette"))
            commands << CommandPalette::Command{
                shortcut.text, shortcut.key.toString(QKeySequence::NativeText), shortcut.run};
    for (const QString& folder : chooser->recent())
        commands << CommandPalette::Command{QFileInfo(folder).fileName(), tr("Model"),
                                            [chooser, folder] { chooser->loadFolder(folder); }};
    commands << CommandPalette::Command{tr("Demo model"), tr("Model"),
                                        [chooser] { chooser->loadDemo(); }};
    auto* palette = new CommandPalette(window->store(), search, commands, window);
    QObject::connect(palette, &CommandPalette::conversationChosen, window,
                     [window](const QString& id) {
                         window->showPage(MainWindow::Chat);
                         window->chat()->openConversation(id);
                     });
    QObject::connect(palette, &CommandPalette::turnChosen, window,
                     [window](const QString& conversation, qint64 turn) {
                         window->showPage(MainWindow::Chat);
                         window->chat()->openConversation(
                             conversation, [window, turn] { window->chat()->showTurn(turn); });
                     });
    QObject::connect(palette, &QDialog::finished, palette, &QObject::deleteLater);
    palette->show();
}

}  // namespace univi::ui
