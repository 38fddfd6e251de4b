#pragma once

#include <QDialog>

#include "ui/training/setup/run_preset.h"

class QComboBox;
class QLabel;
class QTableWidget;

namespace univi::ui {

/// What two settings have different: the ones at hand, the defaults, any preset.
class DifferenceDialog : public QDialog {
    Q_OBJECT
  public:
    struct Side {
        QString name;
        training::TrainOptions options;
    };
    /// `sides`: at least two; the first two are compared at first.
    explicit DifferenceDialog(const QList<Side>& sides, QWidget* parent = nullptr);
    QList<OptionDifference> shown() const { return shown_; }

  private:
    void compare();
    QList<Side> sides_;
    QList<OptionDifference> shown_;
    QComboBox *left_, *right_;
    QTableWidget* table_;
    QLabel* same_;
};

}  // namespace univi::ui
