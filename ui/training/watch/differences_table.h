#pragma once

#include <QTableWidget>

#include "ui/training/runs/run_command.h"

namespace univi::ui {

/// Settings that differ, one a row: name, before, after, and with `effects` what a change means for
/// a run that goes on.
class DifferencesTable : public QTableWidget {
    Q_OBJECT
  public:
    explicit DifferencesTable(bool effects, QWidget* parent = nullptr);
    void setDifferences(const QList<SettingDifference>& differences);

  private:
    bool effects_;
};

}  // namespace univi::ui
