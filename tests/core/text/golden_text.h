#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/text/tokenizer.h"

namespace univi::text {

/// A JSON file of the golden data folder `data/`.
inline base::Json golden_json(const std::string& name) {
    return base::read_json_file(std::string(UNIVI_GOLDEN) + "/data/" + name);
}

inline std::string small_tokenizer_folder() {
    return std::string(UNIVI_GOLDEN) + "/models/tinyA";
}
inline std::string full_tokenizer_folder() {
    return std::string(UNIVI_GOLDEN) + "/tokenizer";
}

/// The six ways the golden data were tokenized: full_ or small_ vocabulary; slow_legacy,
/// slow_nonlegacy or fast (= legacy).
inline const std::vector<std::string>& golden_kinds() {
    static const std::vector<std::string> kinds = {
        "full_slow_legacy",  "full_slow_nonlegacy",  "full_fast",
        "small_slow_legacy", "small_slow_nonlegacy", "small_fast"};
    return kinds;
}

/// The tokenizer of one of golden_kinds(), loaded once.
inline const Tokenizer& golden_tokenizer(const std::string& kind) {
    const auto load = [](const std::string& folder, bool legacy) {
        Tokenizer tokenizer = Tokenizer::load(folder);
        tokenizer.set_legacy(legacy);
        return tokenizer;
    };
    static const Tokenizer full = load(full_tokenizer_folder(), true),
                           full_new = load(full_tokenizer_folder(), false);
    static const Tokenizer small = load(small_tokenizer_folder(), true),
                           small_new = load(small_tokenizer_folder(), false);
    const bool is_full = kind.starts_with("full"), is_new = kind.ends_with("nonlegacy");
    return is_full ? (is_new ? full_new : full) : (is_new ? small_new : small);
}

inline std::vector<std::int32_t> ids_of(const base::Json& json) {
    return json.get<std::vector<std::int32_t>>();
}

}  // namespace univi::text
