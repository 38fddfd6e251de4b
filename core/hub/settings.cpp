#include "core/hub/settings.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/base/secret_file.h"

namespace univi::hub {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_true(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text == "1" || text == "true" || text == "yes" || text == "on";
}

std::string token() {
    auto given = base::hub_token_of_environment();
    return given.empty() ? base::read_secret(base::hub_token_file()) : given;
}

}  // namespace

Settings settings_from_environment() {
    Settings out;
    out.endpoint = trimmed(environment("HF_ENDPOINT"));
    if (out.endpoint.empty()) out.endpoint = "https://huggingface.co";
    while (out.endpoint.ends_with('/')) out.endpoint.pop_back();
    if (!out.endpoint.starts_with("https://") && !out.endpoint.starts_with("http://"))
        throw base::Error(base::ErrorKind::Usage,
                          "HF_ENDPOINT (" + out.endpoint + ") must be an http or https address.");
    out.token = token();
    if (out.token.find_first_of("\r\n") != out.token.npos)
        throw base::Error(base::ErrorKind::Usage,
                          "The hub's token has more than one line: set HF_TOKEN to it alone.");
    out.cache = base::hugging_face_cache();
    out.offline = is_true(environment("HF_HUB_OFFLINE"));
    return out;
}

bool is_private_way(const std::string& address) {
    if (address.starts_with("https://")) return true;
    for (const char* host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        const std::string start = host;
        if (!address.starts_with(start)) continue;
        const char next = address.size() > start.size() ? address[start.size()] : '/';
        if (next == '/' || next == ':') return true;
    }
    return false;
}

}  // namespace univi::hub
