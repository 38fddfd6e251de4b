#pragma once

#include <QList>
#include <functional>
#include <string>
#include <vector>

#include "ui/chat/conversation.h"

namespace univi::ui {

std::vector<std::string> toStrings(const QStringList& list);

/// What a question goes with: the finished turns before it, and media for the question itself.
struct PastTurns {
    std::vector<protocol::PastTurn> turns;
    QStringList carried;
};

/// Of the first `before` turns. A turn without a reply is left out, but its media that could be
/// read (`is_read`) go with the next question.
PastTurns pastTurns(const QList<Turn>& turns, qsizetype before,
                    const std::function<bool(const QString&)>& is_read);

}  // namespace univi::ui
