#pragma once

#include <QWidget>

#include "ui/groups/group_selection.h"

class QButtonGroup;
class QSlider;
class QToolButton;

namespace univi::ui {

/// Stage 64 / 32 / 16, event or frame level, fill, opacity, borders. Writes to the selection.
class GroupsToolbar : public QWidget {
    Q_OBJECT
  public:
    explicit GroupsToolbar(GroupSelection* selection, QWidget* parent = nullptr);

    /// Asks for the second picture, as its entry in the menu does.
    void compare();

  Q_SIGNALS:
    void exportRequested();
    /// A second picture is wanted beside the first, or not any more.
    void compareToggled(bool wanted);

  private:
    QToolButton* makeDrawingMenu();
    void refresh();

    GroupSelection* selection_;
    QButtonGroup *stages_, *levels_;
    QWidget* level_box_ = nullptr;
    QAction* compare_ = nullptr;
};

}  // namespace univi::ui
