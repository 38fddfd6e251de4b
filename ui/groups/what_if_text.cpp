#include "ui/groups/what_if_text.h"

#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "ui/text/translate.h"
#include "ui/widgets/changed_words.h"
#include "ui/widgets/share_text.h"

namespace univi::ui {
namespace {

constexpr std::ptrdiff_t kMostMissed = 6, kMostUnwanted = 3;

/// Two columns of one width, a line for each pair.
QString besideEachOther(const QList<std::pair<QString, QString>>& lines) {
    QString table = QStringLiteral("<table width=\"100%\" cellspacing=\"0\" cellpadding=\"2\">");
    for (const auto& [left, right] : lines)
        table += QStringLiteral(
                     "<tr><td width=\"50%\" style=\"padding-right: 8px\">%1</td>"
                     "<td width=\"50%\">%2</td></tr>")
                     .arg(left, right);
    return table + QStringLiteral("</table>");
}

QString bold(const QString& text) {
    return QStringLiteral("<b>%1</b>").arg(text.toHtmlEscaped());
}

QString link(const QString& to, const QString& text) {
    return QStringLiteral("<a href=\"%1\">%2</a>").arg(to, text.toHtmlEscaped());
}

QString figuresOf(const protocol::WhatIfEvent& variant) {
    return tr("%Ln visual token(s)", nullptr, variant.visual_tokens) + QStringLiteral("<br>") +
           tr("log-probability %1").arg(decimalText(variant.log_probability));
}

/// "0:55" or "1:0:55" as people read it.
QString partName(const QString& name) {
    const QStringList parts = name.split(QLatin1Char(':'));
    if (parts.size() == 2 && parts[0] == QLatin1String("event"))
        return tr("event %1").arg(parts[1].toInt() + 1);
    const int stage = parts.value(parts.size() - 2).toInt(), group = parts.last().toInt();
    const QString text = tr("group %1 of stage %2").arg(group + 1).arg(stage + 1);
    return parts.size() < 3 ? text : tr("%1, event %2").arg(text).arg(parts[0].toInt() + 1);
}

/// Numbers of two decimals under each other, each with the part that it belongs to.
QString tableOf(const std::vector<protocol::WhatIfEvent>& parts) {
    QString table = QStringLiteral("<table cellspacing=\"0\" cellpadding=\"1\">");
    for (const protocol::WhatIfEvent& part : parts)
        table += QStringLiteral(
                     "<tr><td align=\"right\" style=\"padding-right: 10px\">%1</td>"
                     "<td>%2</td></tr>")
                     .arg(QLocale().toString(std::abs(part.fall), 'f', 2),
                          link(QString::number(part.left_out.front()),
                               partName(QString::fromStdString(part.name))));
    return table + QStringLiteral("</table>");
}

}  // namespace

QString firstAnswer(const protocol::WhatIfEvent& first) {
    return bold(tr("As it is")) + QLatin1Char(' ') +
           QString::fromStdString(first.reply).toHtmlEscaped();
}

QString answersText(const protocol::WhatIfEvent& first, const protocol::WhatIfEvent* changed,
                    const QString& change, bool groups_are_shown) {
    const QString before = QString::fromStdString(first.reply);
    std::pair heads(bold(tr("As it is")), bold(change));
    if (changed == nullptr)
        return besideEachOther(
            {heads, {before.toHtmlEscaped(), tr("Asking…")}, {figuresOf(first), {}}});
    const QString after = QString::fromStdString(changed->reply);
    if (changed->groups)
        heads.second += QStringLiteral("<br>") +
                        link(kGroupsLink, groups_are_shown ? tr("Hide its groups")
                                                           : tr("Show its groups beside"));
    return besideEachOther({heads,
                            {withChangedWords(after, before), withChangedWords(before, after)},
                            {figuresOf(first), figuresOf(*changed)}}) +
           tr("The log-probability is that of the first answer, under either prompt.");
}

QString rankingText(const protocol::WhatIfEvent& first,
                    const std::vector<protocol::WhatIfEvent>& ranking) {
    std::vector<protocol::WhatIfEvent> missed, unwanted;
    for (const protocol::WhatIfEvent& part : ranking)
        if (!part.left_out.empty() && std::abs(part.fall) >= 0.005)  // as it is written
            (part.fall > 0 ? missed : unwanted).push_back(part);
    std::reverse(unwanted.begin(), unwanted.end());
    const auto cut = [](auto& list, std::ptrdiff_t most) {
        if (std::ssize(list) > most) list.erase(list.begin() + most, list.end());
    };
    cut(missed, kMostMissed);
    cut(unwanted, kMostUnwanted);
    QString text = firstAnswer(first);
    const auto say = [&text](const QString& line) { text += QStringLiteral("<br>") + line; };
    if (!missed.empty()) {
        say(tr("Less likely without (its log-probability falls by):"));
        text += tableOf(missed);
    }
    if (missed.empty() || missed.front().fall < kNoticedFall)
        text += (missed.empty() ? QStringLiteral("<br>") : QString()) +
                tr("No single one of them is missed much.");
    if (!unwanted.empty()) {
        if (missed.empty() || missed.front().fall < kNoticedFall) text += QStringLiteral("<br>");
        text += tr("More likely without (it rises by):") + tableOf(unwanted);
    }
    return text + link(kEndLink, tr("Take it off the picture"));
}

}  // namespace univi::ui
