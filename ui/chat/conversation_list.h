#pragma once

#include <QListWidget>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// The conversations as a list: pinned ones, folders with what lies in them, the others. A folder
/// is folded by a click, Enter or the left and right arrow keys; a conversation is dragged onto a
/// folder, onto one that lies in it, or out of it. F2 renames either.
class ConversationList : public QListWidget {
    Q_OBJECT
  public:
    struct Content {
        QList<ConversationInfo> conversations;  ///< in the order of the list
        QList<ConversationFolder> folders;
        bool searching = false;  ///< folders without a conversation are left out, others unfolded
    };
    explicit ConversationList(QWidget* parent = nullptr);

    void fill(const Content& content);
    /// Marks the open conversation; an id that is not in the list marks none.
    void markOpen(const QString& id);
    static bool isFolder(const QListWidgetItem* item);
    /// Of a conversation; empty for a folder.
    static QString idOf(const QListWidgetItem* item);
    /// The folder itself, or that in which a conversation lies.
    static QString folderOf(const QListWidgetItem* item);
    static bool isPinned(const QListWidgetItem* item);

  Q_SIGNALS:
    void openRequested(const QString& id);
    void renamed(const QString& id, const QString& title);
    void folderRenamed(const QString& folder, const QString& name);
    void folderClosed(const QString& folder, bool closed);
    /// To another folder; empty: out of any.
    void moved(const QString& id, const QString& folder);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void startDrag(Qt::DropActions actions) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void addFolder(const ConversationFolder& folder, const QList<ConversationInfo>& inside,
                   bool searching);
    void addConversation(const ConversationInfo& info);
    void activate(QListWidgetItem* item);
    void onEdited(QListWidgetItem* item);
    void markDrop(QListWidgetItem* item);

    bool filling_ = false;
};

}  // namespace univi::ui
