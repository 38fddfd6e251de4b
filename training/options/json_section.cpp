#include "training/options/json_section.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "training/options/options.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;
using base::Json;

std::string shown_value(const Json& value) {
    if (value.is_number_float()) {
        const double number = value.get<double>();
        if (number == std::floor(number) && std::abs(number) < JsonSection::kMost)
            return std::to_string(static_cast<std::int64_t>(number));
    }
    if (value.is_string()) return "\"" + value.get<std::string>().substr(0, 60) + "\"";
    return value.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 60);
}

std::string shown_value(double value) {
    return shown_value(Json(value));
}

JsonSection::JsonSection(const Json* json, std::string path, std::filesystem::path file,
                         SectionNotes& notes)
    : json_(json), path_(std::move(path)), file_(std::move(file)), notes_(&notes) {
    if (json_ && !json_->is_object()) fail_value("", *json_, "a JSON object");
}

const Json* JsonSection::find(const std::string& key) {
    seen_.insert(key);
    if (!json_) return nullptr;
    const auto found = json_->find(key);
    return found == json_->end() || found->is_null() ? nullptr : &*found;
}

bool JsonSection::is_auto(const std::string& key) {
    const Json* value = find(key);
    return value && *value == Json("auto");
}

JsonSection JsonSection::section(const std::string& key) {
    return {find(key), full(key), file_, *notes_};
}

double JsonSection::number(const std::string& key, double absent, double automatic, double low,
                           double high) {
    const Json* value = find(key);
    if (!value) return absent;
    if (is_auto(key)) return automatic;
    if (!value->is_number()) fail_value(key, *value, "a number or \"auto\"");
    const double result = value->get<double>();
    if (!(result >= low && result <= high))
        fail_value(key, *value, "a number from " + shown_value(low) + " to " + shown_value(high));
    return result;
}

std::int64_t JsonSection::count(const std::string& key, std::int64_t absent, std::int64_t automatic,
                                std::int64_t low) {
    const double value = number(key, static_cast<double>(absent), static_cast<double>(automatic),
                                static_cast<double>(low));
    if (value != std::floor(value)) fail_value(key, *find(key), "a whole number or \"auto\"");
    return static_cast<std::int64_t>(value);
}

bool JsonSection::flag(const std::string& key, bool absent, bool automatic) {
    const Json* value = find(key);
    if (!value) return absent;
    if (is_auto(key)) return automatic;
    if (!value->is_boolean()) fail_value(key, *value, "true, false or \"auto\"");
    return value->get<bool>();
}

std::string JsonSection::choice(const std::string& key, const std::string& automatic,
                                const std::vector<std::string>& known) {
    const Json* value = find(key);
    if (!value || is_auto(key)) return automatic;
    std::string names;
    for (const std::string& each : known) {
        if (*value == Json(each)) return each;
        names += (names.empty() ? "\"" : each == known.back() ? " or \"" : ", \"") + each + "\"";
    }
    fail_value(key, *value, names);
}

void JsonSection::must_equal(const std::string& key, const std::string& flag, double value) {
    const double said = number(key, value, value, -kMost);
    if (std::abs(said - value) > 1e-12 * std::abs(value)) contradict(key, flag, shown_value(value));
}

void JsonSection::contradict(const std::string& key, const std::string& flag,
                             const std::string& value) {
    throw Error(ErrorKind::Usage, file_.string() + " says " + full(key) + " " +
                                      shown_value(*find(key)) + " but --" + flag + " says " +
                                      value + ": make them agree or write \"auto\" in the file.");
}

void JsonSection::fail_value(const std::string& key, const Json& value,
                             const std::string& wanted) const {
    throw Error(ErrorKind::Format, file_.string() + ": " + (key.empty() ? path_ : full(key)) +
                                       " must be " + wanted + ", not " + shown_value(value) + ".");
}

void JsonSection::note_idle(std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        if (find(key)) notes_->idle_keys.push_back(full(key));
}

void JsonSection::name_unknown() const {
    if (!json_) return;
    const std::vector<std::string> known(seen_.begin(), seen_.end());
    for (const auto& [key, unused] : json_->items()) {
        if (seen_.contains(key)) continue;
        notes_->warnings.push_back(
            file_.string() + ": the key " + full(key) + " is not known here and has no effect" +
            (known.empty() ? "."
                           : " (the nearest known one is " + nearest_name(key, known) + ")."));
    }
}

std::string JsonSection::full(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
}

}  // namespace univi::training
