#include "ui/chat/past_turns.h"

namespace univi::ui {

std::vector<std::string> toStrings(const QStringList& list) {
    std::vector<std::string> out;
    for (const QString& text : list) out.push_back(text.toStdString());
    return out;
}

PastTurns pastTurns(const QList<Turn>& turns, qsizetype before,
                    const std::function<bool(const QString&)>& is_read) {
    PastTurns past;
    for (qsizetype i = 0; i < before; ++i) {
        const Turn& turn = turns[i];
        if (turn.state == Turn::State::Failed || turn.reply.isEmpty()) {
            for (const QString& medium : turn.media)
                if (is_read(medium)) past.carried << medium;
            continue;
        }
        past.turns.push_back({toStrings(past.carried + turn.media), turn.question.toStdString(),
                              turn.reply.toStdString()});
        past.carried.clear();
    }
    return past;
}

}  // namespace univi::ui
