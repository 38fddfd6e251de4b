#pragma once

#include <QList>
#include <functional>
#include <vector>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// No tokenizer makes tokens this long of prose: what has more characters than this many times the
/// context does not fit, and is neither sent nor counted.
inline constexpr qsizetype kMostCharactersPerToken = 16;

/// What a question goes with: the finished turns before it, and media for the question itself.
struct PastTurns {
    std::vector<protocol::PastTurn> turns;
    Media carried;
    int left_out = 0;  ///< turns that are not among them, because they cannot fit
};

/// Of the first `before` turns. A turn without a reply is left out, but its media that could be
/// read (`is_read`) go with the next question. `most`: of the turns without media, only the newest
/// that have together so many characters are taken; negative: all are.
PastTurns pastTurns(const QList<Turn>& turns, qsizetype before,
                    const std::function<bool(const Medium&)>& is_read, qsizetype most = -1);

}  // namespace univi::ui
