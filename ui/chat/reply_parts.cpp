#include "ui/chat/reply_parts.h"

#include <QHash>
#include <QRegularExpression>
#include <algorithm>
#include <optional>

#include "ui/chat/reply_lines.h"

namespace univi::ui {
namespace {

constexpr char16_t kFirstMark = 0xE000, kLastMark = 0xF8FF;
constexpr int kListIndent = 2;  ///< from here on a line belongs to the list item above it

/// Reads a reply line by line and cuts it into parts.
class Splitter {
  public:
    Splitter(const QString& reply, int from, bool growing)
        : reply_(reply), at_(from), growing_(growing) {}

    QList<ReplyPart> run() {
        begin(at_);
        while (at_ < reply_.size()) {
            qsizetype end = reply_.indexOf(QLatin1Char('\n'), at_);
            const bool whole = end >= 0;
            if (!whole) end = reply_.size();
            const QStringView line = QStringView(reply_).mid(at_, end - at_);
            next_ = int(end) + (whole ? 1 : 0);
            if (fence_.length > 0)
                insideFence(line, whole || !growing_);
            else
                outsideFence(line, whole || !growing_);
            at_ = next_;
        }
        finish(int(reply_.size()));
        return parts_;
    }

  private:
    void begin(int start) {
        part_ = {};
        part_.start = start;
        list_ = ListKind::None;
        quoted_list_ = false;
        empty_ = true;
        after_blank_ = false;
    }
    void finish(int end) {
        part_.end = end;
        if (fence_.length > 0 && !growing_) dropLastNewline();
        if (!empty_) parts_ << part_;
    }
    void cut() {
        if (empty_) return;
        finish(at_);
        begin(at_);
    }

    void outsideFence(QStringView line, bool whole) {
        if (line.trimmed().isEmpty()) {
            part_.markdown += QLatin1Char('\n');
            after_blank_ = true;
            return;
        }
        if (!whole && isOnlySigns(line, false)) return;
        const ListMark list = listMarkOf(line);
        if (startsPart(line, list, whole)) cut();
        if (list.kind != ListKind::None && (empty_ || list_ == ListKind::None)) {
            if (empty_) part_.first_number = list.number;
            list_ = list.kind;
        }
        empty_ = false;
        after_blank_ = false;
        const LinePrefix prefix = prefixOf(line);
        quoted_list_ = prefix.has_quote && (quoted_list_ || prefix.has_list_mark);
        if (!openFence(line, prefix)) {
            part_.markdown += line;
            part_.markdown += QLatin1Char('\n');
        }
    }

    bool startsPart(QStringView line, const ListMark& list, bool whole) const {
        // The end of a reply that still grows may yet become a list, a fence or a heading.
        if (!whole && isOnlySigns(line, true)) return false;
        const int indent = indentOf(line);
        if (fenceMarkOf(line).length > 0 && isTopLevel(indent)) return true;
        if (line.startsWith(QLatin1Char('#')) && list_ == ListKind::None) return true;
        if (!after_blank_) return false;
        if (list_ == ListKind::None) return true;
        return indent < kListIndent && list.kind != list_;
    }

    static bool isOnlySigns(QStringView line, bool orDigits) {
        for (const QChar c : line)
            if (c.isLetter() || (!orDigits && c.isDigit()) || c.unicode() >= 0x80) return false;
        return line.size() < 16;
    }

    bool isTopLevel(int indent) const {
        return indent < (list_ == ListKind::None ? 4 : kListIndent);
    }

    bool openFence(QStringView line, const LinePrefix& prefix) {
        const FenceMark mark = fenceMarkOf(line.mid(prefix.length));
        if (mark.length == 0) return false;
        const bool in_list = prefix.has_list_mark || list_ != ListKind::None || quoted_list_;
        if (!in_list && isIndentedCode(prefix.containers)) return false;
        fence_ = mark;
        fence_prefix_ = prefix;
        top_level_ = !prefix.has_quote && !prefix.has_list_mark && isTopLevel(indentOf(line));
        const QChar code = codeMark(int(part_.fences.size()));
        if (top_level_) {
            part_.markdown = codeMark(0);
        } else {
            const QString next = prefix.onNextLines();
            QString blank = prefix.has_quote ? next : QString();
            while (blank.endsWith(QLatin1Char(' '))) blank.chop(1);
            const QString before = prefix.has_list_mark ? line.left(prefix.length).toString()
                                                        : blank + QLatin1Char('\n') + next;
            part_.markdown += before + code + QLatin1Char('\n') + blank + QLatin1Char('\n');
        }
        part_.fences << CodeFence{mark.language, {}, {}};
        return true;
    }

    /// Four spaces, behind the marks of quotes too, make code without a fence.
    static bool isIndentedCode(const QList<Container>& containers) {
        return std::any_of(containers.cbegin(), containers.cend(),
                           [](const Container& container) { return container.indent >= 4; });
    }

    void insideFence(QStringView line, bool whole) {
        const std::optional<qsizetype> inside = lengthInside(fence_prefix_.containers, line);
        if (!inside) return leaveQuote(line, whole);
        const QStringView inner = line.mid(*inside);
        const QStringView text = inner.trimmed();
        if (!whole && !text.isEmpty() && text.count(fence_.sign) == text.size()) return;
        const FenceMark mark = fenceMarkOf(inner);
        const bool closes = mark.sign == fence_.sign && mark.length >= fence_.length &&
                            mark.length == text.size() && indentOf(inner) < 4;
        if (!closes) return addCode(line, *inside);
        fence_ = {};
        dropLastNewline();
        if (!top_level_) return;
        at_ = next_;
        cut();
    }

    /// The block quote ends without the end of its fence, which ends with it.
    void leaveQuote(QStringView line, bool whole) {
        if (!whole && line.trimmed().isEmpty()) return;
        fence_ = {};
        dropLastNewline();
        outsideFence(line, whole);
    }

    void dropLastNewline() {
        CodeFence& fence = part_.fences.last();
        if (!fence.code.endsWith(QLatin1Char('\n'))) return;
        fence.code.chop(1);
        fence.source_of.removeLast();
    }

    void addCode(QStringView line, qsizetype skip) {
        CodeFence& fence = part_.fences.last();
        fence.code += line.mid(skip);
        for (qsizetype i = skip; i < line.size(); ++i) fence.source_of << at_ + int(i);
        if (at_ + line.size() >= reply_.size()) return;
        fence.code += QLatin1Char('\n');
        fence.source_of << at_ + int(line.size());
    }

    const QString& reply_;
    int at_, next_ = 0;
    bool growing_;
    QList<ReplyPart> parts_;
    ReplyPart part_;
    ListKind list_ = ListKind::None;
    bool empty_ = true, after_blank_ = false, top_level_ = true;
    bool quoted_list_ = false;  ///< the line before is in a list inside a quote
    FenceMark fence_;
    LinePrefix fence_prefix_;  ///< of the line that opened it
};

/// Signs that Markdown takes out or that stand for themselves: both sides are compared without.
bool isSign(QChar c) {
    return c.isSpace() || c == QChar::ObjectReplacementCharacter || c.isNonCharacter() ||
           QStringView(u"*_~`#>|[]()!\\-+=:").contains(c);
}

/// Which characters of a source are hidden whole: addresses of links, marks of lists,
/// delimiters of tables.
QVector<bool> hiddenIn(QStringView source) {
    static const QRegularExpression hidden(QStringLiteral(
        R"(\]\([^)\n]*\)|(?m)^[ \t>]*\d{1,9}[.)](?=\s)|(?m)^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(\|[ \t]*:?-*:?[ \t]*)*$|(?m)^[ \t]*[-*+] \[[ xX]\]|(?m)^ {0,3}\[[^\]\n]+\]:.*$)"));
    QVector<bool> mask(source.size(), false);
    auto match = hidden.globalMatch(source);
    while (match.hasNext()) {
        const QRegularExpressionMatch found = match.next();
        std::fill(mask.begin() + found.capturedStart(), mask.begin() + found.capturedEnd(), true);
    }
    return mask;
}

struct Indexed {
    QString text;
    QVector<int> place;
};

/// The entity at the start of a text, and how long it is there; length 0: none that is known.
QPair<QChar, int> entityAt(QStringView text) {
    static const QHash<QString, char16_t> known{
        {"amp", u'&'},  {"lt", u'<'},      {"gt", u'>'},     {"quot", u'"'},     {"apos", u'\''},
        {"nbsp", 0xA0}, {"deg", 0xB0},     {"times", 0xD7},  {"hellip", 0x2026}, {"mdash", 0x2014},
        {"copy", 0xA9}, {"ndash", 0x2013}, {"rarr", 0x2192}, {"larr", 0x2190}};
    const qsizetype end = text.left(12).indexOf(QLatin1Char(';'));
    if (end < 2) return {QChar(), 0};
    const QString name = text.mid(1, end - 1).toString();
    bool number = false;
    const uint code = name.startsWith(QLatin1String("#x"), Qt::CaseInsensitive)
                          ? name.mid(2).toUInt(&number, 16)
                      : name.startsWith(QLatin1Char('#')) ? name.mid(1).toUInt(&number)
                                                          : known.value(name);
    return code == 0 || code > 0xFFFF ? qMakePair(QChar(), 0)
                                      : qMakePair(QChar(char16_t(code)), int(end + 1));
}

Indexed withoutSigns(QStringView text, const QVector<bool>& hidden = {}) {
    Indexed kept;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (isSign(text[i]) || (!hidden.isEmpty() && hidden[i])) continue;
        if (!hidden.isEmpty() && text[i] == QLatin1Char('&')) {
            if (const auto [c, length] = entityAt(text.mid(i)); length > 0) {
                if (!isSign(c)) {
                    kept.text += c;
                    kept.place << int(i);
                }
                i += length - 1;
                continue;
            }
        }
        kept.text += text[i];
        kept.place << int(i);
    }
    return kept;
}

/// After a difference: how far to go on in `b` (and a little in `a`) until both agree again.
QPair<int, int> resync(QStringView a, QStringView b) {
    constexpr int kAgree = 5, kFarA = 8, kFarB = 400;
    for (int j = 0; j <= std::min<int>(kFarB, int(b.size())); ++j)
        for (int i = 0; i <= std::min<int>(kFarA, int(a.size())); ++i) {
            const qsizetype length = std::min<qsizetype>(kAgree, a.size() - i);
            if (length > 0 && b.size() - j >= length && a.mid(i, length) == b.mid(j, length))
                return {i, j};
        }
    return {1, 0};
}

/// Signs that are shown: between their neighbours' places.
void placeSigns(QStringView shown, QStringView source, QVector<int>& places) {
    int last = -1;
    for (qsizetype i = 0; i < shown.size(); ++i) {
        if (places[i] >= 0) {
            last = places[i];
            continue;
        }
        if (shown[i].isSpace() || !isSign(shown[i])) continue;
        qsizetype next = i + 1;
        while (next < shown.size() && places[next] < 0) ++next;
        const qsizetype limit = next < shown.size() ? places[next] : source.size();
        const qsizetype at = source.indexOf(shown[i], last + 1);
        if (at >= 0 && at < limit) places[i] = last = int(at);
    }
}

}  // namespace

QChar codeMark(int index) {
    return QChar(char16_t(std::min<int>(kFirstMark + index, kLastMark)));
}

int codeMarkIndex(const QString& text) {
    if (text.size() != 1 || text[0].unicode() < kFirstMark || text[0].unicode() > kLastMark)
        return -1;
    return text[0].unicode() - kFirstMark;
}

QList<ReplyPart> splitReply(const QString& reply, int from, bool growing) {
    return Splitter(reply, from, growing).run();
}

QString linkDefinitions(const QString& reply) {
    static const QRegularExpression definition(
        QStringLiteral(R"((?m)^ {0,3}\[[^\]\n]+\]:[ \t]*\S.*$)"));
    QString found;
    if (!reply.contains(QLatin1String("]:"))) return found;
    auto match = definition.globalMatch(reply);
    while (match.hasNext()) found += match.next().captured() + QLatin1Char('\n');
    return found;
}

QVector<int> alignToSource(QStringView shown, QStringView source) {
    const Indexed a = withoutSigns(shown), b = withoutSigns(source, hiddenIn(source));
    QVector<int> places(shown.size(), -1);
    int i = 0, j = 0;
    while (i < a.text.size() && j < b.text.size()) {
        if (a.text[i] == b.text[j]) {
            places[a.place[i++]] = b.place[j++];
            continue;
        }
        const QPair<int, int> skip = resync(QStringView(a.text).mid(i), QStringView(b.text).mid(j));
        i += skip.first;
        j += skip.second;
    }
    placeSigns(shown, source, places);
    return places;
}

}  // namespace univi::ui
