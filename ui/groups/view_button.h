#pragma once

#include <QToolButton>

#include "ui/groups/group_selection.h"

class QMenu;

namespace univi::ui {

/// How the groups are drawn, as a menu: colours, borders, opacity; a second picture and the export
/// where somebody answers their signals. Writes to the selection. GUI thread.
class ViewButton : public QToolButton {
    Q_OBJECT
  public:
    explicit ViewButton(GroupSelection* selection, QWidget* parent = nullptr);
    /// An icon in place of the word.
    void setNarrow(bool narrow);
    /// Asks for the second picture, or for it to go, as its entry does.
    void setCompares(bool wanted);

  Q_SIGNALS:
    void exportRequested();
    /// A second picture is wanted beside the first, or not any more.
    void compareToggled(bool wanted);

  protected:
    void connectNotify(const QMetaMethod& signal) override;

  private:
    void addFills(QMenu* menu);
    void addOpacity(QMenu* menu);

    GroupSelection* selection_;
    QAction *compare_ = nullptr, *export_ = nullptr;
};

}  // namespace univi::ui
