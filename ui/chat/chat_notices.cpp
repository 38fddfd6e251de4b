#include "ui/chat/chat_notices.h"

#include <QEvent>
#include <QPushButton>

namespace univi::ui {

ChatNotices::ChatNotices(NoticeBar* bar) : QObject(bar), bar_(bar) {
    bar_->installEventFilter(this);
}

void ChatNotices::show(const QString& conversation, NoticeBar::Kind kind, const QString& sentence,
                       const QList<Action>& actions) {
    notices_.insert(conversation, {kind, sentence, actions, ++serial_});
    update();
}

void ChatNotices::showPassing(const QString& conversation, const QString& sentence,
                              const QList<Action>& actions) {
    notices_.insert(conversation, {NoticeBar::Kind::Info, sentence, actions, ++serial_, true});
    update();
}

void ChatNotices::clear(const QString& conversation) {
    if (notices_.remove(conversation) > 0) update();
}

void ChatNotices::showEngine(NoticeBar::Kind kind, const QString& sentence,
                             const QList<Action>& actions) {
    engine_ = Notice{kind, sentence, actions, ++serial_};
    update();
}

void ChatNotices::clearEngine() {
    if (!engine_) return;
    engine_.reset();
    update();
}

void ChatNotices::setCurrent(const QString& conversation) {
    current_ = conversation;
    update();
}

/// The conversation's own notice, else the program's.
QString ChatNotices::shownKey() const {
    return notices_.contains(current_) ? current_ : QString();
}

bool ChatNotices::engineIsShown() const {
    if (!engine_) return false;
    const auto other = notices_.constFind(shownKey());
    if (other == notices_.constEnd()) return true;
    return engine_->kind == NoticeBar::Kind::Error && engine_->serial > other->serial;
}

void ChatNotices::showInBar(const Notice& notice, bool isEngine) {
    const QString key = shownKey();
    for (const Action& action : notice.actions)
        connect(bar_->addAction(action.text), &QPushButton::clicked, this,
                [this, key, isEngine, run = action.run] {
                    if (!isEngine) clear(key);
                    run();
                });
    bar_->setDismissable(!isEngine);
    bar_->showNotice(notice.kind, notice.sentence);
    if (notice.passes) bar_->letPass();
}

void ChatNotices::update() {
    updating_ = true;
    bar_->clearActions();
    if (engineIsShown())
        showInBar(*engine_, true);
    else if (const auto found = notices_.constFind(shownKey()); found != notices_.constEnd())
        showInBar(*found, false);
    else
        bar_->hide();
    updating_ = false;
}

/// Dismissed by its own button; a page that goes hides no notice explicitly.
bool ChatNotices::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::HideToParent && !updating_) {
        notices_.remove(shownKey());
        QMetaObject::invokeMethod(this, &ChatNotices::update, Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace univi::ui
