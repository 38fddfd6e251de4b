#include "core/base/clip_range.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/base/error.h"

namespace univi::base {

namespace {

bool is_time(double seconds) {
    return std::isfinite(seconds) && seconds >= 0;
}

std::string number_text(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.6f", value);
    return text;
}

/// A number without sign, the whole of `text`.
std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc() || rest != end || !is_time(value) || text.front() == '-') return {};
    return value;
}

}  // namespace

const char* ClipRange::fault() const {
    if ((start_s && !is_time(*start_s)) || (end_s && !is_time(*end_s)))
        return "must begin and end at 0 seconds or later";
    if (end_s && *end_s <= start_s.value_or(0)) return "must end after it begins";
    if (frames && (*frames < 1 || *frames > kMostClipFrames)) return "must have 1 to 1024 frames";
    return nullptr;
}

void ClipRange::check() const {
    if (const char* wrong = fault())
        throw Error(ErrorKind::Usage, std::string("The part of a video ") + wrong + ".");
}

std::string ClipRange::key() const {
    if (is_whole()) return {};
    return (start_s ? number_text(*start_s) : "") + '-' + (end_s ? number_text(*end_s) : "") + '/' +
           (frames ? std::to_string(*frames) : "");
}

std::optional<double> parse_time(std::string_view text) {
    double seconds = 0;
    for (int part = 0; part < 3; ++part) {
        const auto colon = text.find(':');
        const auto value = text.empty() ? std::nullopt : parse_number(text.substr(0, colon));
        const bool is_last = colon == std::string_view::npos;
        // Minutes and seconds behind a colon are below 60; what stands before one is whole.
        if (!value || (part > 0 && *value >= 60) || (!is_last && *value != std::trunc(*value)))
            return {};
        seconds = seconds * 60 + *value;
        if (is_last) return seconds;
        text.remove_prefix(colon + 1);
    }
    return {};
}

}  // namespace univi::base
