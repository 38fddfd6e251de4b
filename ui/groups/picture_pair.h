#pragma once

#include <QWidget>

#include "ui/groups/group_selection.h"

namespace univi::ui {

class ComparePane;
class ElidedLabel;
class PictureView;

/// The picture, or two of one size: beside each other or one above the other, as they are larger.
/// GUI thread.
class PicturePair : public QWidget {
    Q_OBJECT
  public:
    /// `selection` is what the first shows.
    PicturePair(GroupSelection* selection, PictureView* first, ComparePane* second,
                QWidget* parent = nullptr);
    /// Shows the second.
    void setCompares(bool wanted);
    bool isBeside() const;
    QSize sizeHint() const override { return {360, 300}; }
    QSize minimumSizeHint() const override;

  protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void place();
    void name();
    int heightOf(int width) const;
    QSize cellAbove() const;
    QSize cellBeside() const;

    GroupSelection* selection_;
    PictureView* first_;
    ComparePane* second_;
    ElidedLabel* caption_;  ///< of the first, where they stand beside each other
};

}  // namespace univi::ui
