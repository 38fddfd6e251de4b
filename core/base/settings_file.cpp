#include "core/base/settings_file.h"

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/file.h"
#include "core/base/json_source.h"
#include "core/base/stand_in.h"

namespace univi::base {

Json read_settings_file(const std::filesystem::path& path) {
    const std::string text = read_file(path);
    refuse_stand_in(path, text, "JSON");
    check_unique_keys(text, path.string());
    return parse_json(text, path.string());
}

}  // namespace univi::base
