#include "ui/chat/chat_problems.h"

#include "ui/chat/chat_notices.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/conversation_shelf.h"
#include "ui/chat/conversation_store.h"

namespace univi::ui {

ChatProblems::ChatProblems(ChatNotices* notices, ConversationStore* store, ConversationShelf* shelf,
                           QObject* parent)
    : QObject(parent), notices_(notices), shelf_(shelf) {
    connect(store, &ConversationStore::failed, this, &ChatProblems::show);
    connect(store, &ConversationStore::noticed, this, [this](const QString& sentence) {
        notices_->show({}, NoticeBar::Kind::Warning, sentence);
    });
    connect(shelf, &ConversationShelf::problem, this,
            [this](const QString& conversation, const QString& sentence) {
                notices_->show(conversation, NoticeBar::Kind::Error, sentence);
            });
    connect(shelf, &ConversationShelf::queueHeld, this, &ChatProblems::sayHeld);
}

void ChatProblems::show(const QString& sentence) {
    notices_->show({}, NoticeBar::Kind::Error, sentence);
}

void ChatProblems::sayHeld(const QString& conversation, int questions) {
    notices_->show(
        conversation, NoticeBar::Kind::Info,
        tr("The reply was not finished, so %Ln question(s) go on waiting.", nullptr, questions),
        {{tr("Ask now"), [this, conversation] {
              ConversationModel* model = shelf_->current();
              if (model->id() == conversation) model->askQueued();
          }}});
}

}  // namespace univi::ui
