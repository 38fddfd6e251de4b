#pragma once

#include <QPointer>
#include <QScrollArea>
#include <QVector>

class QVBoxLayout;

namespace univi::ui {

class ConversationModel;
class Thumbnails;
class TurnView;

/// The turns of the open conversation, newest at the bottom. Stays at the bottom while a reply
/// grows unless the user scrolled away. GUI thread.
class ChatView : public QScrollArea {
    Q_OBJECT
  public:
    explicit ChatView(Thumbnails* thumbnails, QWidget* parent = nullptr);

    void setModel(ConversationModel* model);
    /// Why the last question waits when the engine is not ready, e.g. "Waiting for the model to
    /// load…"; empty: it is. `moving`: it will go on by itself.
    void setWaitingReason(const QString& sentence, bool moving = true);
    TurnView* turnView(int index) const;
    int count() const { return int(views_.size()); }
    void editLast();

  Q_SIGNALS:
    void mediumClicked(const QString& file);
    void copied();
    /// A character of a reply is under the mouse; position -1: none.
    void replyHovered(int turn, int position);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void rebuild();
    void addTurn(int index);
    void updateTurn(int index);
    void updateActivity();
    void followBottom();

    QPointer<ConversationModel> model_;
    Thumbnails* thumbnails_;
    QWidget* body_;
    QVBoxLayout* column_;
    QVector<TurnView*> views_;
    QString waiting_;
    bool waiting_moves_ = true;
    bool at_bottom_ = true;
};

}  // namespace univi::ui
