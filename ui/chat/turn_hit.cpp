#include "ui/chat/turn_hit.h"

#include <algorithm>

namespace univi::ui {
namespace {

constexpr int kBefore = 24, kSnippet = 96;
const QString kBetween = QStringLiteral("› ");  ///< question and reply

}  // namespace

QString snippetOf(const QString& question, const QString& reply, const QStringList& words) {
    const QString begin = question.simplified(), end = reply.simplified();
    const QString line = end.isEmpty() ? begin : begin + QStringLiteral(" ") + kBetween + end;
    const QString folded = line.toCaseFolded();
    qsizetype first = line.size();
    for (const QString& word : words)
        if (const qsizetype at = folded.indexOf(word); at >= 0) first = std::min(first, at);
    if (first == line.size()) first = 0;
    qsizetype start = line.size() <= kSnippet ? 0 : std::max<qsizetype>(0, first - kBefore);
    if (start > 0) {
        const qsizetype space = line.indexOf(QLatin1Char(' '), start);
        if (space >= 0 && space < first) start = space + 1;
    }
    if (line.mid(start, kBetween.size()) == kBetween) start += kBetween.size();
    const QString cut = line.mid(start, kSnippet);
    return (start > 0 ? QStringLiteral("…") : QString()) + cut +
           (start + kSnippet < line.size() ? QStringLiteral("…") : QString());
}

}  // namespace univi::ui
