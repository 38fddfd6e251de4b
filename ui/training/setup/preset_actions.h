#pragma once

#include <QObject>
#include <functional>

#include "training/options/command_text.h"
#include "ui/training/setup/run_preset.h"

class QWidget;

namespace univi::ui {

class RunForm;
class RunSetupHead;

/// Does what the menu of presets offers: fills the settings from a run, a command or a file, and
/// keeps, compares, writes and removes presets. Problems are said in the head. GUI thread.
class PresetActions : public QObject {
    Q_OBJECT
  public:
    struct Parts {
        PresetStore* presets;
        RunForm* form;
        RunSetupHead* head;
        QString runs_folder;
    };
    /// Borrows the parts; dialogs belong to `page`'s window.
    PresetActions(const Parts& parts, QWidget* page);
    void paste();
    void chooseRun();
    /// Runs `work`; an error becomes the head's notice.
    void guarded(const std::function<void()>& work);

  Q_SIGNALS:
    void runChosen(const QString& folder);
    void presetChosen(const univi::ui::RunPreset& preset);
    void commandRead(const univi::training::ReadCommand& command);

  private:
    void askName();
    void save(const QString& name);
    void compare();
    void importFile();
    void exportFile();
    void write(const QString& file);
    void remove(const RunPreset& preset);
    RunPreset presetOf(const QString& name) const;

    Parts parts_;
    QWidget* page_;
};

}  // namespace univi::ui
