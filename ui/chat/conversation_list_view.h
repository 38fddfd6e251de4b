#pragma once

#include <QWidget>

#include "ui/chat/conversation.h"

class QLabel;
class QLineEdit;
class QListWidgetItem;
class QMenu;

namespace univi::ui {

class ConversationList;
class ConversationStore;
class NoticeBar;

/// The left column of the Chat page: search, the conversations newest first and in their folders, a
/// new chat. F2 renames, Delete removes (and can be taken back; of a folder what lies in it stays),
/// Enter opens.
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
    /// A folder of that name; `conversation`, where one is named, is put into it.
    void addFolder(const QString& name, const QString& conversation = {});

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
    void fillMenu(QMenu& menu, QListWidgetItem* item);
    void fillMoveMenu(QMenu* menu, QListWidgetItem* item);
    void fillFolderMenu(QMenu& menu, QListWidgetItem* item);
    void askFolder(const QString& conversation);
    void onRenamed(const QString& id, const QString& title);
    void onFolderRenamed(const QString& folder, const QString& name);
    QString currentId() const;
    void wire();
    void buildShortcuts();

    ConversationStore* store_;
    QLineEdit* search_;
    ConversationList* list_;
    QLabel* nothing_;
    NoticeBar* undo_;
    Conversation removed_;
    QString current_;
};

}  // namespace univi::ui
