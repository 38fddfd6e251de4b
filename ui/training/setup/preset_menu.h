#pragma once

#include <QMenu>

#include "ui/training/setup/run_preset.h"

namespace univi::ui {

/// Presets to take, to keep, to compare and to share. Filled when it opens.
class PresetMenu : public QMenu {
    Q_OBJECT
  public:
    /// Borrows `store`.
    explicit PresetMenu(PresetStore* store, QWidget* parent = nullptr);

  Q_SIGNALS:
    void chosen(const univi::ui::RunPreset& preset);
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
