#include "ui/chat/turn_pool.h"

#include <utility>

#include "ui/chat/turn_view.h"

namespace univi::ui {

TurnPool::TurnPool(std::function<TurnView*()> make) : make_(std::move(make)) {}

TurnView* TurnPool::take() {
    return spare_.isEmpty() ? make_() : spare_.takeLast();
}

void TurnPool::give(TurnView* view) {
    if (view->isInUse()) return view->deleteLater();
    view->hide();
    if (spare_.size() < kMost)
        spare_ << view;
    else
        view->deleteLater();
}

void TurnPool::prepare(int width) {
    if (spare_.size() >= kMost) return;
    TurnView* view = make_();
    Turn turn;
    turn.question = turn.reply = QStringLiteral("…");
    turn.state = Turn::State::Done;
    view->setTurn(0, turn, TurnPlace());
    view->layOut(width);
    give(view);
}

}  // namespace univi::ui
