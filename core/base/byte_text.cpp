#include "core/base/byte_text.h"

#include <cstdio>

namespace univi::base {

namespace {

struct Unit {
    const char* name;
    double size;
};

Unit unit_for(std::uint64_t bytes) {
    constexpr Unit kUnits[] = {{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}};
    for (const Unit& unit : kUnits)
        if (static_cast<double>(bytes) >= unit.size) return unit;
    return {"bytes", 1};
}

std::string number_in(std::uint64_t bytes, const Unit& unit) {
    if (unit.size == 1) return std::to_string(bytes);
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", static_cast<double>(bytes) / unit.size);
    return text;
}

}  // namespace

std::string byte_text(std::uint64_t bytes) {
    const Unit unit = unit_for(bytes);
    return number_in(bytes, unit) + " " + unit.name;
}

std::string share_text(std::uint64_t have, std::uint64_t whole) {
    Unit unit = unit_for(whole);
    if (have != whole && number_in(have, unit) == number_in(whole, unit)) unit = {"bytes", 1};
    return number_in(have, unit) + " of " + number_in(whole, unit) + " " + unit.name;
}

}  // namespace univi::base
