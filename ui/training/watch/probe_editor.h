#pragma once

#include <QDialog>

#include "ui/training/runs/probe_store.h"

class QComboBox;
class QSpinBox;
class QTableWidget;

namespace univi::ui {

/// Edits the probe questions of a run: one medium and question a line, how many checkpoints are
/// passed over, and the device.
class ProbeEditor : public QDialog {
    Q_OBJECT
  public:
    ProbeEditor(const QList<Probe>& probes, int every, const QString& device, QWidget* parent);
    QList<Probe> probes() const;
    int everyCheckpoint() const;
    QString device() const;
    void addProbe(const Probe& probe);

  private:
    QLayout* buildButtons();
    void chooseMedium();
    QTableWidget* table_;
    QSpinBox* every_;
    QComboBox* device_;
};

}  // namespace univi::ui
