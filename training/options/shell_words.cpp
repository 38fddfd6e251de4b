#include "training/options/shell_words.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace univi::training {

namespace {

bool is_name_start(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool is_name(char c) {
    return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c));
}

class Reader {
  public:
    explicit Reader(const std::string& text) : text_(text) {}

    ShellText read() {
        while (at_ < text_.size()) step();
        end_command();
        return std::move(result_);
    }

  private:
    void step() {
        const char c = text_[at_];
        if (c == '\\') return take_escape();
        if (c == '\'') return take_single();
        if (c == '"') return take_double();
        if (c == '$') return take_variable();
        if (c == '#' && !in_word_) return skip_comment();
        if (c == ' ' || c == '\t' || c == '\r') return ++at_, end_word();
        if (c == '\n' || c == ';' || c == '|') return ++at_, end_command();
        if (c == '&') return take_ampersand();
        if (c == '<' && take_placeholder()) return;
        if (c == '<' || c == '>') return take_redirection();
        if (c == '~' && !in_word_) return take_home();
        add(c);
        ++at_;
    }

    void add(char c) {
        word_ += c;
        in_word_ = true;
    }

    /// A backslash before a newline (also one with a carriage return) joins two lines.
    void take_escape() {
        if (++at_ >= text_.size()) return;
        if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
        if (text_[at_] != '\n') add(text_[at_]);
        ++at_;
    }

    void take_single() {
        in_word_ = true;
        const auto end = text_.find('\'', at_ + 1);
        result_.is_open |= end == std::string::npos;
        const auto stop = std::min(end, text_.size());
        word_ += text_.substr(at_ + 1, stop - at_ - 1);
        at_ = std::min(stop + 1, text_.size());
    }

    void take_double() {
        in_word_ = true;
        for (++at_; at_ < text_.size() && text_[at_] != '"';) {
            const char c = text_[at_];
            const bool escapes =
                c == '\\' && at_ + 1 < text_.size() &&
                std::string_view("$`\"\\\n").find(text_[at_ + 1]) != std::string_view::npos;
            if (escapes) {
                take_escape();
            } else if (c == '$') {
                take_variable();
            } else {
                add(c);
                ++at_;
            }
        }
        result_.is_open |= at_ >= text_.size();
        if (at_ < text_.size()) ++at_;
    }

    void take_variable() {
        const bool braces = at_ + 1 < text_.size() && text_[at_ + 1] == '{';
        const std::size_t begin = at_ + (braces ? 2 : 1);
        std::size_t end = begin;
        if (braces)
            end = std::min(text_.find('}', begin), text_.size());
        else
            while (end < text_.size() && is_name(text_[end])) ++end;
        const std::string name = text_.substr(begin, end - begin);
        const std::size_t behind = std::min(end + (braces ? 1 : 0), text_.size());
        const auto known = result_.variables.find(name);
        word_ += known != result_.variables.end() ? known->second : text_.substr(at_, behind - at_);
        in_word_ = true;
        at_ = std::max(behind, at_ + 1);
    }

    void take_home() {
        const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
        const char* home = std::getenv("HOME");
        if (home && (next == '/' || std::isspace(static_cast<unsigned char>(next))))
            word_ += home, in_word_ = true;
        else
            add('~');
        ++at_;
    }

    void skip_comment() { at_ = std::min(text_.find('\n', at_), text_.size()); }

    /// & ends a command; &> redirects.
    void take_ampersand() {
        ++at_;
        if (at_ < text_.size() && text_[at_] == '>') return take_redirection();
        end_command();
    }

    /// "<your folder>" of instructions is a word that nobody filled in, not two redirections.
    bool take_placeholder() {
        const auto end = text_.find_first_of("<>\n", at_ + 1);
        const bool closes = end != std::string::npos && text_[end] == '>' && end > at_ + 1;
        if (!closes || !is_name(text_[at_ + 1]) || text_[end - 1] == ' ') return false;
        word_ += text_.substr(at_, end + 1 - at_);
        in_word_ = true;
        at_ = end + 1;
        return true;
    }

    /// The operator, a number before it, and the file or stream behind it.
    void take_redirection() {
        if (!word_.empty() && std::all_of(word_.begin(), word_.end(),
                                          [](unsigned char c) { return std::isdigit(c); }))
            word_.clear(), in_word_ = false;
        end_word();
        while (at_ < text_.size() &&
               std::string_view("<>&|").find(text_[at_]) != std::string_view::npos)
            ++at_;
        skips_word_ = true;
    }

    void end_word() {
        if (in_word_ && !std::exchange(skips_word_, false)) words_.push_back(word_);
        word_.clear();
        in_word_ = false;
    }

    void end_command() {
        end_word();
        skips_word_ = false;
        const bool exports = !words_.empty() && words_[0] == "export";
        if (exports) words_.erase(words_.begin());
        if (std::all_of(words_.begin(), words_.end(), is_assignment)) {
            for (const std::string& each : words_)
                result_.variables[each.substr(0, each.find('='))] = each.substr(each.find('=') + 1);
        } else {
            result_.commands.push_back(words_);
        }
        words_.clear();
    }

    const std::string& text_;
    std::size_t at_ = 0;
    std::string word_;
    bool in_word_ = false, skips_word_ = false;
    std::vector<std::string> words_;
    ShellText result_;
};

}  // namespace

bool is_assignment(const std::string& word) {
    const auto equals = word.find('=');
    return equals != std::string::npos && equals > 0 && is_name_start(word[0]) &&
           std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), is_name);
}

ShellText read_shell(const std::string& text) {
    return Reader(text).read();
}

std::string shell_line(const std::vector<std::string>& words) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-=:,@%";
    std::string line;
    for (const std::string& word : words) {
        line += line.empty() ? "" : " ";
        if (!word.empty() && word.find_first_not_of(kPlain) == word.npos) {
            line += word;
            continue;
        }
        line += '\'';
        for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += '\'';
    }
    return line;
}

}  // namespace univi::training
