#include "core/base/byte_size.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <string>

namespace univi::base {

std::optional<std::int64_t> parse_byte_size(std::string_view text) {
    double value = 0;
    char unit[8] = "", rest = 0;
    const int found =
        std::sscanf(std::string(text).c_str(), "%lf %7[A-Za-z]%c", &value, unit, &rest);
    std::string name = unit;
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (found != 2 || !(value > 0) || value > 1e9) return std::nullopt;
    const auto power = std::string_view("kmgt").find(name[0]);
    const std::string tail = name.substr(1);
    if (power == std::string_view::npos || (!tail.empty() && tail != "b" && tail != "ib"))
        return std::nullopt;
    const double bytes =
        value * std::pow(tail == "ib" ? 1024.0 : 1000.0, static_cast<double>(power) + 1);
    if (bytes < 1 || bytes > 1e17) return std::nullopt;
    return static_cast<std::int64_t>(bytes);
}

}  // namespace univi::base
