#pragma once

#include <QWidget>

class QBoxLayout;
class QButtonGroup;
class QLineEdit;
class QStackedWidget;
class QToolButton;

namespace univi::ui {

class DataPanel;
class GpuMonitor;
class MemoryPlanner;
class OptionFormView;
class RunForm;
class SetupDevices;
class SetupSide;

/// The settings, data and devices of a run as tabs, and beside them the column of checks, memory
/// plan and command. The column folds away; where the page is narrow it takes the place of the
/// tabs, and the search stands below their row. GUI thread.
class SetupBody : public QWidget {
    Q_OBJECT
  public:
    enum Tab { Settings, Data, Devices };
    /// Borrows all; the width of `page` decides what stands beside what.
    SetupBody(RunForm* form, GpuMonitor* monitor, MemoryPlanner* planner, const QWidget* page);

    OptionFormView* fields() const { return fields_; }
    DataPanel* data() const { return data_; }
    SetupDevices* devices() const { return devices_; }
    SetupSide* side() const { return side_; }

    Tab tab() const;
    void showTab(Tab tab);
    /// Shows a tab, in place of the column where that has taken it.
    void openTab(Tab tab);
    void focusTabs();
    /// Shows or folds the column of checks, plan and command.
    void showSide(bool on);
    /// Gives the tabs their place back where the column may have taken it.
    void uncoverTabs();
    /// Marks the column's button with the worst that the checks found.
    void setCounts(int errors, int warnings);
    /// Arranges the parts beside or below each other as the width allows.
    void arrange(int side_margin);

  private:
    QWidget* buildTabRow();
    void arrange();
    bool isWide() const;
    void placeSearch();

    const QWidget* page_;
    OptionFormView* fields_;
    DataPanel* data_;
    SetupDevices* devices_;
    SetupSide* side_;
    QStackedWidget* tabs_;
    QButtonGroup* tab_buttons_;
    QToolButton* side_button_;
    QBoxLayout *tab_line_, *column_;
    bool side_wanted_ = true;    ///< beside the tabs, where there is the width
    bool side_instead_ = false;  ///< in their place, where there is not
};

}  // namespace univi::ui
