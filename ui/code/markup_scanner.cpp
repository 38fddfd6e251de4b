#include "ui/code/markup_scanner.h"

#include <QString>
#include <algorithm>
#include <array>

#include "ui/code/code_language.h"
#include "ui/code/program_scanner.h"

namespace univi::ui {
namespace {

/// A language inside markup: CodeState::inner is its place here and one.
struct Inner {
    QStringView element, end;
    const char16_t* language;
};
constexpr std::array kInner{Inner{u"script", u"</script", u"typescript"},
                            Inner{u"style", u"</style", u"css"}};

constexpr int kDoubleQuote = 1, kSingleQuote = 2;  ///< CodeState::value of an open tag
constexpr qsizetype kLongestEntity = 12;

bool isNameSign(QChar c) {
    return c.isLetterOrNumber() || QStringView(u"_-.:@").contains(c);
}

class MarkupScanner {
  public:
    MarkupScanner(const CodeLine& line, const CodeState& before)
        : line_(line), text_(line.text), state_(before) {}

    CodeState run() {
        if (text_.isEmpty() && state_.inner > 0 && state_.kind != CodeState::Tag) takeInner();
        while (at_ < text_.size()) step();
        return state_;
    }

  private:
    void step() {
        switch (state_.kind) {
            case CodeState::Tag:
                return state_.value > 0 ? takeValue(at_) : takeInTag();
            case CodeState::Comment:
                if (state_.inner == 0) return takeUntil(u"-->", CodeKind::Comment, at_);
                break;
            case CodeState::Data:
                return takeUntil(u"]]>", CodeKind::String, at_);
            default:
                break;
        }
        if (state_.inner > 0)
            takeInner();
        else
            takeText();
    }

    bool startsWith(QStringView what) const { return text_.mid(at_).startsWith(what); }

    void takeUntil(QStringView end, CodeKind kind, qsizetype start) {
        const qsizetype found = text_.indexOf(end, at_);
        at_ = found < 0 ? text_.size() : found + end.size();
        line_.add(start, at_, kind);
        if (found >= 0) state_ = {};
    }

    void open(CodeState::Kind kind, QStringView begin, QStringView end, CodeKind colour) {
        const qsizetype start = at_;
        state_ = {kind};
        at_ += begin.size();
        takeUntil(end, colour, start);
    }

    void takeText() {
        if (startsWith(u"<!--"))
            return open(CodeState::Comment, u"<!--", u"-->", CodeKind::Comment);
        if (startsWith(u"<![CDATA["))
            return open(CodeState::Data, u"<![CDATA[", u"]]>", CodeKind::String);
        if (text_[at_] == u'<') return takeTag();
        if (text_[at_] == u'&') return takeEntity();
        ++at_;
    }

    void takeEntity() {
        const qsizetype end = text_.mid(at_, kLongestEntity).indexOf(u';');
        if (end > 1) line_.add(at_, at_ + end + 1, CodeKind::Constant);
        at_ += std::max<qsizetype>(end, 0) + 1;
    }

    void takeTag() {
        const qsizetype start = at_++;
        while (at_ < text_.size() && QStringView(u"/!?").contains(text_[at_])) ++at_;
        const qsizetype name = at_;
        if (name >= text_.size() || !text_[name].isLetter()) return;
        while (at_ < text_.size() && isNameSign(text_[at_])) ++at_;
        line_.add(start, at_, CodeKind::Keyword);
        state_ = {CodeState::Tag};
        const QStringView element = text_.mid(name, at_ - name);
        for (std::size_t i = 0; i < kInner.size() && name == start + 1; ++i)
            if (element.compare(kInner[i].element, Qt::CaseInsensitive) == 0)
                state_.inner = int(i) + 1;
    }

    void takeInTag() {
        const QChar c = text_[at_];
        if (c == u'>') {
            line_.add(at_, at_ + 1, CodeKind::Keyword);
            const bool is_closed = at_ > 0 && text_[at_ - 1] == u'/';
            ++at_;
            state_ = {CodeState::Nothing, 0, is_closed ? 0 : state_.inner};
        } else if (c == u'"' || c == u'\'') {
            state_.value = c == u'"' ? kDoubleQuote : kSingleQuote;
            takeValue(at_++);
        } else if (isNameSign(c)) {
            const qsizetype start = at_;
            const bool is_value = start > 0 && text_[start - 1] == u'=';
            while (at_ < text_.size() && isNameSign(text_[at_])) ++at_;
            line_.add(start, at_, is_value ? CodeKind::String : CodeKind::Name);
        } else {
            if (c == u'/' || c == u'?') line_.add(at_, at_ + 1, CodeKind::Keyword);
            ++at_;
        }
    }

    void takeValue(qsizetype start) {
        const QChar quote = state_.value == kDoubleQuote ? u'"' : u'\'';
        const qsizetype end = text_.indexOf(quote, at_);
        at_ = end < 0 ? text_.size() : end + 1;
        line_.add(start, at_, CodeKind::String);
        if (end >= 0) state_.value = 0;
    }

    void takeInner() {
        const Inner& inner = kInner[std::size_t(std::min(state_.inner, int(kInner.size())) - 1)];
        const qsizetype found = text_.indexOf(inner.end, at_, Qt::CaseInsensitive);
        const qsizetype end = found < 0 ? text_.size() : found;
        const CodeLanguage* language = findCodeLanguage(QString::fromUtf16(inner.language));
        const CodeLine part{text_.mid(at_, end - at_), line_.spans, line_.offset + int(at_)};
        const CodeState after = scanProgram(*language, part, {state_.kind, state_.value});
        at_ = end;
        state_ = found < 0 ? CodeState{after.kind, after.value, state_.inner} : CodeState();
    }

    const CodeLine& line_;
    QStringView text_;
    CodeState state_;
    qsizetype at_ = 0;
};

}  // namespace

CodeState scanMarkup(const CodeLine& line, const CodeState& before) {
    return MarkupScanner(line, before).run();
}

}  // namespace univi::ui
