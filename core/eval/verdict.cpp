#include "core/eval/verdict.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <vector>

namespace univi::eval {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<double> whole_number_text(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool fine = !text.empty() && error == std::errc() && end == text.data() + text.size() &&
                      std::isfinite(value);
    return fine ? std::optional(value) : std::nullopt;
}

/// Reads {'key': 'value', "key": 4.5}: quoted keys, values quoted or numbers, nothing nested.
class FlatDictionary {
  public:
    explicit FlatDictionary(std::string_view text) : rest_(trimmed(text)) {}

    std::optional<std::map<std::string, std::string>> read() {
        std::map<std::string, std::string> entries;
        if (!take('{')) return std::nullopt;
        while (!take('}')) {
            if (!entries.empty() && !take(',')) return std::nullopt;
            if (!entries.empty() && take('}')) break;  // Python allows a last comma
            const auto key = quoted();
            if (!key || !take(':')) return std::nullopt;
            skip();
            const auto value = rest_.empty()             ? std::nullopt
                               : is_quote(rest_.front()) ? quoted()
                                                         : bare();
            if (!value || !entries.emplace(*key, *value).second) return std::nullopt;
        }
        skip();
        return rest_.empty() ? std::optional(entries) : std::nullopt;
    }

  private:
    static bool is_quote(char byte) { return byte == '\'' || byte == '"'; }
    void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size())); }
    bool take(char byte) {
        skip();
        if (!rest_.starts_with(byte)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::optional<std::string> quoted() {
        skip();
        if (rest_.empty() || !is_quote(rest_.front())) return std::nullopt;
        const auto end = rest_.find(rest_.front(), 1);
        if (end == rest_.npos) return std::nullopt;
        std::string text(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        return text;
    }
    std::optional<std::string> bare() {
        const auto end = std::min(rest_.find_first_of(",}"), rest_.size());
        const std::string text(trimmed(rest_.substr(0, end)));
        rest_.remove_prefix(end);
        return whole_number_text(text) ? std::optional(text) : std::nullopt;
    }

    std::string_view rest_;
};

}  // namespace

std::optional<ScorePair> parse_score_pair(std::string_view reply) {
    std::string line(trimmed(reply.substr(0, reply.find('\n'))));
    std::ranges::replace(line, ',', ' ');
    std::ranges::replace(line, '\t', ' ');
    std::vector<double> numbers;
    for (std::size_t begin = 0; begin < line.size();) {
        const std::size_t end = std::min(line.find(' ', begin), line.size());
        if (end > begin) {
            const auto number =
                whole_number_text(std::string_view(line).substr(begin, end - begin));
            if (!number || *number < 1 || *number > 10) return std::nullopt;
            numbers.push_back(*number);
        }
        begin = end + 1;
    }
    if (numbers.size() != 2) return std::nullopt;
    return ScorePair{numbers[0], numbers[1]};
}

std::optional<MatchVerdict> parse_match_verdict(std::string_view reply, bool with_match) {
    const auto entries = FlatDictionary(reply).read();
    if (!entries || !entries->contains("score")) return std::nullopt;
    const auto score = whole_number_text(trimmed(entries->at("score")));
    if (!score || *score < 0 || *score > 5) return std::nullopt;
    MatchVerdict verdict;
    verdict.score = static_cast<int>(*score);
    if (!with_match) return verdict;
    const auto pred = entries->find("pred");
    if (pred == entries->end()) return std::nullopt;
    std::string word(trimmed(pred->second));
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
    if (word != "yes" && word != "no") return std::nullopt;
    verdict.match = word == "yes";
    return verdict;
}

}  // namespace univi::eval
