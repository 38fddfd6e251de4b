#pragma once

#include <QDialog>

#include "ui/training/runs/probe_store.h"

class QComboBox;
class QSpinBox;
class QTableWidget;

namespace univi::ui {

/// Asks for the probe questions of a run: a medium and a question a line, every how many
/// checkpoints, on which device.
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
