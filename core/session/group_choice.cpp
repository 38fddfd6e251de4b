#include "core/session/group_choice.h"

#include <charconv>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>

#include "core/base/error.h"

namespace univi::session {

namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    for (std::size_t begin = 0;;) {
        const auto end = text.find(separator, begin);
        out.push_back(text.substr(begin, end - begin));
        if (end == text.npos) return out;
        begin = end + 1;
    }
}

/// One item of the list against a layout.
class Item {
  public:
    Item(std::string_view text, const GroupLayout& layout) : text_(text), layout_(layout) {}

    std::vector<int> tokens() const {
        const auto fields = split(text_, ':');
        if (fields.size() == 1) return range(fields[0], 0, layout_.tokens(), "token");
        if (fields.size() == 2 && fields[0] == "event") return of_events(fields[1]);
        if (fields.size() == 2 && fields[0] == "stage")
            return of_stage(number(fields[1], 3, "stage"));
        if (fields.size() == 2) {
            if (layout_.parts.size() != 1)
                refuse("needs its event too, as in 0:" + std::string(text_));
            return of_group(0, fields[0], fields[1]);
        }
        if (fields.size() != 3 || !layout_.is_video)
            refuse("is not a token (7), a stage and group (2:5), " +
                   std::string(layout_.is_video ? "event, stage and group (1:2:5), event:1" : "") +
                   (layout_.is_video ? " or stage:2" : "or stage:2"));
        return of_group(number(fields[0], parts(), "event"), fields[1], fields[2]);
    }

  private:
    int parts() const { return static_cast<int>(layout_.parts.size()); }

    [[noreturn]] void refuse(const std::string& what) const {
        throw base::Error(base::ErrorKind::Usage,
                          "The group " + std::string(text_) + " to leave out " + what + ".");
    }

    /// A number from 0, less than `count`.
    int number(std::string_view text, int count, const std::string& what) const {
        int value = -1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < 0)
            refuse("has no number for its " + what);
        if (value >= count)
            refuse(
                "does not exist: there " +
                (count == 1 ? "is 1 " + what : "are " + std::to_string(count) + " " + what + "s") +
                ", counted from 0");
        return value;
    }

    /// "5" or "5-9", of `count` from `offset` on.
    std::vector<int> range(std::string_view text, int offset, int count,
                           const std::string& what) const {
        const auto ends = split(text, '-');
        if (ends.size() > 2) refuse("has more than one dash");
        const int first = number(ends.front(), count, what),
                  last = number(ends.back(), count, what);
        if (last < first) refuse("has an end before its begin");
        std::vector<int> out(static_cast<std::size_t>(last - first + 1));
        std::iota(out.begin(), out.end(), offset + first);
        return out;
    }

    std::vector<int> of_group(int part, std::string_view stage_text, std::string_view group) const {
        const int stage = number(stage_text, 3, "stage");
        return range(group, offset(part, stage), layout_.parts[part][stage], "group");
    }

    std::vector<int> of_events(std::string_view text) const {
        if (!layout_.is_video) refuse("needs a video: a picture has no events");
        std::vector<int> out;
        for (const int event : range(text, 0, parts(), "event"))
            for (const int token : layout_.tokens_of(event)) out.push_back(token);
        return out;
    }

    std::vector<int> of_stage(int stage) const {
        std::vector<int> out;
        for (int part = 0; part < parts(); ++part)
            for (int i = 0; i < layout_.parts[part][stage]; ++i)
                out.push_back(offset(part, stage) + i);
        return out;
    }

    int offset(int part, int stage) const {
        int offset = 0;
        for (int p = 0; p < part; ++p)
            offset += std::accumulate(layout_.parts[p].begin(), layout_.parts[p].end(), 0);
        for (int s = 0; s < stage; ++s) offset += layout_.parts[part][s];
        return offset;
    }

    std::string_view text_;
    const GroupLayout& layout_;
};

}  // namespace

int GroupLayout::tokens() const {
    int total = 0;
    for (const auto& part : parts) total = std::accumulate(part.begin(), part.end(), total);
    return total;
}

std::vector<int> GroupLayout::tokens_of(int part) const {
    int begin = 0;
    for (int p = 0; p < part; ++p) begin = std::accumulate(parts[p].begin(), parts[p].end(), begin);
    std::vector<int> out(
        static_cast<std::size_t>(std::accumulate(parts[part].begin(), parts[part].end(), 0)));
    std::iota(out.begin(), out.end(), begin);
    return out;
}

std::string GroupLayout::name_of(int token) const {
    for (std::size_t part = 0; part < parts.size(); ++part)
        for (int stage = 0; stage < 3; ++stage) {
            const int count = parts[part][stage];
            if (token < count)
                return (is_video ? std::to_string(part) + ":" : "") + std::to_string(stage) + ":" +
                       std::to_string(token);
            token -= count;
        }
    return {};
}

std::vector<int> parse_groups(const std::string& text, const GroupLayout& layout) {
    std::set<int> out;
    if (!text.empty())
        for (const std::string_view item : split(text, ','))
            for (const int token : Item(item, layout).tokens()) out.insert(token);
    return {out.begin(), out.end()};
}

}  // namespace univi::session
