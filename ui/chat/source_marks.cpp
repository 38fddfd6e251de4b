#include "ui/chat/source_marks.h"

#include <QTextCursor>
#include <algorithm>

#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

/// Of the accent in the ground; more would come too close to the text.
constexpr float kFaintest = 0.10F, kStrongest = 0.48F;

}  // namespace

QColor markColor(float strength) {
    const Palette& palette = Theme::instance().palette();
    if (strength < 0) return palette.accentSoft;
    QColor color = palette.accent;
    color.setAlphaF(kFaintest + (kStrongest - kFaintest) * std::clamp(strength, 0.0F, 1.0F));
    return color;
}

QList<QTextEdit::ExtraSelection> markSelections(QTextDocument* document,
                                                const QVector<int>& source_of,
                                                const QVector<SourceMark>& marks) {
    struct Range {
        int first = -1, last = -1;
    };
    QVector<Range> ranges(marks.size());
    for (int i = 0; i < source_of.size(); ++i) {
        const auto after =
            std::upper_bound(marks.cbegin(), marks.cend(), source_of[i],
                             [](int place, const SourceMark& mark) { return place < mark.start; });
        if (source_of[i] < 0 || after == marks.cbegin()) continue;
        const auto mark = after - 1;
        if (source_of[i] >= mark->start + mark->length) continue;
        Range& range = ranges[mark - marks.cbegin()];
        if (range.first < 0) range.first = i;
        range.last = i;
    }
    QList<QTextEdit::ExtraSelection> found;
    for (int i = 0; i < marks.size(); ++i) {
        if (ranges[i].first < 0) continue;
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(document);
        mark.cursor.setPosition(ranges[i].first);
        mark.cursor.setPosition(ranges[i].last + 1, QTextCursor::KeepAnchor);
        mark.format.setBackground(markColor(marks[i].strength));
        found << mark;
    }
    return found;
}

}  // namespace univi::ui
