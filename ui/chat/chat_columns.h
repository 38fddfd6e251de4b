#pragma once

#include <QPointer>
#include <QSplitter>

namespace univi::ui {

/// The columns of the Chat page: conversations, the open one, and a side panel. The middle takes
/// what room there is; in a narrow window the list gives way to the side panel.
class ChatColumns : public QSplitter {
    Q_OBJECT
  public:
    /// `side` may be nullptr.
    ChatColumns(QWidget* list, QWidget* middle, QWidget* side, QWidget* parent = nullptr);
    /// The panel stands beside a conversation about something; an empty chat has the room for
    /// itself.
    void showSide(bool wanted);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeRoom();
    QWidget* list_;
    QPointer<QWidget> side_;
};

}  // namespace univi::ui
