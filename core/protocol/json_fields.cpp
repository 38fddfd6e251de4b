#include "core/protocol/json_fields.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/json_text.h"

namespace univi::protocol {

namespace {

using base::Json;

/// A whole number inside the range of T; nullopt for anything else (fractions, strings,
/// booleans, too large).
template <typename T>
std::optional<T> whole_number(const Json& value) {
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (std::in_range<T>(number)) return static_cast<T>(number);
    } else if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        if (std::in_range<T>(number)) return static_cast<T>(number);
    }
    return std::nullopt;
}

std::optional<double> real_number(const Json& value) {
    if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
    if (value.is_number()) return value.get<double>();
    return std::nullopt;
}

template <typename T>
bool read_floats(const Json& array, std::vector<T>& target) {
    if (!array.is_array()) return false;
    std::vector<T> values;
    values.reserve(array.size());
    for (const Json& element : array) {
        const auto number = real_number(element);
        if (!number) return false;
        values.push_back(static_cast<T>(*number));
    }
    target = std::move(values);
    return true;
}

/// The double whose shortest decimals are those of the float: 0.3f gives 0.3, not
/// 0.30000001192092896.
double short_double(float value) {
    if (!std::isfinite(value)) return value;
    char digits[32];
    const auto written = std::to_chars(digits, digits + sizeof digits, value);
    double result = 0;
    std::from_chars(digits, written.ptr, result);
    return result;
}

}  // namespace

JsonFields::JsonFields(const Json& json, std::string where)
    : json_(&json), where_(std::move(where)) {
    if (!json.is_object())
        throw base::Error(base::ErrorKind::Format,
                          where_ + " must be a JSON object, not " + json.type_name() + ".");
}

std::vector<std::string> JsonFields::names() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : json_->items()) names.push_back(name);
    return names;
}

std::string JsonFields::path(const char* name) const {
    return where_ + "." + name;
}

void JsonFields::fail(const char* name, const std::string& problem) const {
    throw base::Error(base::ErrorKind::Format, path(name) + " " + problem + ".");
}

const Json& JsonFields::at(const char* name) const {
    const auto found = json_->find(name);
    if (found == json_->end()) fail(name, "is missing");
    return *found;
}

const Json* JsonFields::array(const char* name) const {
    const auto found = json_->find(name);
    if (found == json_->end()) return nullptr;
    if (!found->is_array()) fail(name, std::string("must be an array, not ") + found->type_name());
    return &*found;
}

void JsonFields::read(const char* name, std::string& target) const {
    const auto found = json_->find(name);
    if (found == json_->end()) return;
    if (!found->is_string()) fail(name, std::string("must be a string, not ") + found->type_name());
    target = found->get<std::string>();
}

void JsonFields::read(const char* name, bool& target) const {
    const auto found = json_->find(name);
    if (found == json_->end()) return;
    if (!found->is_boolean())
        fail(name, std::string("must be true or false, not ") + found->type_name());
    target = found->get<bool>();
}

namespace {

template <typename T>
void read_whole(const JsonFields& fields, const char* name, T& target) {
    if (!fields.has(name)) return;
    const auto number = whole_number<T>(fields.at(name));
    if (!number)
        fields.fail(name, "must be a whole number from " +
                              std::to_string(std::numeric_limits<T>::min()) + " to " +
                              std::to_string(std::numeric_limits<T>::max()));
    target = *number;
}

}  // namespace

void JsonFields::read(const char* name, int& target) const {
    read_whole(*this, name, target);
}
void JsonFields::read(const char* name, std::int64_t& target) const {
    read_whole(*this, name, target);
}
void JsonFields::read(const char* name, std::uint64_t& target) const {
    read_whole(*this, name, target);
}

void JsonFields::read(const char* name, double& target) const {
    if (!has(name)) return;
    const auto number = real_number(at(name));
    if (!number) fail(name, std::string("must be a number, not ") + at(name).type_name());
    target = *number;
}

void JsonFields::read(const char* name, std::vector<std::string>& target) const {
    const Json* elements = array(name);
    if (!elements) return;
    std::vector<std::string> values;
    for (const Json& element : *elements) {
        if (!element.is_string())
            fail(name, std::string("must hold strings only, not ") + element.type_name());
        values.push_back(element.get<std::string>());
    }
    target = std::move(values);
}

template <typename T>
void JsonFields::read_whole_numbers(const char* name, std::vector<T>& target) const {
    const Json* elements = array(name);
    if (!elements) return;
    std::vector<T> values;
    values.reserve(elements->size());
    for (const Json& element : *elements) {
        const auto number = whole_number<T>(element);
        if (!number)
            fail(name,
                 "must hold whole numbers of " + std::to_string(8 * sizeof(T)) + " bits only");
        values.push_back(*number);
    }
    target = std::move(values);
}

void JsonFields::read(const char* name, std::vector<int>& target) const {
    read_whole_numbers(name, target);
}
void JsonFields::read(const char* name, std::vector<std::int64_t>& target) const {
    read_whole_numbers(name, target);
}

void JsonFields::read(const char* name, std::vector<float>& target) const {
    if (has(name) && !read_floats(at(name), target)) fail(name, "must be an array of numbers");
}

void JsonFields::read(const char* name, std::vector<double>& target) const {
    if (has(name) && !read_floats(at(name), target)) fail(name, "must be an array of numbers");
}

void JsonFields::read(const char* name, std::vector<std::vector<float>>& target) const {
    const Json* rows = array(name);
    if (!rows) return;
    std::vector<std::vector<float>> values(rows->size());
    for (std::size_t i = 0; i < rows->size(); ++i)
        if (!read_floats((*rows)[i], values[i]))
            fail(name, "must be an array of arrays of numbers");
    target = std::move(values);
}

void JsonFields::read(const char* name, std::array<double, 4>& target) const {
    const Json* elements = array(name);
    if (!elements) return;
    if (elements->size() != target.size()) fail(name, "must hold exactly four numbers");
    for (std::size_t i = 0; i < target.size(); ++i) {
        const auto number = real_number((*elements)[i]);
        if (!number) fail(name, "must hold exactly four numbers");
        target[i] = *number;
    }
}

void JsonFields::read_path(const char* name, std::string& target, const char* bytes_name) const {
    read(name, target);
    std::string bytes;
    read(bytes_name, bytes);
    if (!bytes.empty()) target = base::path_from_ascii(bytes);
}

void JsonFields::read_paths(const char* name, std::vector<std::string>& target) const {
    const Json* elements = array(name);
    if (!elements) return;
    std::vector<std::string> paths;
    for (const Json& element : *elements) {
        if (!element.is_string() && !element.is_object())
            fail(name, std::string("must hold paths, not ") + element.type_name());
        std::string path;
        if (element.is_string())
            path = element.get<std::string>();
        else
            JsonFields(element, where_ + "." + name).read_path("path", path);
        paths.push_back(std::move(path));
    }
    target = std::move(paths);
}

std::vector<JsonFields> JsonFields::objects(const char* name) const {
    std::vector<JsonFields> result;
    const Json* elements = array(name);
    if (!elements) return result;
    for (std::size_t i = 0; i < elements->size(); ++i)
        result.emplace_back((*elements)[i], path(name) + "[" + std::to_string(i) + "]");
    return result;
}

std::optional<JsonFields> JsonFields::object(const char* name) const {
    if (!has(name)) return std::nullopt;
    return JsonFields(at(name), path(name));
}

Json float_array(const std::vector<float>& values) {
    Json result = Json::array();
    for (float value : values) result.push_back(short_double(value));
    return result;
}

std::string dump_line(const Json& json) {
    return base::json_text(json);
}

}  // namespace univi::protocol
