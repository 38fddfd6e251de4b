#include "core/server/request_fields.h"

#include <cmath>
#include <sstream>

#include "core/server/api_error.h"

namespace univi::server {

namespace {

std::string range_text(double lowest, double highest) {
    std::ostringstream out;
    out.precision(17);
    out << "must be a number from " << lowest << " to " << highest;
    return out.str();
}

}  // namespace

void RequestFields::refuse(const std::string& name, const std::string& what) const {
    throw ApiError{400, "The field " + path_ + name + " " + what + ".", {}, path_ + name};
}

const base::Json* RequestFields::find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<bool> RequestFields::flag(const char* name) const {
    const base::Json* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_boolean()) refuse(name, "must be true or false");
    return value->get<bool>();
}

std::optional<std::string> RequestFields::text(const char* name) const {
    const base::Json* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_string()) refuse(name, "must be a text");
    return value->get<std::string>();
}

std::optional<double> RequestFields::number(const char* name, double lowest, double highest) const {
    const base::Json* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_number()) refuse(name, range_text(lowest, highest));
    const double number = value->get<double>();
    if (!(number >= lowest && number <= highest)) refuse(name, range_text(lowest, highest));
    return number;
}

std::optional<std::int64_t> RequestFields::integer(const char* name, std::int64_t lowest,
                                                   std::int64_t highest) const {
    const base::Json* value = find(name);
    if (!value) return std::nullopt;
    const std::string range =
        "must be a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest);
    // Above the signed range, which only an unsigned number reaches, nothing is asked for.
    if (!value->is_number_integer() ||
        (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX))
        refuse(name, range);
    const auto number = value->get<std::int64_t>();
    if (number < lowest || number > highest) refuse(name, range);
    return number;
}

}  // namespace univi::server
