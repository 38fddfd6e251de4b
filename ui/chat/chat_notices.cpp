#include "ui/chat/chat_notices.h"

#include <QEvent>
#include <QPushButton>

namespace univi::ui {

ChatNotices::ChatNotices(NoticeBar* bar) : QObject(bar), bar_(bar) {
    bar_->installEventFilter(this);
}

void ChatNotices::show(const QString& conversation, NoticeBar::Kind kind, const QString& sentence,
                       const QList<Action>& actions) {
    notices_.insert(conversation, {kind, sentence, actions});
    update();
}

void ChatNotices::clear(const QString& conversation) {
    if (notices_.remove(conversation) > 0) update();
}

void ChatNotices::setCurrent(const QString& conversation) {
    current_ = conversation;
    update();
}

/// The conversation's own notice, else the program's.
QString ChatNotices::shownKey() const {
    return notices_.contains(current_) ? current_ : QString();
}

void ChatNotices::update() {
    updating_ = true;
    bar_->clearActions();
    const QString key = shownKey();
    if (const auto found = notices_.constFind(key); found != notices_.constEnd()) {
        for (const Action& action : found->actions)
            connect(bar_->addAction(action.text), &QPushButton::clicked, this,
                    [this, key, run = action.run] {
                        clear(key);
                        run();
                    });
        bar_->showNotice(found->kind, found->sentence);
    } else {
        bar_->hide();
    }
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
