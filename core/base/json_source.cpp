#include "core/base/json_source.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/printable.h"

namespace univi::base {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool begins(std::string_view text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

/// The name of an encoding with wide characters that the text begins in; empty for any other. JSON
/// begins with an ASCII character, so a zero byte beside it tells of one without a mark.
const char* wide_encoding(std::string_view text) {
    using namespace std::string_view_literals;
    if (begins(text, "\xff\xfe\0\0"sv) || begins(text, "\0\0\xfe\xff"sv)) return "UTF-32";
    if (begins(text, "\xff\xfe"sv) || begins(text, "\xfe\xff"sv)) return "UTF-16";
    if (text.size() >= 4 && (begins(text, "\0\0\0"sv) || begins(text.substr(1), "\0\0\0"sv)))
        return text[0] != '\0' || text[3] != '\0' ? "UTF-32" : "";
    if (text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0')) return "UTF-16";
    return "";
}

/// Follows the keys of every open object.
class KeyReader : public nlohmann::json_sax<nlohmann::json> {
  public:
    std::string twice;  ///< the first key that stands twice, as "scheduler.params.lr"

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override {
        open_.emplace_back();
        return true;
    }
    bool end_object() override { return end(); }
    bool start_array(std::size_t) override {
        open_.emplace_back();
        return true;
    }
    bool end_array() override { return end(); }
    bool key(string_t& name) override {
        Level& level = open_.back();
        level.last = name;
        if (level.names.insert(name).second) return true;
        for (const Level& each : open_)
            if (!each.last.empty()) twice += (twice.empty() ? "" : ".") + each.last;
        return false;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    struct Level {
        std::set<std::string> names;
        std::string last;
    };
    bool end() {
        open_.pop_back();
        return true;
    }
    std::vector<Level> open_;
};

}  // namespace

std::string_view strip_byte_order_mark(std::string_view text, const std::string& where) {
    if (const std::string encoding = wide_encoding(text); !encoding.empty())
        throw Error(ErrorKind::Format, where + " is " + encoding +
                                           " text: save it as UTF-8 (iconv -f " + encoding +
                                           " -t UTF-8 does it).");
    if (begins(text, kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    return text;
}

std::string read_json_text(const std::filesystem::path& path, std::size_t max_bytes) {
    std::string text = read_file(path, max_bytes);
    const std::size_t mark = text.size() - strip_byte_order_mark(text, path.string()).size();
    text.erase(0, mark);
    return text;
}

void check_unique_keys(std::string_view text, const std::string& where) {
    KeyReader reader;
    text = strip_byte_order_mark(text, where);
    nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
    if (!reader.twice.empty())
        throw Error(ErrorKind::Format, where + " has the key " + in_quotes(reader.twice, 200) +
                                           " twice: keep one of them.");
}

}  // namespace univi::base
