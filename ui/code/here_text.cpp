#include "ui/code/here_text.h"

namespace univi::ui {
namespace {

using Tagged = CodeLanguage::Tagged;

QChar charAt(QStringView line, qsizetype place) {
    return place < line.size() ? line[place] : QChar();
}

qsizetype skipSpaces(QStringView line, qsizetype place) {
    while (place < line.size() && line[place].isSpace()) ++place;
    return place;
}

/// Where its word begins, which may be quoted; -1: none is announced.
qsizetype startOfWord(Tagged kind, QStringView line, qsizetype at, QChar seen) {
    const QStringView rest = line.mid(at);
    if (kind == Tagged::Php) return rest.startsWith(u"<<<") ? skipSpaces(line, at + 3) : -1;
    // In a shell <<< takes a word, no lines.
    if (!rest.startsWith(u"<<") || seen == u'<') return -1;
    const QChar sign = charAt(line, at + 2);
    if (kind == Tagged::Shell) return skipSpaces(line, at + (sign == u'-' ? 3 : 2));
    // In Ruby it stands at once behind the sign and is no name: a << b adds to a list.
    const qsizetype word = at + (sign == u'-' || sign == u'~' ? 3 : 2);
    const QChar first = charAt(line, word);
    return first.isUpper() || first == u'"' || first == u'\'' ? word : -1;
}

}  // namespace

int tagNumber(QStringView tag) {
    quint32 number = 2166136261U;
    for (const QChar c : tag) number = (number ^ c.unicode()) * 16777619U;
    return int((number ^ number >> 16) & 0xFFFF);
}

bool isWordSign(QChar c) {
    return c.isLetterOrNumber() || c == u'_';
}

std::optional<HereText> hereTextAt(Tagged kind, QStringView line, qsizetype at, QChar seen) {
    if (kind != Tagged::Shell && kind != Tagged::Php && kind != Tagged::Ruby) return std::nullopt;
    qsizetype place = startOfWord(kind, line, at, seen);
    if (place < 0) return std::nullopt;
    const QChar quote = charAt(line, place);
    if (quote == u'"' || quote == u'\'') ++place;
    const qsizetype word = place;
    while (isWordSign(charAt(line, place))) ++place;
    if (place == word || line[word].isDigit()) return std::nullopt;
    const int tag = tagNumber(line.mid(word, place - word));
    return HereText{tag, charAt(line, place) == quote ? place + 1 : place};
}

/// In PHP the statement goes on behind the word.
bool endsHereText(Tagged kind, QStringView line, int tag) {
    QStringView word = line.trimmed();
    if (kind == Tagged::Php)
        while (!word.isEmpty() && !isWordSign(word.back())) word.chop(1);
    return tagNumber(word) == tag;
}

}  // namespace univi::ui
