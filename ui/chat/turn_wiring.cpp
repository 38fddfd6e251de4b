#include "ui/chat/turn_wiring.h"

#include "ui/chat/conversation_model.h"
#include "ui/chat/turn_view.h"
#include "ui/chat/versions_dialog.h"

namespace univi::ui {

void wireTurn(TurnView* view, const std::function<ConversationModel*()>& model, QWidget* parent) {
    QObject::connect(view, &TurnView::redoRequested, view, [model] {
        if (ConversationModel* shown = model()) shown->redo();
    });
    QObject::connect(view, &TurnView::editRequested, view,
                     [model, view](int turn, const QString& text) {
                         ConversationModel* shown = model();
                         if (shown && shown->edit(turn, text)) view->endEdit();
                     });
    QObject::connect(view, &TurnView::branchRequested, view, [model](int turn, int step) {
        if (ConversationModel* shown = model()) shown->switchBranch(turn, step);
    });
    QObject::connect(view, &TurnView::compareRequested, view, [model, parent](int turn) {
        if (ConversationModel* shown = model()) openVersions(shown->conversation(), turn, parent);
    });
    QObject::connect(view, &TurnView::queueRequested, view, [model] {
        if (ConversationModel* shown = model()) shown->askQueued();
    });
}

}  // namespace univi::ui
