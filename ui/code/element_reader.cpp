#include "ui/code/element_reader.h"

namespace univi::ui {
namespace {

constexpr int kLevelBits = 2, kLevels = 12;  ///< deeper ones are left out: some colours are wrong
constexpr quint32 kTop = 3;
constexpr int kClosing = 1;  ///< CodeState::value of an open </tag

bool isNameSign(QChar c) {
    return c.isLetterOrNumber() || QStringView(u"_-.:").contains(c);
}

}  // namespace

bool beginsValue(QChar seen) {
    static constexpr QStringView kBefore = u"(,=:[!&|?{};+>";
    return seen.isNull() || kBefore.contains(seen);
}

void ElementReader::push(Level level) {
    if (levels_ >> kLevelBits * (kLevels - 1) == 0) levels_ = levels_ << kLevelBits | level;
}

quint32 ElementReader::pop() {
    const quint32 top = levels_ & kTop;
    levels_ >>= kLevelBits;
    return top;
}

QChar ElementReader::charAt(qsizetype place) const {
    return place < text_.size() ? text_[place] : QChar();
}

bool ElementReader::take() {
    if ((levels_ & kTop) == Text) return takeText();
    const QChar c = text_[at_];
    if (levels_ != 0 && c == u'{') {
        openBrace(Brace);
        return true;
    }
    if (levels_ != 0 && c == u'}') {
        closeBrace();
        return true;
    }
    return c == u'<' && beginsValue(seen_) && takeTag();
}

bool ElementReader::takeText() {
    while (at_ < text_.size() && text_[at_] != u'<' && text_[at_] != u'{') ++at_;
    if (at_ == text_.size()) return true;
    if (text_[at_] == u'{')
        openBrace(Brace);
    else if (!takeTag())
        ++at_;
    return true;
}

void ElementReader::openBrace(Level level) {
    push(level);
    open_ = {};
    seen_ = text_[at_++];
}

void ElementReader::closeBrace() {
    seen_ = text_[at_++];
    if (pop() != Attribute) return;
    open_ = {CodeState::Tag};
    goOnTag();
}

bool ElementReader::takeTag() {
    const bool is_closing = charAt(at_ + 1) == u'/';
    const qsizetype name = at_ + (is_closing ? 2 : 1);
    qsizetype end = name;
    while (isNameSign(charAt(end))) ++end;
    const bool is_fragment = end == name && charAt(end) == u'>';
    if (!is_fragment && (end == name || !text_[name].isLetter())) return false;
    // <T,>(x: T) and <T extends U>(x: T) name types.
    const QStringView rest = text_.mid(end);
    if (rest.startsWith(u',') || rest.startsWith(u" extends ")) return false;
    line_.add(at_, end, CodeKind::Keyword);
    at_ = end;
    open_ = {CodeState::Tag, is_closing ? kClosing : 0};
    goOnTag();
    return true;
}

void ElementReader::goOnTag() {
    while (at_ < text_.size()) {
        const QChar c = text_[at_];
        const qsizetype start = at_;
        if (c == u'>') return endTag();
        if (c == u'{') return openBrace(Attribute);
        if (c == u'"' || c == u'\'') {
            takeQuoted();
        } else if (c == u'/' && charAt(at_ + 1) == u'>') {
            at_ += 2;
            line_.add(start, at_, CodeKind::Keyword);
            open_ = {};
            seen_ = u'"';
            return;
        } else if (isNameSign(c)) {
            while (isNameSign(charAt(at_))) ++at_;
            line_.add(start, at_, CodeKind::Name);
        } else {
            ++at_;
        }
    }
}

void ElementReader::endTag() {
    line_.add(at_, at_ + 1, CodeKind::Keyword);
    ++at_;
    if (open_.value != kClosing)
        push(Text);
    else if ((levels_ & kTop) == Text)
        pop();
    open_ = {};
    seen_ = u'"';
}

void ElementReader::takeQuoted() {
    const qsizetype start = at_, end = text_.indexOf(text_[at_], at_ + 1);
    at_ = end < 0 ? text_.size() : end + 1;
    line_.add(start, at_, CodeKind::String);
}

}  // namespace univi::ui
