#include "ui/chat/turn_search.h"

#include <QStringList>
#include <algorithm>

namespace univi::ui {

int turnWithMostOf(const QString& search, const QList<Turn>& turns) {
    const QStringList words = search.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    int best = -1, most = 0;
    for (int i = int(turns.size()) - 1; i >= 0 && most < words.size(); --i) {
        const QString text =
            (turns[i].question + QLatin1Char('\n') + turns[i].reply).toCaseFolded();
        const int found = int(std::count_if(words.cbegin(), words.cend(),
                                            [&](const QString& w) { return text.contains(w); }));
        if (found <= most) continue;
        most = found;
        best = i;
    }
    return best;
}

}  // namespace univi::ui
