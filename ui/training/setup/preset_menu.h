#pragma once

#include <QMenu>

#include "ui/training/setup/run_preset.h"

namespace univi::ui {

/// What a set-up can be filled from (presets, an earlier run, a pasted command), and presets to
/// keep, to compare and to share. Filled when it opens.
class PresetMenu : public QMenu {
    Q_OBJECT
  public:
    /// Borrows `store`.
    explicit PresetMenu(PresetStore* store, QWidget* parent = nullptr);

  Q_SIGNALS:
    void chosen(const univi::ui::RunPreset& preset);
    void runWanted();
    void pasteWanted();
    void saveWanted();
    void compareWanted();
    void importWanted();
    void exportWanted();
    void removeWanted(const univi::ui::RunPreset& preset);

  private:
    void fill();
    PresetStore* store_;
};

}  // namespace univi::ui
