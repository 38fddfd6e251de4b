#pragma once

#include <QHash>
#include <QMap>
#include <QWidget>

#include "ui/training/runs/run_data.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QTableWidget;
class QTableWidgetItem;

namespace univi::ui {

class ChartPanel;
class DifferencesTable;
class NoticeBar;
class RunFeed;
class RunLibrary;

/// Compares runs: in a table to sort and filter, by the curves of those that are ticked, and by the
/// settings that differ between two of them.
class ComparePage : public QWidget {
    Q_OBJECT
  public:
    explicit ComparePage(RunLibrary* library, QWidget* parent = nullptr);
    ~ComparePage() override;

    /// Ticks these runs, or the newest six that have curves when there are none.
    void compare(const QStringList& folders);
    QStringList ticked() const;
    ChartPanel* charts() const { return charts_; }
    QTableWidget* table() const { return table_; }
    DifferencesTable* differences() const { return differences_; }
    void setFilter(const QString& words);
    /// Stops reading the runs' files; compare() starts it again.
    void leave();

  Q_SIGNALS:
    void openRequested(const QString& folder);

  private:
    QWidget* buildDifferences();
    void dressTable();
    void wire();
    void showTickBoxes();
    void refresh();
    void fillRow(int row, const RunInfo& info);
    void onTick(QTableWidgetItem* item);
    void follow();
    void fillChoices();
    void showDifferences();
    QColor colorOf(const QString& folder);

    RunLibrary* library_;
    QLineEdit* search_;
    QTableWidget* table_;
    ChartPanel* charts_;
    DifferencesTable* differences_;
    QComboBox *first_, *second_;
    QLabel* equal_;
    NoticeBar* notice_;
    QMap<QString, RunFeed*> feeds_;
    QStringList ticked_, colored_;
    bool filling_ = false;
};

}  // namespace univi::ui
