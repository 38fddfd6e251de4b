#pragma once

#include <QWidget>

#include "ui/chat/conversation.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace univi::ui {

class ConversationStore;
class NoticeBar;

/// The left column of the Chat page: search, the conversations newest first, a new chat. F2
/// renames, Delete removes (and can be taken back), Enter opens.
class ConversationListView : public QWidget {
    Q_OBJECT
  public:
    explicit ConversationListView(ConversationStore* store, QWidget* parent = nullptr);

    /// Marks the open conversation; an id that is not in the list marks none.
    void setCurrent(const QString& id);
    void focusSearch();
    QString searchText() const;
    int count() const;
    QString titleAt(int row) const;

  Q_SIGNALS:
    void openRequested(const QString& id);
    void newRequested();
    void exportRequested(const QString& id);
    void importRequested();
    void removed(const QString& id);
    void renamed(const QString& id, const QString& title);

  private:
    void refresh();
    void showMenu(const QPoint& position);
    void remove(const QString& id);
    void onEdited(QListWidgetItem* item);
    QString currentId() const;
    void dressList();
    void wire();
    void buildShortcuts();

    ConversationStore* store_;
    QLineEdit* search_;
    QListWidget* list_;
    QLabel* nothing_;
    NoticeBar* undo_;
    Conversation removed_;
    QString current_;
    bool filling_ = false;
};

/// "14:05" today, "Tue" within a week, else the short date.
QString whenText(const QDateTime& time);

}  // namespace univi::ui
