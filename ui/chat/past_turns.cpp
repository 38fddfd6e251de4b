#include "ui/chat/past_turns.h"

namespace univi::ui {

namespace {

bool isAnswered(const Turn& turn) {
    return turn.state != Turn::State::Failed && !turn.reply.isEmpty();
}

/// The first turn of those, newest first, that have together up to `most` characters.
qsizetype firstThatMayFit(const QList<Turn>& turns, qsizetype before, qsizetype most) {
    qsizetype first = before;
    for (qsizetype characters = 0; first > 0 && characters <= most; --first) {
        const Turn& turn = turns[first - 1];
        if (isAnswered(turn)) characters += turn.question.size() + turn.reply.size();
    }
    return first;
}

}  // namespace

PastTurns pastTurns(const QList<Turn>& turns, qsizetype before,
                    const std::function<bool(const Medium&)>& is_read, qsizetype most) {
    PastTurns past;
    const qsizetype first = most < 0 ? 0 : firstThatMayFit(turns, before, most);
    for (qsizetype i = 0; i < before; ++i) {
        const Turn& turn = turns[i];
        if (i < first && isAnswered(turn) && turn.media.isEmpty() && past.carried.isEmpty()) {
            ++past.left_out;
            continue;
        }
        if (!isAnswered(turn)) {
            for (const Medium& medium : turn.media)
                if (is_read(medium)) past.carried << medium;
            continue;
        }
        const Media media = past.carried + turn.media;
        past.turns.push_back({pathsOf(media), turn.question.toStdString(), turn.reply.toStdString(),
                              clipsOf(media)});
        past.carried.clear();
    }
    return past;
}

}  // namespace univi::ui
