#pragma once

#include <QWidget>

#include "ui/groups/group_selection.h"

class QButtonGroup;
class QLabel;

namespace univi::ui {

/// Which groups are shown: the merging stage, and those of the event or of the frame. Writes to the
/// selection. Where there is little width it says less.
class GroupsToolbar : public QWidget {
    Q_OBJECT
  public:
    explicit GroupsToolbar(GroupSelection* selection, QWidget* parent = nullptr);
    /// Of the short form.
    QSize minimumSizeHint() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();

    GroupSelection* selection_;
    QButtonGroup *stages_, *levels_;
    QLabel* name_;
    QWidget* level_box_ = nullptr;
};

}  // namespace univi::ui
