#pragma once

#include <QPointer>
#include <QWidget>
#include <memory>

#include "ui/training/runs/probe_store.h"
#include "ui/training/runs/run_data.h"

class QLabel;
class QListWidget;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace univi::ui {

class NoticeBar;
class ProbeKeeper;
class Thumbnails;

/// Shows the probe questions of a run, which are asked of each checkpoint, and the answers by step
/// beside the picture and its groups.
class ProbePanel : public QWidget {
    Q_OBJECT
  public:
    explicit ProbePanel(ProbeKeeper* keeper, QWidget* parent = nullptr);
    ~ProbePanel() override;

    /// Shows a run. Reads its probes when it is another one than before.
    void setRun(const RunInfo& info);
    const ProbeStore* store() const { return store_.get(); }
    void setProbes(const QList<Probe>& probes, int every, const QString& device);
    void openEditor();

  private:
    void showAnswers();
    QWidget* makeCard(const Probe& probe);
    QLayout* makeRow(const ProbeAnswer& answer);
    void reload();
    void showStatus();
    void showGroups(const ProbeAnswer& answer);

    ProbeKeeper* keeper_;
    std::unique_ptr<ProbeStore> store_;
    RunInfo info_;
    QLabel *status_, *empty_;
    QPushButton* edit_;
    NoticeBar* notice_;
    Thumbnails* thumbnails_;
    QScrollArea* scroll_ = nullptr;
    QVBoxLayout* cards_ = nullptr;
};

}  // namespace univi::ui
