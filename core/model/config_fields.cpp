#include "core/model/config_fields.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/printable.h"

namespace univi::model {

using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

std::string shown(const Json& value) {
    const std::string text = value.is_string()
                                 ? value.get<std::string>()
                                 : value.dump(-1, ' ', false, Json::error_handler_t::replace);
    const std::string quoted = base::in_quotes(text, 80);
    return value.is_string() ? quoted : quoted.substr(1, quoted.size() - 2);
}

std::string number_text(double value) {
    std::string text = Json(value).dump();
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
}

}  // namespace

ConfigFields::ConfigFields(const Json& object, std::filesystem::path file, std::string prefix)
    : object_(object), file_(std::move(file)), prefix_(std::move(prefix)) {}

const Json* ConfigFields::find(const std::string& name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void ConfigFields::refuse(const std::string& name, const std::string& expected) const {
    const Json* value = find(name);
    throw Error(ErrorKind::Model, file_.string() + ": " + prefix_ + name + " is " +
                                      (value ? shown(*value) : "missing") + ", expected " +
                                      expected);
}

void ConfigFields::required(const std::string& name) const {
    if (!has(name)) refuse(name, "a value");
}

void ConfigFields::read(const std::string& name, int& value, std::int64_t low,
                        std::int64_t high) const {
    const Json* field = find(name);
    if (!field) return;
    const bool fits = field->is_number_integer() &&
                      (!field->is_number_unsigned() || field->get<std::uint64_t>() <= INT32_MAX);
    if (!fits || field->get<std::int64_t>() < low || field->get<std::int64_t>() > high) {
        refuse(name, "an integer from " + std::to_string(low) + " to " + std::to_string(high));
    }
    value = field->get<int>();
}

void ConfigFields::read_above(const std::string& name, double& value, double low,
                              double high) const {
    const Json* field = find(name);
    if (!field) return;
    const double number = field->is_number() ? field->get<double>() : std::nan("");
    if (!std::isfinite(number) || number <= low || number > high) {
        refuse(name, "a number above " + number_text(low) + " and at most " + number_text(high));
    }
    value = number;
}

void ConfigFields::read(const std::string& name, bool& value) const {
    const Json* field = find(name);
    if (!field) return;
    if (!field->is_boolean()) refuse(name, "true or false");
    value = field->get<bool>();
}

void ConfigFields::read(const std::string& name, std::string& value) const {
    const Json* field = find(name);
    if (!field) return;
    if (!field->is_string() || field->get_ref<const std::string&>().size() > 4096)
        refuse(name, "a text");
    value = field->get<std::string>();
}

void ConfigFields::read_choice(const std::string& name, std::string& value,
                               const std::vector<std::string>& allowed) const {
    if (!has(name)) return;
    std::string expected;
    for (std::size_t i = 0; i < allowed.size(); ++i) {
        expected += (i == 0 ? "" : i + 1 == allowed.size() ? " or " : ", ") + allowed[i];
    }
    const Json* field = find(name);
    if (!field->is_string()) refuse(name, expected);
    if (std::find(allowed.begin(), allowed.end(), field->get<std::string>()) == allowed.end())
        refuse(name, expected);
    value = field->get<std::string>();
}

std::optional<ConfigFields> ConfigFields::object(const std::string& name) const {
    const Json* field = find(name);
    if (!field) return std::nullopt;
    if (!field->is_object()) refuse(name, "an object");
    return ConfigFields(*field, file_, prefix_ + name + ".");
}

}  // namespace univi::model
