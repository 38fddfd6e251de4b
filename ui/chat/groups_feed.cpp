#include "ui/chat/groups_feed.h"

#include <QFileInfo>
#include <algorithm>
#include <numeric>
#include <utility>

#include "ui/chat/chat_notices.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/reply_looks.h"
#include "ui/chat/turn_view.h"
#include "ui/media/thumbnails.h"

namespace univi::ui {
namespace {

/// A word is marked when it looked at a group more than words look at groups on the whole; fully
/// when it looked at it so many times as much, or most of all words where that is more.
constexpr float kClearly = 4, kLeastStrength = 0.1F;

/// What a token paid to a visual token; 0 where that is not known.
float shareOf(const ReplyAttention::Token& token, int medium, int visual) {
    if (medium < 0 || std::size_t(medium) >= token.shares.size()) return 0;
    const std::vector<float>& row = token.shares[std::size_t(medium)];
    return visual < 0 || std::size_t(visual) >= row.size() ? 0 : row[std::size_t(visual)];
}

/// What a token of the reply pays to a visual token of the medium, the mean over all of both.
float usualShare(const ReplyAttention& attention, int medium) {
    double sum = 0;
    std::size_t count = 0;
    for (const ReplyAttention::Token& token : attention.tokens) {
        if (std::size_t(medium) >= token.shares.size()) continue;
        for (const float share : token.shares[std::size_t(medium)]) sum += share;
        count += token.shares[std::size_t(medium)].size();
    }
    return count == 0 ? 0 : float(sum / double(count));
}

/// The token that paid most; -1: none did.
int mostAttentive(const ReplyAttention& attention, int medium, int visual) {
    int most = -1;
    float share = 0;
    for (int i = 0; i < attention.tokens.size(); ++i)
        if (const float own = shareOf(attention.tokens[i], medium, visual); own > share)
            most = i, share = own;
    return most;
}

}  // namespace

GroupsFeed::GroupsFeed(ChatView* view, ChatNotices* notices, Thumbnails* thumbnails,
                       QObject* parent)
    : QObject(parent), view_(view), notices_(notices), thumbnails_(thumbnails) {
    connect(view, &ChatView::replyHovered, this, &GroupsFeed::onHover);
    connect(view, &ChatView::replyClicked, this, &GroupsFeed::onClick);
    connect(view, &ChatView::replySelected, this, &GroupsFeed::onSelected);
    view->setMarks([self = QPointer<GroupsFeed>(this)](int turn) {
        return self ? self->marksOf(turn) : QVector<SourceMark>();
    });
}

void GroupsFeed::setConversation(ConversationModel* model) {
    if (model_) {
        disconnect(model_, nullptr, this, nullptr);
        disconnect(model_->looks(), nullptr, this, nullptr);
        model_->looks()->pause();
    }
    model_ = model;
    hovered_ = selected_ = {};
    lit_medium_ = lit_visual_ = -1;
    connect(model, &ConversationModel::groupsChanged, this, &GroupsFeed::onGroups);
    connect(model, &ConversationModel::groupsReset, this, &GroupsFeed::reset);
    connect(model, &ConversationModel::turnFinished, this, [this](int turn) {
        lookAgain(turn);
        onLooks();
    });
    connect(model->looks(), &ReplyLooks::arrived, this, &GroupsFeed::onLooks);
    connect(model->looks(), &ReplyLooks::failed, this, [this](const QString& sentence) {
        Q_EMIT waitingChanged(false);
        Q_EMIT choiceFailed(sentence);
    });
    model->looks()->choose(choice_);
    reset();
    onLooks();
}

void GroupsFeed::chooseAttention(const protocol::AttentionChoice& choice) {
    choice_ = choice;
    if (!model_) return;
    model_->looks()->choose(choice);
    lookAgain(toldTurn());
    onLooks();
}

/// The reply that is told of: of the word under the mouse, of the selected ones, else the last.
int GroupsFeed::toldTurn() const {
    if (!hovered_.isEmpty()) return hovered_.turn;
    if (!selected_.isEmpty()) return selected_.turn;
    return model_ ? model_->lastAsked() : -1;
}

void GroupsFeed::onHover(int turn, int position) {
    if (!model_) return;
    const bool inside = position >= 0 && turn < model_->turns().size();
    if (TurnView* view = inside ? nullptr : view_->turnView(turn)) view->markReply(0, 0);
    const bool other = toldTurn() != turn;
    hovered_ = inside ? Place{turn, position, position + 1} : Place();
    if (inside) lookAgain(turn);
    tell();
    if (other) tellSinks();
}

void GroupsFeed::onClick(int turn, int position) {
    onHover(turn, position);
    Q_EMIT placeWanted();
}

/// Words are picked in one reply at a time.
void GroupsFeed::onSelected(int turn, int start, int end) {
    if (!model_ || (start >= end && turn != selected_.turn)) return;
    const Place before = std::exchange(selected_, start < end ? Place{turn, start, end} : Place());
    if (before.turn != turn && !before.isEmpty() && before.turn < view_->count())
        if (TurnView* view = view_->turnView(before.turn)) view->clearSelection();
    if (!selected_.isEmpty()) lookAgain(turn);
    tell();
    tellSinks();
}

void GroupsFeed::lookAgain(int turn) {
    if (!model_) return;
    model_->lookAgain(turn);
    Q_EMIT waitingChanged(model_->looks()->isAsking());
}

void GroupsFeed::onLooks() {
    if (!model_) return;
    Q_EMIT waitingChanged(model_->looks()->isAsking());
    tell();
    tellSinks();
    tellLooker();
    view_->refreshMarks();
}

/// The word under the mouse goes before those that are selected.
void GroupsFeed::tell() {
    ReplyAttention::Word word;
    const Place& place = hovered_.isEmpty() ? selected_ : hovered_;
    if (model_ && !place.isEmpty() && place.turn < model_->turns().size()) {
        const int length = int(model_->turns()[place.turn].reply.size());
        const ReplyAttention& attention = model_->attentionOf(place.turn);
        word = hovered_.isEmpty() ? attention.over(place.start, place.end, length)
                                  : attention.at(place.start, length);
        TurnView* view = hovered_.isEmpty() ? nullptr : view_->turnView(place.turn);
        if (view) view->markReply(word.start, word.length);
    }
    Q_EMIT attentionChanged(word.shares, word.scale, textOf(place.turn, word.start, word.length));
    Q_EMIT mediumPointedAt(place.isEmpty() ? -1 : mediumOf(place.turn, word.shares));
}

/// A reply is about the media of its question, or of the last one before that had any.
int GroupsFeed::mediumOf(int turn, const std::vector<std::vector<float>>& shares) const {
    int count = 0, first = 0, end = 0, most = -1;
    for (int i = 0; i <= turn && i < model_->turns().size(); ++i) {
        const int own = int(model_->turns()[i].media.size());
        if (own > 0) first = count, end = count + own;
        count += own;
    }
    float best = 0;
    for (int medium = first; medium < end && std::size_t(medium) < shares.size(); ++medium) {
        const std::vector<float>& row = shares[std::size_t(medium)];
        const float sum = std::accumulate(row.begin(), row.end(), 0.0F);
        if (sum > best) best = sum, most = medium;
    }
    return most;
}

QString GroupsFeed::textOf(int turn, int start, int length) const {
    return length > 0 ? model_->turns()[turn].reply.mid(start, length) : QString();
}

void GroupsFeed::tellSinks() {
    if (!model_) return;
    const int turn = toldTurn();
    const bool known = turn >= 0 && turn < model_->turns().size();
    Q_EMIT sinksChanged(model_->attentionOf(turn).sinks(),
                        known ? model_->looks()->sinks(model_->turns()[turn].id)
                              : std::vector<protocol::AttentionSink>());
}

void GroupsFeed::showLookers(int medium, int visual) {
    lit_medium_ = medium;
    lit_visual_ = visual;
    tellLooker();
    view_->refreshMarks();
}

void GroupsFeed::tellLooker() {
    if (!model_ || lit_visual_ < 0) return;
    const int turn = toldTurn();
    const ReplyAttention& attention = model_->attentionOf(turn);
    const int most = mostAttentive(attention, lit_medium_, lit_visual_);
    if (most < 0) return Q_EMIT lookerFound({}, 0);
    const int start = attention.tokens[most].start;
    const int end = attention.endOf(most, int(model_->turns()[turn].reply.size()));
    Q_EMIT lookerFound(textOf(turn, start, end - start),
                       shareOf(attention.tokens[most], lit_medium_, lit_visual_));
}

QVector<SourceMark> GroupsFeed::marksOf(int turn) const {
    QVector<SourceMark> marks;
    if (!model_ || lit_visual_ < 0) return marks;
    const ReplyAttention& attention = model_->attentionOf(turn);
    const int most = mostAttentive(attention, lit_medium_, lit_visual_);
    if (most < 0) return marks;
    const int length = int(model_->turns()[turn].reply.size());
    const float usual = usualShare(attention, lit_medium_);
    const float full =
        std::max(shareOf(attention.tokens[most], lit_medium_, lit_visual_), kClearly * usual);
    for (int i = 0; i < attention.tokens.size(); ++i) {
        const float share = shareOf(attention.tokens[i], lit_medium_, lit_visual_);
        const float strength = full > usual ? (share - usual) / (full - usual) : 0;
        const int start = attention.tokens[i].start, end = attention.endOf(i, length);
        if (strength >= kLeastStrength && end > start)
            marks << SourceMark{start, end - start, strength};
    }
    return marks;
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
    if (!model_) return;
    Q_EMIT groupsReset(model_->groups());
    // What it shows of words belonged to the numbers before.
    tell();
    tellSinks();
}

}  // namespace univi::ui
