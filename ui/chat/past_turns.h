#pragma once

#include <QList>
#include <functional>
#include <vector>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// What a question goes with: the finished turns before it, and media for the question itself.
struct PastTurns {
    std::vector<protocol::PastTurn> turns;
    Media carried;
};

/// Of the first `before` turns. A turn without a reply is left out, but its media that could be
/// read (`is_read`) go with the next question.
PastTurns pastTurns(const QList<Turn>& turns, qsizetype before,
                    const std::function<bool(const Medium&)>& is_read);

}  // namespace univi::ui
