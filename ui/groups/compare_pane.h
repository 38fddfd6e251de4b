#pragma once

#include <QWidget>

#include "ui/groups/group_selection.h"

class QButtonGroup;
class QSpinBox;

namespace univi::ui {

class PictureView;

/// A second picture beside the first: another stage or frame of the same medium, drawn in the same
/// way. What is pointed at in one is lit in both: the groups that hold the same patch. GUI thread.
class ComparePane : public QWidget {
    Q_OBJECT
  public:
    /// `first` and `first_view` are the other one.
    ComparePane(GroupSelection* first, PictureView* first_view, QWidget* parent = nullptr);
    GroupSelection* selection() const { return second_; }
    PictureView* view() const { return view_; }

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void takeGroups();
    void takeDrawing();
    void takeValues();
    void takePinned();
    bool showsSameGroups() const;
    void loadFrame();
    void refresh();

    GroupSelection *first_, *second_;
    PictureView* view_;
    QButtonGroup* stages_;
    QSpinBox* frame_;
    int pinned_ = -1;  ///< of the first as it was taken over
};

}  // namespace univi::ui
