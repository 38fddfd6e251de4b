#pragma once

#include <QWidget>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// One line under the picture that says what its colours mean; without height where they explain
/// themselves.
class FillLegend : public QWidget {
    Q_OBJECT
  public:
    explicit FillLegend(GroupSelection* selection, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, 18}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void refresh();
    GroupSelection* selection_;
};

}  // namespace univi::ui
