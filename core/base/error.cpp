#include "core/base/error.h"

#include <array>
#include <utility>

namespace univi::base {

namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 10> kNames{{
    {ErrorKind::Usage, "usage"},
    {ErrorKind::File, "file"},
    {ErrorKind::Format, "format"},
    {ErrorKind::Model, "model"},
    {ErrorKind::Media, "media"},
    {ErrorKind::Memory, "memory"},
    {ErrorKind::Device, "device"},
    {ErrorKind::Context, "context"},
    {ErrorKind::Stopped, "stopped"},
    {ErrorKind::Internal, "internal"},
}};

}  // namespace

int exit_code(ErrorKind kind) {
    return kind == ErrorKind::Usage ? 2 : 1;
}

std::string_view to_string(ErrorKind kind) {
    for (const auto& [value, name] : kNames) {
        if (value == kind) return name;
    }
    return "internal";
}

}  // namespace univi::base
