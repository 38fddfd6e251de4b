#pragma once

#include <QWidget>

#include "ui/training/setup/run_preset.h"

class QGridLayout;
class QLabel;

namespace univi::ui {

/// What a new run begins with: a preset, an earlier run, a pasted command, or nothing.
class StartFromView : public QWidget {
    Q_OBJECT
  public:
    explicit StartFromView(QWidget* parent = nullptr);
    void setPresets(const QList<RunPreset>& presets);

  Q_SIGNALS:
    void presetChosen(const univi::ui::RunPreset& preset);
    void runWanted();
    void pasteWanted();
    void emptyWanted();
    void cancelled();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void arrange();
    QList<QWidget*> cards_;
    QGridLayout* grid_;
    int columns_ = 0;
};

}  // namespace univi::ui
