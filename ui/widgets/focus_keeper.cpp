#include "ui/widgets/focus_keeper.h"

#include <QApplication>
#include <QWidget>

namespace univi::ui {
namespace {

/// While a parent is being hidden its children still call themselves visible; the hidden flags of
/// the chain are right at any moment.
bool canTakeFocus(const QWidget* widget) {
    return widget && widget->isEnabled() && widget->isVisibleTo(widget->window()) &&
           widget->focusPolicy() != Qt::NoFocus;
}

bool isGone(const QWidget* widget) {
    return !widget || !widget->isEnabled() || !widget->isVisibleTo(widget->window());
}

}  // namespace

FocusKeeper::FocusKeeper(QWidget* page, const QList<QWidget*>& successors)
    : QObject(page), page_(page) {
    setSuccessors(successors);
    connect(qApp, &QApplication::focusChanged, this, &FocusKeeper::onFocusChanged);
}

void FocusKeeper::setSuccessors(const QList<QWidget*>& successors) {
    successors_.clear();
    for (QWidget* widget : successors) successors_ << widget;
}

void FocusKeeper::onFocusChanged(QWidget* old, QWidget* now) {
    // Another keeper has acted already.
    if (QApplication::focusWidget() != now) return;
    const bool window_is_active = QApplication::activeWindow() == page_->window();
    const bool left = old && inPage(old);
    // Cleared while the window goes on: the widget is being deleted or its parent was disabled.
    const bool cleared = left && !now && window_is_active;
    // It went away while another window, a dialog or a menu, had the focus.
    const bool lost_meanwhile = !old && holds_ && now && isGone(last_);
    const bool went_away = (left && isGone(old)) || cleared || lost_meanwhile;
    const bool elsewhere = now && now->window() != page_->window();
    if (went_away && !elsewhere && decidesFor(left ? old : page_)) return handOver();
    if (now && inPage(now)) {
        last_ = now;
        holds_ = true;
    } else if (now && !elsewhere) {
        holds_ = false;
    }
}

bool FocusKeeper::inPage(const QWidget* widget) const {
    return widget == page_ || page_->isAncestorOf(widget);
}

/// No keeper stands between the widget and this one's page.
bool FocusKeeper::decidesFor(const QWidget* widget) const {
    for (; widget && widget != page_; widget = widget->parentWidget()) {
        const auto* inner = widget->findChild<FocusKeeper*>(QString(), Qt::FindDirectChildrenOnly);
        if (inner && inner->successor()) return false;
    }
    return true;
}

QWidget* FocusKeeper::successor() const {
    for (const QPointer<QWidget>& widget : successors_)
        if (canTakeFocus(widget)) return widget;
    for (QWidget* next = page_->nextInFocusChain(); next && next != page_;
         next = next->nextInFocusChain())
        if (page_->isAncestorOf(next) && canTakeFocus(next) &&
            (next->focusPolicy() & Qt::TabFocus) == Qt::TabFocus)
            return next;
    return nullptr;
}

void FocusKeeper::handOver() {
    QWidget* widget = successor();
    if (!widget) return;
    last_ = widget;
    holds_ = true;
    widget->setFocus(Qt::OtherFocusReason);
}

}  // namespace univi::ui
