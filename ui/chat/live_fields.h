#pragma once

#include <QCoreApplication>

class QDoubleSpinBox;
class QFormLayout;
class QSpinBox;
class QWidget;

namespace univi::ui {

struct LiveCameraChoice;

/// Rows of a dialog's form: how many frames of what stays open a question is about, and how far
/// they lie from one another. GUI thread.
class LiveFields {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::LiveFields)
  public:
    /// Adds them below the rows that are there.
    explicit LiveFields(QFormLayout* form);

    void setEnabled(bool on);
    void setVisible(bool on);
    /// Puts what was chosen into `choice`.
    void read(LiveCameraChoice& choice) const;

  private:
    QFormLayout* form_;
    QSpinBox* frames_;
    QDoubleSpinBox* every_;
};

}  // namespace univi::ui
