#pragma once

#include <QByteArray>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// A conversation with everything that is stored about it, all branches among it.
QByteArray toJson(const Conversation& conversation);

/// Reads what toJson() wrote. Throws base::Error{Format} with one sentence about `name`.
Conversation conversationFromJson(const QByteArray& json, const QString& name);

}  // namespace univi::ui
