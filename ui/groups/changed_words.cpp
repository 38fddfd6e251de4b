#include "ui/groups/changed_words.h"

#include <QStringList>
#include <algorithm>
#include <vector>

namespace univi::ui {
namespace {

/// A longer reply is compared word by word from its beginning only so far.
constexpr qsizetype kMostWords = 400;

}  // namespace

QString withChangedWords(const QString& before, const QString& after) {
    const QStringList old = before.simplified().split(QLatin1Char(' ')).mid(0, kMostWords);
    const QStringList now = after.simplified().split(QLatin1Char(' ')).mid(0, kMostWords);
    // common[i][j]: words that the ends from i and j have in common, in order.
    std::vector<std::vector<int>> common(
        static_cast<std::size_t>(old.size()) + 1,
        std::vector<int>(static_cast<std::size_t>(now.size()) + 1));
    for (qsizetype i = old.size() - 1; i >= 0; --i)
        for (qsizetype j = now.size() - 1; j >= 0; --j)
            common[i][j] = old[i] == now[j] ? common[i + 1][j + 1] + 1
                                            : std::max(common[i + 1][j], common[i][j + 1]);
    QStringList words;
    qsizetype i = 0;
    for (qsizetype j = 0; j < now.size(); ++j) {
        while (i < old.size() && old[i] != now[j] && common[i + 1][j] == common[i][j]) ++i;
        const bool kept = i < old.size() && old[i] == now[j];
        if (kept) ++i;
        const QString word = now[j].toHtmlEscaped();
        words << (kept ? word : QStringLiteral("<b>%1</b>").arg(word));
    }
    return words.join(QLatin1Char(' '));
}

}  // namespace univi::ui
