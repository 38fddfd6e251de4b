#include "ui/chat/groups_feed.h"

#include <QFileInfo>

#include "ui/chat/chat_notices.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/turn_view.h"
#include "ui/media/thumbnails.h"

namespace univi::ui {

GroupsFeed::GroupsFeed(ChatView* view, ChatNotices* notices, Thumbnails* thumbnails,
                       QObject* parent)
    : QObject(parent), view_(view), notices_(notices), thumbnails_(thumbnails) {
    connect(view, &ChatView::replyHovered, this, &GroupsFeed::onHover);
}

void GroupsFeed::setConversation(ConversationModel* model) {
    if (model_) disconnect(model_, nullptr, this, nullptr);
    model_ = model;
    connect(model, &ConversationModel::groupsChanged, this, &GroupsFeed::onGroups);
    connect(model, &ConversationModel::groupsReset, this, &GroupsFeed::reset);
    reset();
}

void GroupsFeed::onHover(int turn, int position) {
    if (!model_) return;
    const bool inside = position >= 0 && turn < model_->turns().size();
    const ConversationModel::WordAttention word =
        inside ? model_->attentionAt(turn, position) : ConversationModel::WordAttention();
    if (TurnView* view = view_->turnView(turn)) view->markReply(word.start, word.length);
    const QString text =
        word.length > 0 ? model_->turns()[turn].reply.mid(word.start, word.length) : QString();
    Q_EMIT attentionChanged(word.shares, word.scale, text);
}

void GroupsFeed::onGroups(const protocol::TokenGroups& groups) {
    if (groups.is_video && !groups.frames.empty())
        thumbnails_->setClipFrame(QString::fromStdString(groups.source),
                                  QString::fromStdString(groups.frames.front().picture));
    if (groups.complete && groups.frames_lost > 0)
        notices_->show(
            model_->id(), NoticeBar::Kind::Warning,
            tr("%1 is damaged: %2 of %3 frames cannot be read; replies rest on the others.")
                .arg(QFileInfo(QString::fromStdString(groups.source)).fileName())
                .arg(groups.frames_lost)
                .arg(groups.frames_in_file));
    Q_EMIT groupsChanged(groups);
}

void GroupsFeed::reset() {
    if (model_) Q_EMIT groupsReset(model_->groups());
}

}  // namespace univi::ui
