#pragma once

#include <QWidget>

#include "ui/groups/frame_picture.h"
#include "ui/groups/group_selection.h"
#include "ui/groups/known_groupings.h"

class QButtonGroup;
class QComboBox;
class QSpinBox;

namespace univi::ui {

class PictureView;

/// A second picture beside the first: another stage or frame of the same medium, or the same one as
/// another model or a What if grouped it, drawn in the same way. What is pointed at in one is lit
/// in both: the groups that hold the same place of the picture. GUI thread.
class ComparePane : public QWidget {
    Q_OBJECT
  public:
    /// `first` and `first_view` are the other one.
    ComparePane(GroupSelection* first, PictureView* first_view, QWidget* parent = nullptr);
    GroupSelection* selection() const { return second_; }
    PictureView* view() const { return view_; }
    /// The frame's pixels.
    const QImage& picture() const { return picture_.last(); }
    /// Pixels above its picture, which the buttons take.
    int headHeight() const;
    /// Takes groups that the second picture may show, of a medium that was read whole.
    void know(const QString& name, const protocol::TokenGroups& groups);
    /// Shows the grouping of that name, where the first picture is.
    void showGrouping(const QString& name);

  Q_SIGNALS:
    /// This grouping is shown now; empty: the medium's own, or nothing.
    void groupingShown(const QString& name);

  protected:
    void hideEvent(QHideEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void takeGroups();
    void takeDrawing();
    void takeValues();
    void takePinned();
    bool showsSameGroups() const;
    bool isOther() const { return !shown_.isEmpty(); }
    void fillGroupings();
    void followFirst();
    void loadFrame();
    void refresh();

    GroupSelection *first_, *second_;
    PictureView* view_;
    KnownGroupings known_;
    QString shown_;  ///< the grouping's name; empty: the first's own
    QStringList offered_;
    QComboBox* groupings_;  ///< their names; hidden where there is no other
    FramePicture picture_;
    QButtonGroup* stages_;
    QSpinBox* frame_;
    QWidget* head_;
    int pinned_ = -1;  ///< of the first as it was taken over
};

}  // namespace univi::ui
