#pragma once

#include <QWidget>

#include "ui/evaluation/items_model.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace univi::ui {

class GroupsPanel;
class Thumbnails;

/// Shows one item in full: its picture or clip, with token groups on demand, its question, the
/// expected and the given answer, the verdict and the judge's words. GUI thread.
class ItemView : public QWidget {
    Q_OBJECT
  public:
    explicit ItemView(QWidget* parent = nullptr);
    void showItem(const ItemsModel::Row& row, const QString& model, const QString& other_model);
    void showNothing(const QString& sentence);
    /// Shows the groups of the medium that is shown; others are ignored.
    GroupsPanel* groups() const { return groups_; }
    QString medium() const { return medium_; }
    void setGroupsMessage(const QString& message);
    void showGroupsPanel();

  Q_SIGNALS:
    /// Asks for the groups of `medium`.
    void groupsRequested(const QString& medium);

  private:
    void addText(const QString& heading, const QString& words, const char* state = nullptr);
    void showPicture();

    QStackedWidget* stack_;
    QLabel *empty_, *picture_;
    QPushButton* groups_button_;
    QLabel* groups_message_;
    GroupsPanel* groups_;
    QVBoxLayout* texts_;
    Thumbnails* thumbnails_;
    QString medium_;
};

}  // namespace univi::ui
