#include "core/base/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_source.h"
#include "core/base/stand_in.h"

namespace univi::base {

namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{256} << 20;

/// "config.json, line 3, column 14"
std::string place(std::string_view text, std::size_t offset, const std::string& where) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t newline = before.rfind('\n');
    const std::size_t column =
        1 + (newline == before.npos ? before.size() : before.size() - newline - 1);
    return where + ", line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Looks at brackets outside strings before any value is built, so that depth costs no memory.
void check_depth(std::string_view text, const std::string& where, int max_depth) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > max_depth) {
                throw Error(ErrorKind::Format, place(text, i, where) +
                                                   ": JSON is nested deeper than " +
                                                   std::to_string(max_depth) + " levels");
            }
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
}

/// nlohmann's text without its prefix "[json.exception.…] parse error at line 1, column 2: ".
std::string reason(const std::exception& error) {
    std::string text = error.what();
    const auto colon = text.find(": ");
    if (text.starts_with("[json.exception") && colon != text.npos) text.erase(0, colon + 2);
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
    constexpr std::size_t kLongest = 200;  // it quotes the last token read, which may be huge
    if (text.size() > kLongest)
        text = text.substr(0, kLongest / 2) + "…" + text.substr(text.size() - kLongest / 2);
    return text;
}

}  // namespace

Json parse_json(std::string_view text, const std::string& where, int max_depth) {
    if (text.size() > kMaxTextBytes) {
        throw Error(ErrorKind::Format, where + ": JSON of " + std::to_string(text.size()) +
                                           " bytes, expected at most " +
                                           std::to_string(kMaxTextBytes));
    }
    text = strip_byte_order_mark(text, where);
    check_depth(text, where, max_depth);
    try {
        return Json::parse(text.begin(), text.end());
    } catch (const Json::parse_error& error) {
        throw Error(ErrorKind::Format, place(text, error.byte > 0 ? error.byte - 1 : 0, where) +
                                           ": not valid JSON: " + reason(error));
    } catch (const Json::exception& error) {
        throw Error(ErrorKind::Format, where + ": not valid JSON: " + reason(error));
    }
}

Json read_json_file(const std::filesystem::path& path, std::size_t max_bytes) {
    const std::string text = read_file(path, max_bytes);
    refuse_stand_in(path, text, "JSON");
    return parse_json(text, path.string());
}

}  // namespace univi::base
