#include "ui/widgets/changed_words.h"

#include <QStringList>
#include <algorithm>
#include <vector>

namespace univi::ui {
namespace {

/// A longer reply is compared word by word from its beginning only so far.
constexpr qsizetype kMostWords = 400;

const QString kBreak = QStringLiteral("\n");  ///< between the words of two lines

QStringList wordsOf(const QString& text) {
    QStringList words;
    for (const QString& line : text.trimmed().split(kBreak)) {
        if (!words.isEmpty()) words << kBreak;
        if (const QString plain = line.simplified(); !plain.isEmpty())
            words << plain.split(QLatin1Char(' '));
    }
    return words.mid(0, kMostWords);
}

}  // namespace

QString withChangedWords(const QString& before, const QString& after) {
    const QStringList old = wordsOf(before), now = wordsOf(after);
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
        const QString marked = kept ? word : QStringLiteral("<b>%1</b>").arg(word);
        words << (now[j] == kBreak ? QStringLiteral("<br>") : marked);
    }
    return words.join(QLatin1Char(' '));
}

}  // namespace univi::ui
