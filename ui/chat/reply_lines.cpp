#include "ui/chat/reply_lines.h"

namespace univi::ui {
namespace {

/// Length of "> " at the start of a line, with up to three spaces before; 0: there is none.
qsizetype quoteMarkLength(QStringView line) {
    qsizetype i = 0;
    while (i < line.size() && i < 3 && line[i] == QLatin1Char(' ')) ++i;
    if (i >= line.size() || line[i] != QLatin1Char('>')) return 0;
    ++i;
    return i < line.size() && line[i] == QLatin1Char(' ') ? i + 1 : i;
}

}  // namespace

int indentOf(QStringView line) {
    int indent = 0;
    for (const QChar c : line) {
        if (c == QLatin1Char(' '))
            ++indent;
        else if (c == QLatin1Char('\t'))
            indent += 4 - indent % 4;
        else
            break;
    }
    return indent;
}

ListMark listMarkOf(QStringView line) {
    qsizetype i = 0;
    while (i < line.size() && line[i].isSpace()) ++i;
    ListMark mark;
    const qsizetype digits = i;
    while (i < line.size() && i - digits < 9 && line[i] >= QLatin1Char('0') &&
           line[i] <= QLatin1Char('9'))
        ++i;
    if (i > digits) {
        if (i >= line.size() || (line[i] != QLatin1Char('.') && line[i] != QLatin1Char(')')))
            return {};
        mark = {ListKind::Numbers, 0, line.mid(digits, i - digits).toInt()};
    } else if (i < line.size() && QStringView(u"-*+").contains(line[i])) {
        mark.kind = ListKind::Bullets;
    } else {
        return {};
    }
    ++i;
    if (i < line.size() && !line[i].isSpace()) return {};
    while (i < line.size() && line[i].isSpace()) ++i;
    mark.length = int(i);
    return mark;
}

FenceMark fenceMarkOf(QStringView line) {
    const QStringView text = line.trimmed();
    FenceMark mark;
    if (text.isEmpty() || (text[0] != QLatin1Char('`') && text[0] != QLatin1Char('~'))) return {};
    mark.sign = text[0];
    while (mark.length < text.size() && text[mark.length] == mark.sign) ++mark.length;
    const QStringView info = text.mid(mark.length).trimmed();
    if (mark.length < 3 || (mark.sign == QLatin1Char('`') && info.contains(QLatin1Char('`'))))
        return {};
    mark.language = info.toString().section(QLatin1Char(' '), 0, 0);
    return mark;
}

LinePrefix prefixOf(QStringView line) {
    LinePrefix prefix;
    for (;;) {
        const QStringView rest = line.mid(prefix.length);
        qsizetype spaces = 0;
        while (spaces < rest.size() && rest[spaces].isSpace()) ++spaces;
        if (const ListMark list = listMarkOf(rest); list.length > 0) {
            prefix.containers << Container{false, list.length};
            prefix.has_list_mark = true;
            prefix.length += list.length;
        } else if (spaces > 0) {
            prefix.containers << Container{false, indentOf(rest)};
            prefix.length += spaces;
        } else if (const qsizetype quote = quoteMarkLength(rest); quote > 0) {
            prefix.containers << Container{true, 0};
            prefix.has_quote = true;
            prefix.length += quote;
        } else {
            return prefix;
        }
    }
}

std::optional<qsizetype> lengthInside(const QList<Container>& containers, QStringView line) {
    qsizetype length = 0;
    for (const Container& container : containers) {
        if (container.is_quote) {
            const qsizetype quote = quoteMarkLength(line.mid(length));
            if (quote == 0) return std::nullopt;
            length += quote;
            continue;
        }
        for (int i = 0; i < container.indent && length < line.size(); ++i, ++length)
            if (line[length] != QLatin1Char(' ')) break;
    }
    return length;
}

QString LinePrefix::onNextLines() const {
    QString text;
    for (const Container& container : containers)
        text +=
            container.is_quote ? QStringLiteral("> ") : QString(container.indent, QLatin1Char(' '));
    return text;
}

}  // namespace univi::ui
