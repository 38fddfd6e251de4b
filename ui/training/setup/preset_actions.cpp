#include "ui/training/setup/preset_actions.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>

#include "core/base/error.h"
#include "ui/training/setup/difference_dialog.h"
#include "ui/training/setup/paste_dialog.h"
#include "ui/training/setup/preset_menu.h"
#include "ui/training/setup/run_form.h"
#include "ui/training/setup/run_setup_head.h"
#include "ui/widgets/build.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/save_dialog.h"

namespace univi::ui {

PresetActions::PresetActions(const Parts& parts, QWidget* page)
    : QObject(page), parts_(parts), page_(page) {
    const PresetMenu* menu = parts.head->menu();
    connect(menu, &PresetMenu::runWanted, this, &PresetActions::chooseRun);
    connect(menu, &PresetMenu::pasteWanted, this, &PresetActions::paste);
    connect(menu, &PresetMenu::chosen, this, &PresetActions::presetChosen);
    connect(menu, &PresetMenu::saveWanted, this, &PresetActions::askName);
    connect(menu, &PresetMenu::compareWanted, this, &PresetActions::compare);
    connect(menu, &PresetMenu::importWanted, this, &PresetActions::importFile);
    connect(menu, &PresetMenu::exportWanted, this, &PresetActions::exportFile);
    connect(menu, &PresetMenu::removeWanted, this, &PresetActions::remove);
}

void PresetActions::guarded(const std::function<void()>& work) {
    try {
        work();
    } catch (const base::Error& error) {
        parts_.head->say(NoticeBar::Kind::Error, QString::fromUtf8(error.what()));
    }
}

void PresetActions::paste() {
    auto* dialog = new PasteDialog(page_->window());
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { Q_EMIT commandRead(dialog->command()); });
    openOnce(dialog);
}

void PresetActions::chooseRun() {
    QFileDialog* dialog =
        makeFolderDialog(page_->window(), tr("Folder of a run"), parts_.runs_folder);
    connect(dialog, &QFileDialog::fileSelected, this, &PresetActions::runChosen);
    dialog->open();
}

void PresetActions::askName() {
    auto* dialog = new QInputDialog(page_->window());
    dialog->setWindowTitle(tr("Save as a preset"));
    dialog->setLabelText(tr("Name"));
    dialog->setTextValue(parts_.head->name());
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this](const QString& name) { save(name.trimmed()); });
    openOnce(dialog);
}

/// Returns the settings as a preset, which names no folder since it is for many runs.
RunPreset PresetActions::presetOf(const QString& name) const {
    RunPreset preset;
    preset.name = name;
    preset.options = parts_.form->options();
    preset.options.output_dir.clear();
    return preset;
}

void PresetActions::save(const QString& name) {
    if (name.isEmpty()) return;
    guarded([&] {
        parts_.presets->save(presetOf(name));
        parts_.head->say(NoticeBar::Kind::Info, tr("The preset %1 is saved.").arg(name));
    });
}

void PresetActions::compare() {
    QList<DifferenceDialog::Side> sides{{tr("These settings"), parts_.form->options()},
                                        {tr("Defaults"), {}}};
    for (const RunPreset& preset : parts_.presets->presets()) {
        sides.append({preset.name, preset.options});
        if (preset.name == parts_.head->begunWith()) sides.swapItemsAt(1, sides.size() - 1);
    }
    openOnce(new DifferenceDialog(sides, page_->window()));
}

void PresetActions::importFile() {
    QFileDialog* dialog =
        makeOpenDialog(page_->window(), tr("Import a preset"), {}, tr("JSON (*.json)"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        guarded([&] {
            const RunPreset preset = RunPreset::read(file);
            parts_.presets->save(preset);
            Q_EMIT presetChosen(preset);
        });
    });
    dialog->open();
}

void PresetActions::exportFile() {
    QFileDialog* dialog = makeSaveDialog(page_->window(), tr("Export these settings"),
                                         parts_.head->proposedName(), {tr("JSON (*.json)")});
    connect(dialog, &QFileDialog::fileSelected, this, &PresetActions::write);
    dialog->open();
}

void PresetActions::write(const QString& file) {
    guarded([&] {
        const QString name = parts_.head->name();
        presetOf(name.isEmpty() ? QFileInfo(file).completeBaseName() : name).write(file);
        parts_.head->say(NoticeBar::Kind::Info, tr("The settings are in %1.").arg(file));
    });
}

void PresetActions::remove(const RunPreset& preset) {
    guarded([&] {
        parts_.presets->remove(preset);
        parts_.head->say(NoticeBar::Kind::Info, tr("The preset %1 is removed.").arg(preset.name));
    });
}

}  // namespace univi::ui
