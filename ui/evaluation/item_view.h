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

/// One item in full: its picture or clip (with the token groups on demand), question, expected and
/// given answer, verdict, the judge's words. GUI thread.
class ItemView : public QWidget {
    Q_OBJECT
  public:
    explicit ItemView(QWidget* parent = nullptr);
    void showItem(const ItemsModel::Row& row, const QString& model, const QString& other_model);
    void showNothing(const QString& sentence);
    /// Groups of the medium shown; others are ignored.
    GroupsPanel* groups() const { return groups_; }
    QString medium() const { return medium_; }
    void setGroupsMessage(const QString& message);
    void showGroupsPanel();

  Q_SIGNALS:
    /// The groups of `medium` are wanted.
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
