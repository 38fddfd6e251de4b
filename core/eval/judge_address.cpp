#include "core/eval/judge_address.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/base/child_process.h"
#include "core/base/error.h"
#include "core/base/printable.h"

namespace univi::eval {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view kCompletions = "/chat/completions";
constexpr std::size_t kLongestKey = 4096;
constexpr std::chrono::seconds kKeyringWait{30};  // a locked keyring asks its owner first

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::Usage, "The judge's address " + why +
                                      ": write it as https://host/v1, or http://127.0.0.1:port/v1 "
                                      "for one on this machine.");
}

bool is_this_machine(const std::string& host) {
    return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
}

bool is_host(const std::string& host) {
    return !host.empty() && host.size() < 254 && std::ranges::all_of(host, [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
    });
}

bool is_port(const std::string& port) {
    const bool digits = !port.empty() && port.size() <= 5 &&
                        std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c); });
    return digits && std::stoi(port) >= 1 && std::stoi(port) <= 65535;
}

/// Usable in a header line: visible ASCII.
std::string clean_key(std::string key) {
    while (!key.empty() && std::isspace(static_cast<unsigned char>(key.back()))) key.pop_back();
    const bool fine = key.size() <= kLongestKey &&
                      std::ranges::all_of(key, [](unsigned char c) { return c > 32 && c < 127; });
    if (!fine)
        throw Error(ErrorKind::Usage,
                    "The judge's key holds blanks or other characters no key has: set it again.");
    return key;
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// Standard output of `words`, or nothing when the program is absent, fails or takes too long.
std::string output_of(const std::vector<std::string>& words) {
    using Stream = base::ChildOptions::Stream;
    try {
        base::ChildProcess child(words, {.input = Stream::Null,
                                         .output = Stream::Pipe,
                                         .errors = Stream::Null,
                                         .end_signal = SIGTERM});
        std::string text;
        while (text.size() <= kLongestKey) {
            const auto bytes = child.read(kKeyringWait);
            if (!bytes || bytes->empty()) break;
            text += *bytes;
        }
        return text;
    } catch (const Error&) {
        return "";
    }
}

}  // namespace

JudgeAddress parse_judge_address(const std::string& text) {
    JudgeAddress address;
    const bool is_https = text.starts_with("https://"), is_http = text.starts_with("http://");
    if (!is_https && !is_http) refuse(base::in_quotes(text) + " is none");
    const std::size_t begin = is_https ? 8 : 7,
                      slash = std::min(text.find('/', begin), text.size());
    const std::string place = text.substr(begin, slash - begin);
    if (place.find('@') != place.npos)
        refuse("holds a user or key, which belongs into UNIVI_JUDGE_KEY or the keyring");
    if (text.find_first_of("?#", begin) != text.npos) refuse("holds more than a path");
    const auto bracket = place.find(']');
    const auto colon = place.find(':', bracket == place.npos ? 0 : bracket);
    address.host = place.substr(0, colon);
    const bool fine =
        is_host(address.host) && (colon == place.npos || is_port(place.substr(colon + 1)));
    if (!fine) refuse(base::in_quotes(text) + " is none");
    address.is_local = is_this_machine(address.host);
    if (is_http && !address.is_local)
        refuse("is not encrypted, so key and answers would travel open");
    address.origin = text.substr(0, slash);
    address.path = text.substr(slash);
    while (address.path.ends_with('/')) address.path.pop_back();
    if (address.path.empty()) address.path = "/v1";
    if (!address.path.ends_with(kCompletions)) address.path += kCompletions;
    const bool plain =
        std::ranges::all_of(address.path, [](unsigned char c) { return c > 32 && c < 127; });
    if (!plain) refuse("has blanks in it");
    return address;
}

std::string find_judge_key(const std::string& host, std::string* from) {
    for (const char* name : {"UNIVI_JUDGE_KEY", "OPENAI_API_KEY"})
        if (std::string key = clean_key(environment(name)); !key.empty()) {
            if (from) *from = name;
            return key;
        }
    std::string key =
        clean_key(output_of({"secret-tool", "lookup", "service", "univi-studio", "judge", host}));
    if (from) *from = key.empty() ? "" : "the keyring";
    return key;
}

}  // namespace univi::eval
