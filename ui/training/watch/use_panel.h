#pragma once

#include <QWidget>

#include "ui/training/runs/run_data.h"
#include "ui/training/runs/run_use.h"

class QLabel;
class QPushButton;
class QTableWidget;

namespace univi::ui {

/// Lists the result and the checkpoints of a run and offers what can be done with the chosen one.
class UsePanel : public QWidget {
    Q_OBJECT
  public:
    explicit UsePanel(QWidget* parent = nullptr);
    void setRun(const RunInfo& info);
    /// Returns the folder of the chosen row, or an empty text without one.
    QString chosenFolder() const;
    void choose(int row);
    int rowCount() const;

  Q_SIGNALS:
    void chatRequested(const univi::ui::ModelChoice& model);
    void compareRequested(const univi::ui::RunInfo& info, const QString& folder);
    void evaluateRequested(const univi::ui::ModelChoice& model);
    void exportRequested(const univi::ui::RunInfo& info, const QString& folder);

  private:
    struct Row {
        QString folder, name, kind;
        qint64 step = 0;
        QDateTime written;
    };
    QList<Row> rowsOf(const RunInfo& info) const;
    void wire();
    void updateButtons();
    RunInfo info_;
    bool filling_ = false;
    bool is_chosen_ = false;  ///< by the person: a newer row does not take the choice away
    QStringList shown_;
    QTableWidget* table_;
    QLabel* empty_;
    QPushButton *chat_, *compare_, *evaluate_, *export_, *open_;
};

}  // namespace univi::ui
