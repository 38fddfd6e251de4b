#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "core/eval/table.h"
#include "ui/session/engine_client.h"

class QAbstractItemModel;
class QButtonGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QSplitter;
class QTableView;

namespace univi::ui {

class ItemsModel;
class ItemView;

/// What stands behind a figure: its questions as a list with filters and search, another checkpoint
/// beside them on demand, and the chosen one in full, with token groups drawn by an engine of its
/// own that loads the evaluated model when first asked. GUI thread.
class ItemsPanel : public QWidget {
    Q_OBJECT
  public:
    explicit ItemsPanel(const EngineClient::Options& engine, QWidget* parent = nullptr);

    /// The results of the table; they must live until the next call. Shows nothing yet.
    void setResults(std::vector<const eval::Results*> results);
    /// The items of a figure of results number `index`.
    void showCell(std::size_t index, const eval::TableColumn& column);
    void showNothing(const QString& sentence);
    /// Entry `choice` of the list of other checkpoints; 0: none.
    void compareWith(int choice);

    ItemsModel* items() const { return items_; }
    ItemView* item() const { return item_; }

  private:
    QWidget* buildTools();
    void fillCompare();
    void showItems();
    void updateFilters();
    void showCurrentItem();
    void startEngine();
    void requestGroups(const QString& medium);
    QString nameOf(int index) const;
    int otherIndex() const;

    EngineClient::Options engine_options_;
    EngineClient* engine_ = nullptr;
    qint64 groups_request_ = 0;
    QString groups_medium_;

    std::vector<const eval::Results*> results_;
    std::size_t shown_ = 0;
    std::optional<eval::TableColumn> column_;

    ItemsModel* items_;
    ItemView* item_;
    QLabel* title_;
    QButtonGroup* filters_;
    QComboBox* compare_;
    QLineEdit* search_;
    QTableView* view_;
};

/// A splitter whose parts stand apart like cards.
void dressSplitter(QSplitter* splitter);

/// A table view as the Eval page draws them.
QTableView* makeTableView(QAbstractItemModel* model, const QString& name);

}  // namespace univi::ui
