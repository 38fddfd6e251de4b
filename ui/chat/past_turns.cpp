#include "ui/chat/past_turns.h"

namespace univi::ui {

PastTurns pastTurns(const QList<Turn>& turns, qsizetype before,
                    const std::function<bool(const Medium&)>& is_read) {
    PastTurns past;
    for (qsizetype i = 0; i < before; ++i) {
        const Turn& turn = turns[i];
        if (turn.state == Turn::State::Failed || turn.reply.isEmpty()) {
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
