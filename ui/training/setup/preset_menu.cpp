#include "ui/training/setup/preset_menu.h"

namespace univi::ui {

PresetMenu::PresetMenu(PresetStore* store, QWidget* parent) : QMenu(parent), store_(store) {
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &PresetMenu::fill);
}

void PresetMenu::fill() {
    clear();
    const QList<RunPreset> presets = store_->presets();
    bool own = false;
    for (const RunPreset& preset : presets) {
        if (!preset.built_in && !own) addSeparator();
        own = own || !preset.built_in;
        QAction* action =
            addAction(QString(preset.name).replace(QLatin1Char('&'), QStringLiteral("&&")));
        action->setToolTip(preset.about);
        connect(action, &QAction::triggered, this, [this, preset] { Q_EMIT chosen(preset); });
    }
    addSeparator();
    connect(addAction(tr("From an earlier &run…")), &QAction::triggered, this,
            &PresetMenu::runWanted);
    connect(addAction(tr("From a pasted c&ommand…")), &QAction::triggered, this,
            &PresetMenu::pasteWanted);
    addSeparator();
    connect(addAction(tr("&Save as a preset…")), &QAction::triggered, this,
            &PresetMenu::saveWanted);
    connect(addAction(tr("&Compare…")), &QAction::triggered, this, &PresetMenu::compareWanted);
    connect(addAction(tr("&Import a preset…")), &QAction::triggered, this,
            &PresetMenu::importWanted);
    connect(addAction(tr("&Export these settings…")), &QAction::triggered, this,
            &PresetMenu::exportWanted);
    if (!own) return;
    QMenu* remove = addMenu(tr("&Remove a preset"));
    for (const RunPreset& preset : presets)
        if (!preset.built_in)
            connect(remove->addAction(preset.name), &QAction::triggered, this,
                    [this, preset] { Q_EMIT removeWanted(preset); });
}

}  // namespace univi::ui
