#include "core/eval/answer_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json_source.h"
#include "core/base/json_text.h"

namespace univi::eval {

namespace {

bool is_word_byte(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value >= 0x80 || (value >= '0' && value <= '9') || (value >= 'a' && value <= 'z') ||
           (value >= 'A' && value <= 'Z');
}

char lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

}  // namespace

namespace {

std::vector<Record> records_of_lines(const std::filesystem::path& path, std::string_view text,
                                     bool allow_cut_end) {
    std::vector<Record> records;
    std::size_t line_number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t newline = text.find('\n', begin);
        const std::size_t end = std::min(newline, text.size());
        const std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        ++line_number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const std::string where = path.string() + ", line " + std::to_string(line_number);
        try {
            records.push_back({base::parse_json(line, where), where});
        } catch (const base::Error&) {
            if (allow_cut_end && newline == std::string::npos) break;
            throw;
        }
        if (!records.back().value.is_object())
            throw base::Error(base::ErrorKind::Format, where + " must be a JSON object.");
    }
    return records;
}

std::vector<Record> records_of_array(const std::filesystem::path& path, std::string_view text) {
    std::vector<Record> records;
    base::Json array = base::parse_json(text, path.string());
    for (base::Json& value : array) {
        const std::string where = path.string() + ", item " + std::to_string(records.size() + 1);
        if (!value.is_object())
            throw base::Error(base::ErrorKind::Format, where + " must be a JSON object.");
        records.push_back({std::move(value), where});
    }
    return records;
}

}  // namespace

std::vector<base::Json> read_json_lines(const std::filesystem::path& path, bool allow_cut_end) {
    std::vector<base::Json> values;
    for (Record& record : records_of_lines(path, base::read_json_text(path), allow_cut_end))
        values.push_back(std::move(record.value));
    return values;
}

std::vector<Record> read_records(const std::filesystem::path& path, bool allow_cut_end) {
    const std::string text = base::read_json_text(path);
    const auto first = text.find_first_not_of(" \t\r\n");
    return first != std::string::npos && text[first] == '['
               ? records_of_array(path, text)
               : records_of_lines(path, text, allow_cut_end);
}

base::Json read_json_object(const std::filesystem::path& path, const std::string& members) {
    base::Json json = base::read_json_file(path);
    if (!json.is_object())
        throw base::Error(base::ErrorKind::Format,
                          path.string() + " must hold an object of " + members + ".");
    return json;
}

std::string string_field(const base::Json& record, const char* name, const std::string& where) {
    const auto found = record.is_object() ? record.find(name) : record.end();
    if (found == record.end() || !found->is_string())
        throw base::Error(base::ErrorKind::Format, where + " needs a string \"" + name + "\".");
    return found->get<std::string>();
}

std::string medium_field(const base::Json& record, const char* name, const std::string& where) {
    const bool has_bytes = record.is_object() && record.contains("path_bytes");
    return has_bytes ? base::take_path(record, name) : string_field(record, name, where);
}

std::vector<std::string> strings_field(const base::Json& record, const char* name,
                                       const std::string& where) {
    const auto found = record.is_object() ? record.find(name) : record.end();
    const bool fine =
        found != record.end() && found->is_array() &&
        std::ranges::all_of(*found, [](const base::Json& value) { return value.is_string(); });
    if (!fine)
        throw base::Error(base::ErrorKind::Format,
                          where + " needs a list of strings \"" + name + "\".");
    return found->get<std::vector<std::string>>();
}

base::Json id_field(const base::Json& record, const char* name, const std::string& where) {
    const auto found = record.is_object() ? record.find(name) : record.end();
    if (found == record.end() || !(found->is_number_integer() || found->is_string()))
        throw base::Error(base::ErrorKind::Format,
                          where + " needs a whole number or string \"" + name + "\".");
    return *found;
}

std::string record_name(const std::filesystem::path& path, std::size_t index) {
    return path.string() + ", record " + std::to_string(index + 1);
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const bool inside = i < text.size() && is_word_byte(text[i]);
        const bool apostrophe =
            i + 1 < text.size() && text[i] == '\'' && !word.empty() && is_word_byte(text[i + 1]);
        if (inside || apostrophe) {
            word += lower(text[i]);
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    return words;
}

}  // namespace univi::eval
