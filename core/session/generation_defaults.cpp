#include "core/session/generation_defaults.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"

namespace univi::session {
namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr int kTransformersTopK = 50;

/// The values of one file, each checked against its range.
class GenerationFile {
  public:
    GenerationFile(const Json& json, std::string name) : json_(json), name_(std::move(name)) {}

    std::optional<bool> flag(const char* key) const {
        const Json* value = find(key);
        if (!value) return std::nullopt;
        if (value->is_boolean()) return value->get<bool>();
        warn(key, "true or false");
        return std::nullopt;
    }

    std::optional<double> real(const char* key, double low, double high) const {
        const Json* value = find(key);
        if (!value) return std::nullopt;
        const double number =
            value->is_number() ? value->get<double>() : std::numeric_limits<double>::quiet_NaN();
        if (number >= low && number <= high) return number;
        warn(key, "a number from " + Json(low).dump() + " to " + Json(high).dump());
        return std::nullopt;
    }

    std::optional<int> whole(const char* key, int low) const {
        const Json* value = find(key);
        if (!value) return std::nullopt;
        constexpr int kMost = std::numeric_limits<int>::max();
        if (value->is_number_integer() && *value >= low && *value <= kMost)
            return value->get<int>();
        warn(key, "a whole number of at least " + std::to_string(low));
        return std::nullopt;
    }

  private:
    const Json* find(const char* key) const {
        const auto found = json_.find(key);
        return found == json_.end() || found->is_null() ? nullptr : &*found;
    }

    void warn(const char* key, const std::string& wanted) const {
        base::log_warning(name_ + " has a " + key + " that is not " + wanted + "; it is left out.");
    }

    const Json& json_;
    std::string name_;
};

protocol::GenerationDefaults defaults_of(const GenerationFile& file) {
    protocol::GenerationDefaults out;
    const auto sample = file.flag("do_sample");
    const auto temperature = file.real("temperature", 0, 100);
    const auto top_p = file.real("top_p", 1e-6, 1);
    const auto top_k = file.whole("top_k", 0);
    const bool stated = temperature || top_p || top_k;
    if (sample ? *sample : stated) {
        out.temperature = temperature.value_or(1);
        out.top_p = top_p.value_or(1);
        out.top_k = top_k.value_or(kTransformersTopK);
    } else if (sample) {
        out.temperature = 0;
    }
    out.repetition_penalty =
        file.real("repetition_penalty", 1e-3, 100).value_or(out.repetition_penalty);
    out.max_new_tokens = file.whole("max_new_tokens", 1).value_or(out.max_new_tokens);
    return out;
}

/// The object in a file of a folder; nullopt when there is none.
std::optional<Json> read_object(const fs::path& folder, const char* name) {
    std::error_code error;
    if (folder.empty() || !fs::is_regular_file(folder / name, error)) return std::nullopt;
    try {
        Json json = base::read_json_file(folder / name, kMostBytes);
        if (json.is_object()) return json;
        base::log_warning((folder / name).string() + " is not a JSON object; it is left out.");
    } catch (const base::Error& problem) {
        base::log_warning(std::string("how replies are made is not read: ") + problem.what());
    }
    return std::nullopt;
}

}  // namespace

protocol::GenerationDefaults read_generation_defaults(const std::vector<fs::path>& folders) {
    for (const char* name : {"generation_config.json", "config.json"})
        for (const fs::path& folder : folders)
            if (const auto json = read_object(folder, name))
                return defaults_of({*json, (folder / name).string()});
    return {};
}

}  // namespace univi::session
