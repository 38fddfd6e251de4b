#pragma once

#include <QWidget>

#include "ui/training/runs/run_data.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace univi::ui {

class RunLibrary;

/// Lists the known runs with their states and progress in the left column of the Train page, with
/// search and filter above and buttons for a new run and a comparison below.
class RunListView : public QWidget {
    Q_OBJECT
  public:
    explicit RunListView(RunLibrary* library, QWidget* parent = nullptr);

    /// Marks the run that is shown; an empty folder marks none.
    void setCurrent(const QString& folder);
    void focusSearch();
    int count() const;
    QString folderAt(int row) const;
    /// Returns the runs that are chosen together (Ctrl, Shift).
    QStringList chosen() const;
    /// Opens the editor of the run's name in its line.
    void editName(const QString& folder);
    enum class Filter { All, Living, Done, Failed };
    void setFilter(Filter filter);

  Q_SIGNALS:
    void openRequested(const QString& folder);
    void newRequested();
    void compareRequested(const QStringList& folders);
    void openFolderRequested();
    void forgetRequested(const QString& folder);
    void renamed(const QString& folder, const QString& name);
    void removeRequested(const QString& folder);

  private:
    void wire();
    QWidget* buildTop();
    QWidget* buildBottom();
    void refresh();
    bool passes(const RunInfo& info) const;
    void addKeys();
    void showMenu(const QPoint& position);

    RunLibrary* library_;
    QLineEdit* search_;
    QComboBox* filter_;
    QListWidget* list_;
    QLabel* nothing_;
    QPushButton* compare_ = nullptr;
    QString current_;
    QString edited_;  ///< run whose name is being written; the list stands still meanwhile
    bool filling_ = false;
};

}  // namespace univi::ui
