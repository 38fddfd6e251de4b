#include "ui/code/yaml_scanner.h"

#include <QString>
#include <algorithm>

#include "ui/code/code_language.h"

namespace univi::ui {
namespace {

class YamlScanner {
  public:
    YamlScanner(const CodeLanguage& language, const CodeLine& line)
        : language_(language), line_(line), text_(line.text) {}

    CodeState run(const CodeState& before) {
        at_ = skipSpaces(0);
        if (before.kind == CodeState::Block && (at_ == text_.size() || at_ > before.value)) {
            line_.add(at_, text_.size(), CodeKind::String);
            return before;
        }
        if (text_ == u"---" || text_ == u"...") {
            line_.add(0, 3, CodeKind::Keyword);
            return {};
        }
        column_ = at_;
        while (at_ + 1 < text_.size() && text_[at_] == u'-' && text_[at_ + 1].isSpace()) {
            column_ = at_;
            at_ = skipSpaces(at_ + 1);
        }
        takeKey();
        if (takeBlock()) return {CodeState::Block, int(column_)};
        while (at_ < text_.size()) takeValue();
        return {};
    }

  private:
    qsizetype skipSpaces(qsizetype place) const {
        while (place < text_.size() && text_[place].isSpace()) ++place;
        return place;
    }
    bool isGap(qsizetype place) const {
        return place < 0 || place >= text_.size() || text_[place].isSpace();
    }

    /// Behind the closing quote of a string that begins at `place`.
    qsizetype endOfString(qsizetype place) const {
        const QChar quote = text_[place++];
        while (place < text_.size() && text_[place] != quote)
            place += quote == u'"' && text_[place] == u'\\' ? 2 : 1;
        return std::min(place + 1, text_.size());
    }

    /// What stands before the first colon with a gap behind it.
    void takeKey() {
        if (at_ >= text_.size() || QStringView(u"#[{|>&*!").contains(text_[at_])) return;
        qsizetype end = at_;
        if (text_[at_] == u'"' || text_[at_] == u'\'') end = endOfString(at_);
        while (end < text_.size() && !(text_[end] == u':' && isGap(end + 1))) {
            if (text_[end] == u'#' && isGap(end - 1)) return;
            ++end;
        }
        if (end >= text_.size()) return;
        line_.add(at_, end, CodeKind::Name);
        column_ = at_;
        at_ = skipSpaces(end + 1);
    }

    /// | or > and nothing but a comment behind it: the lines further in are text.
    bool takeBlock() {
        if (at_ >= text_.size() || (text_[at_] != u'|' && text_[at_] != u'>')) return false;
        qsizetype end = at_ + 1;
        while (end < text_.size() &&
               (text_[end].isDigit() || text_[end] == u'+' || text_[end] == u'-'))
            ++end;
        const qsizetype rest = skipSpaces(end);
        if (rest < text_.size() && text_[rest] != u'#') return false;
        line_.add(at_, end, CodeKind::Keyword);
        line_.add(rest, text_.size(), CodeKind::Comment);
        return true;
    }

    void takeValue() {
        const QChar c = text_[at_];
        const qsizetype start = at_;
        if (c == u'#' && isGap(at_ - 1)) {
            at_ = text_.size();
            line_.add(start, at_, CodeKind::Comment);
        } else if (c == u'"' || c == u'\'') {
            at_ = endOfString(at_);
            const bool is_key = at_ < text_.size() && text_[at_] == u':';
            line_.add(start, at_, is_key ? CodeKind::Name : CodeKind::String);
        } else if (c.isSpace() || QStringView(u"[]{},:").contains(c)) {
            ++at_;
        } else {
            takePlain();
        }
    }

    /// To the end of a part of [a, b] or {a: b}, or of the line.
    void takePlain() {
        const qsizetype start = at_;
        while (at_ < text_.size() && !QStringView(u",]}").contains(text_[at_]) &&
               !(text_[at_] == u':' && isGap(at_ + 1)) && !(text_[at_] == u'#' && isGap(at_ - 1)))
            ++at_;
        if (at_ == start) ++at_;
        const QStringView word = text_.mid(start, at_ - start).trimmed();
        const qsizetype end = start + word.size();
        const bool is_mark = QStringView(u"&*!").contains(word.front());
        bool is_number = false;
        static_cast<void>(word.toDouble(&is_number));
        if (at_ < text_.size() && text_[at_] == u':')
            line_.add(start, end, CodeKind::Name);
        else if (is_mark)
            line_.add(start, end, CodeKind::Keyword);
        else if (is_number)
            line_.add(start, end, CodeKind::Number);
        else if (language_.constants.has(word.toString().toLower()))
            line_.add(start, end, CodeKind::Constant);
    }

    const CodeLanguage& language_;
    const CodeLine& line_;
    QStringView text_;
    qsizetype at_ = 0, column_ = 0;
};

}  // namespace

CodeState scanYaml(const CodeLanguage& language, const CodeLine& line, const CodeState& before) {
    return YamlScanner(language, line).run(before);
}

}  // namespace univi::ui
