#pragma once

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace univi::protocol {

/// The names of an enum's values in JSON. A specialisation has
/// `static constexpr std::pair<E, const char*> kNames[]`, and `kOtherwise`, the value that an
/// unknown name means, where a newer writer may know more of them.
template <typename E>
struct EnumNames;

template <typename E>
concept NamedEnum = std::is_enum_v<E> && requires {
    EnumNames<E>::kNames;
};

template <NamedEnum E>
constexpr const char* name_of(E value) {
    for (const auto& [each, name] : EnumNames<E>::kNames)
        if (each == value) return name;
    return "";
}

template <NamedEnum E>
constexpr std::optional<E> value_named(std::string_view name) {
    for (const auto& [value, each] : EnumNames<E>::kNames)
        if (name == each) return value;
    if constexpr (requires { EnumNames<E>::kOtherwise; }) return EnumNames<E>::kOtherwise;
    return std::nullopt;
}

}  // namespace univi::protocol
