#pragma once

#include <QDialog>

#include "ui/groups/group_export.h"

class QComboBox;
class QLabel;
class QSpinBox;

namespace univi::ui {

/// Asks for the kind of file, and for a picture its size and resolution. GUI thread.
class GroupExportDialog : public QDialog {
    Q_OBJECT
  public:
    /// `picture`: the size of what is exported, pixels.
    explicit GroupExportDialog(const QSize& picture, QWidget* parent = nullptr);
    ExportOptions options() const;
    /// Returns the chosen kind as a filter of a save dialog: "Picture (*.png)".
    QString filter() const;

  private:
    void refresh();

    QSize picture_;
    QComboBox* kind_;
    QSpinBox *width_, *dpi_;
    QLabel* size_;
};

}  // namespace univi::ui
