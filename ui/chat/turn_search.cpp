#include "ui/chat/turn_search.h"

#include <algorithm>

namespace univi::ui {

namespace {

qsizetype wordsIn(const QStringList& words, const Turn& turn) {
    const QString text = (turn.question + QLatin1Char('\n') + turn.reply).toCaseFolded();
    return std::count_if(words.cbegin(), words.cend(),
                         [&](const QString& word) { return text.contains(word); });
}

}  // namespace

QStringList wordsOf(const QString& search) {
    return search.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

QList<TextPlace> placesOf(const QStringList& words, const QString& text) {
    QList<TextPlace> places;
    for (qsizetype from = 0;;) {
        TextPlace next{text.size(), 0};
        for (const QString& word : words) {
            const qsizetype at = text.indexOf(word, from, Qt::CaseInsensitive);
            if (at < 0 || word.isEmpty()) continue;
            if (at < next.start || (at == next.start && word.size() > next.length))
                next = {at, word.size()};
        }
        if (next.length == 0) return places;
        places << next;
        from = next.start + next.length;
    }
}

int turnWithMostOf(const QString& search, const QList<Turn>& turns) {
    const QStringList words = wordsOf(search);
    int best = -1;
    qsizetype most = 0;
    for (int i = int(turns.size()) - 1; i >= 0 && most < words.size(); --i) {
        const qsizetype found = wordsIn(words, turns[i]);
        if (found <= most) continue;
        most = found;
        best = i;
    }
    return best;
}

qint64 turnFoundBy(const QString& search, const Conversation& conversation) {
    const int shown = turnWithMostOf(search, conversation.turns);
    const int other = turnWithMostOf(search, conversation.others);
    if (other < 0) return shown < 0 ? 0 : conversation.turns[shown].id;
    const QStringList words = wordsOf(search);
    const Turn& hidden = conversation.others[other];
    if (shown >= 0 && wordsIn(words, conversation.turns[shown]) >= wordsIn(words, hidden))
        return conversation.turns[shown].id;
    return hidden.id;
}

}  // namespace univi::ui
