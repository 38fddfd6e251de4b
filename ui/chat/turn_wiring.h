#pragma once

#include <functional>

class QWidget;

namespace univi::ui {

class ConversationModel;
class TurnView;

/// Lets the conversation do what a person asks for in a turn's widget: redo, edit, other branches
/// and versions, the questions that wait. `model` gives the one that is shown then, or null.
/// Dialogs stand over `parent`.
void wireTurn(TurnView* view, const std::function<ConversationModel*()>& model, QWidget* parent);

}  // namespace univi::ui
