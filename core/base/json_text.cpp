#include "core/base/json_text.h"

#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/printable.h"

namespace univi::base {

std::string json_text(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

void put_path(Json& object, const std::string& field, const std::string& path,
              const std::string& bytes_field) {
    object[field] = path;
    if (!is_utf8(path)) object[bytes_field] = path_to_ascii(path);
}

std::string shown_path(const std::string& path) {
    return is_utf8(path) ? path : Json::parse(json_text(path)).get<std::string>();
}

std::string take_path(const Json& object, const std::string& field,
                      const std::string& bytes_field) {
    if (!object.is_object()) return {};
    const auto bytes = object.find(bytes_field), text = object.find(field);
    if (bytes != object.end() && bytes->is_string())
        return path_from_ascii(bytes->get_ref<const std::string&>());
    return text != object.end() && text->is_string() ? text->get<std::string>() : std::string();
}

Json path_element(const std::string& path) {
    if (is_utf8(path)) return path;
    Json element = Json::object();
    put_path(element, "path", path);
    return element;
}

Json path_list(const std::vector<std::string>& paths) {
    Json list = Json::array();
    for (const std::string& path : paths) list.push_back(path_element(path));
    return list;
}

std::string path_to_ascii(std::string_view path) {
    constexpr std::string_view kDigits = "0123456789ABCDEF", kPlain = "-._~/";
    std::string text;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain =
            byte < 0x80 && (std::isalnum(byte) || kPlain.find(c) != std::string_view::npos);
        if (plain) {
            text += c;
        } else {
            text += '%';
            text += kDigits[byte >> 4];
            text += kDigits[byte & 15];
        }
    }
    return text;
}

std::string path_from_ascii(std::string_view text) {
    std::string path;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            path += text[i];
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2 || byte == 0)
            throw Error(ErrorKind::Format, "the path " + in_quotes(text) +
                                               " is not percent-encoded: expected %01 to %FF");
        path += static_cast<char>(byte);
        i += 2;
    }
    return path;
}

}  // namespace univi::base
