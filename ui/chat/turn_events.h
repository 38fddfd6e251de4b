#pragma once

#include <QString>

#include "ui/chat/conversation.h"

namespace univi::ui {

// What an event of the engine makes of the turn that is being answered.

void takePrompt(Turn& turn, const protocol::PromptEvent& prompt, const QString& model);
/// The reply grows by a token; returns where in it that begins, in UTF-16 units.
int takeToken(Turn& turn, const protocol::TokenEvent& token);
/// The reply is whole, or was stopped; returns how far places in it moved to the front.
int takeDone(Turn& turn, const protocol::DoneEvent& done);
/// `kind` and `message` are of an error event; a stop is none that is said.
void takeFailure(Turn& turn, const QString& kind, const QString& message);

}  // namespace univi::ui
