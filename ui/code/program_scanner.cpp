#include "ui/code/program_scanner.h"

#include <QString>
#include <algorithm>
#include <optional>

#include "ui/code/code_language.h"
#include "ui/code/element_reader.h"
#include "ui/code/here_text.h"

namespace univi::ui {
namespace {

using Tagged = CodeLanguage::Tagged;

constexpr int kLongestTag = 16;  ///< C++ allows no more

class ProgramScanner {
  public:
    ProgramScanner(const CodeLanguage& language, const CodeLine& line, const CodeState& before)
        : language_(language),
          line_(line),
          text_(line.text),
          open_(before),
          elements_(line, before.levels, at_, open_, seen_) {}

    CodeState run() {
        goOn();
        while (at_ < text_.size()) {
            if (language_.elements && elements_.take()) continue;
            if (text_[at_].isSpace())
                ++at_;
            else if (!takeComment() && !takeShellText() && !takeString() && !takeNumber() &&
                     !takeWord() && !takeSign())
                seen_ = text_[at_++];
        }
        if (shell_text_ >= 0 && open_.kind == CodeState::Nothing)
            return {CodeState::Shell, shell_text_};
        open_.levels = elements_.levels();
        return open_;
    }

  private:
    QChar charAt(qsizetype place) const { return place < text_.size() ? text_[place] : QChar(); }
    bool startsWith(QStringView what) const {
        return !what.isEmpty() && text_.mid(at_).startsWith(what);
    }
    bool isFirst() const { return text_.left(at_).trimmed().isEmpty(); }
    qsizetype skipSpaces(qsizetype place) const {
        while (place < text_.size() && text_[place].isSpace()) ++place;
        return place;
    }

    /// What the line before left open.
    void goOn() {
        switch (open_.kind) {
            case CodeState::Comment:
                return endComment(0);
            case CodeState::String:
                if (open_.value < language_.strings.size()) endString(open_.value, 0);
                return;
            case CodeState::Tagged:
                return endTagged(0);
            case CodeState::Tag:
                return elements_.goOnTag();
            case CodeState::Shell: {
                const bool ends = endsHereText(language_.tagged, text_, open_.value);
                line_.add(0, text_.size(), ends ? CodeKind::Keyword : CodeKind::String);
                if (ends) open_ = {};
                at_ = text_.size();
                return;
            }
            default:
                open_ = {};
        }
    }

    bool takeComment() {
        const bool is_word_in_shell = language_.tagged == Tagged::Shell && at_ > 0 &&
                                      !text_[at_ - 1].isSpace() && text_[at_ - 1] != u';';
        const bool is_other = startsWith(language_.comment_too) && charAt(at_ + 1) != u'[';
        if ((startsWith(language_.comment) && !is_word_in_shell) || is_other) {
            line_.add(at_, text_.size(), CodeKind::Comment);
            at_ = text_.size();
            return true;
        }
        if (!startsWith(language_.comment_open)) return false;
        const qsizetype start = at_;
        at_ += language_.comment_open.size();
        open_ = {CodeState::Comment, 1};
        endComment(start);
        return true;
    }

    void endComment(qsizetype start) {
        while (at_ < text_.size() && open_.value > 0) {
            if (startsWith(language_.comment_close)) {
                at_ += language_.comment_close.size();
                --open_.value;
            } else if (language_.comments_nest && startsWith(language_.comment_open)) {
                at_ += language_.comment_open.size();
                ++open_.value;
            } else {
                ++at_;
            }
        }
        line_.add(start, at_, CodeKind::Comment);
        if (open_.value == 0) open_ = {};
    }

    bool takeString() { return takeStringAt(at_); }

    /// `start`: of the word before that belongs to it.
    bool takeStringAt(qsizetype start) {
        if (language_.lifetimes && takeLifetime()) return true;
        for (int rule = 0; rule < language_.strings.size(); ++rule) {
            if (!startsWith(language_.strings[rule].open)) continue;
            at_ += language_.strings[rule].open.size();
            endString(rule, start);
            return true;
        }
        return language_.patterns && takePattern();
    }

    void endString(int number, qsizetype start) {
        const StringRule& rule = language_.strings[number];
        bool closed = false;
        while (at_ < text_.size() && !closed) {
            if (!rule.escape.isNull() && text_[at_] == rule.escape) {
                at_ += 2;
            } else if (startsWith(rule.close)) {
                at_ += rule.close.size();
                closed = true;
            } else {
                ++at_;
            }
        }
        const bool goes_on = rule.goes_on || at_ > text_.size();
        at_ = std::min(at_, text_.size());
        open_ = closed || !goes_on ? CodeState() : CodeState{CodeState::String, number};
        const bool is_key = closed && isBeforeKeySign();
        line_.add(start, at_, is_key ? CodeKind::Name : CodeKind::String);
        seen_ = u'"';
    }

    bool isBeforeKeySign() const {
        return !language_.key_sign.isNull() && charAt(skipSpaces(at_)) == language_.key_sign;
    }

    /// In Rust 'a without an end is no character.
    bool takeLifetime() {
        const QChar next = charAt(at_ + 1);
        if (charAt(at_) != u'\'' || !(next.isLetter() || next == u'_') || charAt(at_ + 2) == u'\'')
            return false;
        const qsizetype start = at_++;
        while (at_ < text_.size() && isWordSign(text_[at_])) ++at_;
        line_.add(start, at_, CodeKind::Name);
        return true;
    }

    /// A regular expression stands where a value begins, and ends on its line.
    bool takePattern() {
        if (charAt(at_) != u'/' || no_pattern_ || !beginsValue(seen_)) return false;
        bool in_class = false;
        for (qsizetype end = at_ + 1; end < text_.size(); ++end) {
            const QChar c = text_[end];
            if (c == u'\\') {
                ++end;
            } else if (c == u'/' && !in_class) {
                line_.add(at_, end + 1, CodeKind::String);
                at_ = end + 1;
                seen_ = u'"';
                return true;
            } else if (c == u'[' || c == u']') {
                in_class = c == u'[';
            }
        }
        no_pattern_ = true;  // looked for once a line
        return false;
    }

    /// Behind the word R or r: the tag of a string that ends only with the same; false: none.
    bool takeTagged(qsizetype start) {
        qsizetype end = at_;
        if (language_.tagged == Tagged::Cpp) {
            if (charAt(end) != u'"') return false;
            const qsizetype tag = end + 1;
            end = text_.left(tag + kLongestTag + 1).indexOf(u'(', tag);
            if (end < 0) return false;
            open_ = {CodeState::Tagged, tagNumber(text_.mid(tag, end - tag))};
        } else {
            while (charAt(end) == u'#') ++end;
            if (charAt(end) != u'"') return false;
            open_ = {CodeState::Tagged, int(end - at_)};
        }
        at_ = end + 1;
        endTagged(start);
        return true;
    }

    void endTagged(qsizetype start) {
        while (at_ < text_.size() && open_.kind == CodeState::Tagged) {
            const qsizetype length =
                language_.tagged == Tagged::Cpp ? lengthOfCppEnd() : lengthOfRustEnd();
            at_ += std::max<qsizetype>(length, 1);
            if (length > 0) open_ = {};
        }
        line_.add(start, at_, CodeKind::String);
        seen_ = u'"';
    }

    /// Of )tag" here; 0: it is not there.
    qsizetype lengthOfCppEnd() const {
        if (text_[at_] != u')') return 0;
        const QStringView rest = text_.mid(at_ + 1, kLongestTag + 1);
        const qsizetype quote = rest.indexOf(u'"');
        return quote >= 0 && tagNumber(rest.left(quote)) == open_.value ? quote + 2 : 0;
    }

    /// Of "### here; 0: it is not there.
    qsizetype lengthOfRustEnd() const {
        if (text_[at_] != u'"') return 0;
        for (int i = 1; i <= open_.value; ++i)
            if (charAt(at_ + i) != u'#') return 0;
        return 1 + open_.value;
    }

    /// <<END: the lines from the next one to END are text.
    bool takeShellText() {
        const auto text = hereTextAt(language_.tagged, text_, at_, seen_);
        if (!text) return false;
        shell_text_ = text->tag;
        line_.add(at_, text->end, CodeKind::Keyword);
        at_ = text->end;
        return true;
    }

    bool takeNumber() {
        const bool begins =
            text_[at_].isDigit() || (text_[at_] == u'.' && charAt(at_ + 1).isDigit());
        if (!begins) return false;
        const qsizetype start = at_;
        const bool hex = text_[at_] == u'0' && charAt(at_ + 1).toLower() == u'x';
        while (at_ < text_.size() && goesOnAsNumber(hex)) ++at_;
        line_.add(start, at_, CodeKind::Number);
        seen_ = u'0';
        return true;
    }

    bool goesOnAsNumber(bool hex) const {
        const QChar c = text_[at_], next = charAt(at_ + 1);
        if (isWordSign(c)) return true;
        if (c == u'.') return next.isDigit();
        if (c == u'\'') return language_.directives && next.isLetterOrNumber();
        if (c != u'+' && c != u'-') return false;
        const QChar before = text_[at_ - 1].toLower();
        return before == (hex ? u'p' : u'e') && next.isDigit();
    }

    bool goesOnAsWord(qsizetype place) const {
        const QChar c = charAt(place);
        return isWordSign(c) || (!c.isNull() && language_.word_signs.contains(c));
    }

    bool takeWord() {
        if (!goesOnAsWord(at_)) return false;
        // margin: -1px
        if (!language_.key_sign.isNull() && text_[at_] == u'-' && charAt(at_ + 1).isDigit())
            return false;
        const qsizetype start = at_;
        while (goesOnAsWord(at_)) ++at_;
        const QStringView word = text_.mid(start, at_ - start);
        if (language_.tagged != Tagged::None && isTaggedPrefix(word) && takeTagged(start))
            return true;
        if (language_.prefixes.has(word) && takeStringAt(start)) return true;
        const std::optional<CodeKind> kind = kindOf(word, start);
        if (kind) line_.add(start, at_, *kind);
        seen_ = kind == CodeKind::Keyword ? QChar(u'(') : QChar(u'a');
        return true;
    }

    bool isTaggedPrefix(QStringView word) const {
        if (language_.tagged == Tagged::Cpp) return word.endsWith(u'R') && word.size() <= 3;  // u8R
        return language_.tagged == Tagged::Rust && word.endsWith(u'r') && word.size() <= 2;
    }

    std::optional<CodeKind> kindOf(QStringView word, qsizetype start) const {
        const QString lower = language_.any_case ? word.toString().toLower() : QString();
        const QStringView looked_up = language_.any_case ? QStringView(lower) : word;
        const bool is_member = start > 0 && text_[start - 1] == u'.';
        if (!is_member && language_.keywords.has(looked_up)) return CodeKind::Keyword;
        if (!is_member && language_.constants.has(looked_up)) return CodeKind::Constant;
        const QChar next = charAt(at_);
        // A Rust macro is called with a sign and any bracket.
        if (next == u'(' || (next == u'!' && QStringView(u"([{").contains(charAt(at_ + 1))))
            return CodeKind::Function;
        if (isBeforeKeySign()) return CodeKind::Name;
        return std::nullopt;
    }

    /// A sign that makes what stands behind it something else.
    bool takeSign() {
        const QChar c = text_[at_];
        if (c == u'#' && language_.directives && isFirst()) return takeDirective();
        if (c == u'$' && language_.variables) return takeVariable();
        if (c == u'[' && language_.sections && isFirst()) return takeSection();
        const bool opens_word = (c == u'@' && language_.at_words) ||
                                (c == u'#' && language_.hash_words) ||
                                (c == u':' && language_.colon_words && seen_ != u':');
        if (!opens_word || !goesOnAsWord(at_ + 1)) return false;
        const qsizetype start = at_++;
        while (goesOnAsWord(at_)) ++at_;
        line_.add(start, at_, c == u'@' ? CodeKind::Name : CodeKind::Constant);
        return true;
    }

    /// [a.b] or [[a.b]], which names what stands below it.
    bool takeSection() {
        qsizetype end = at_;
        while (charAt(end) == u'[') ++end;
        if (!charAt(end).isLetter() && charAt(end) != u'_') return false;
        end = text_.indexOf(u']', end);
        if (end < 0) return false;
        while (charAt(end) == u']') ++end;
        const qsizetype rest = skipSpaces(end);
        if (rest < text_.size() && text_[rest] != u'#') return false;
        line_.add(at_, end, CodeKind::Keyword);
        at_ = end;
        return true;
    }

    /// #include <vector>
    bool takeDirective() {
        const qsizetype start = at_;
        at_ = skipSpaces(at_ + 1);
        const qsizetype word = at_;
        while (at_ < text_.size() && isWordSign(text_[at_])) ++at_;
        line_.add(start, at_, CodeKind::Keyword);
        const qsizetype file = skipSpaces(at_);
        if (text_.mid(word, at_ - word) != u"include" || charAt(file) != u'<') return true;
        const qsizetype end = text_.indexOf(u'>', file);
        at_ = end < 0 ? text_.size() : end + 1;
        line_.add(file, at_, CodeKind::String);
        return true;
    }

    bool takeVariable() {
        const qsizetype start = at_++;
        if (charAt(at_) == u'{') {
            const qsizetype end = text_.indexOf(u'}', at_);
            at_ = end < 0 ? text_.size() : end + 1;
        } else if (QStringView(u"@*#?!$-").contains(charAt(at_)) && at_ < text_.size()) {
            ++at_;
        } else {
            while (at_ < text_.size() && isWordSign(text_[at_])) ++at_;
        }
        if (at_ > start + 1) line_.add(start, at_, CodeKind::Name);
        return true;
    }

    const CodeLanguage& language_;
    const CodeLine& line_;
    QStringView text_;
    CodeState open_;
    qsizetype at_ = 0;
    QChar seen_;           ///< the last sign that was none of the others; a letter for a word
    int shell_text_ = -1;  ///< the tag of the text that begins on the next line
    bool no_pattern_ = false;
    ElementReader elements_;
};

}  // namespace

CodeState scanProgram(const CodeLanguage& language, const CodeLine& line, const CodeState& before) {
    return ProgramScanner(language, line, before).run();
}

}  // namespace univi::ui
