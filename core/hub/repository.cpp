#include "core/hub/repository.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/json_text.h"

namespace univi::hub {

namespace {

constexpr std::size_t kLongestName = 96, kLongestPath = 1024;

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
    throw base::Error(base::ErrorKind::Usage,
                      base::shown_path(text) + " is no model repository: " + why + ".");
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// A part of "owner/name", by the hub's own rules.
bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestName && is_plain(name.front()) &&
           is_plain(name.back()) && name.find("--") == name.npos && name.find("..") == name.npos &&
           std::ranges::all_of(
               name, [](char c) { return is_plain(c) || c == '-' || c == '_' || c == '.'; });
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('/', begin), text.size());
        if (end > begin) out.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return out;
}

std::string join(const std::vector<std::string>& parts, std::size_t first) {
    std::string out;
    for (std::size_t i = first; i < parts.size(); ++i) out += (out.empty() ? "" : "/") + parts[i];
    return out;
}

/// What stands behind the hub's own address; refuses another site's.
std::string_view behind_host(std::string_view text, const std::string& endpoint) {
    for (const std::string& host :
         {endpoint, std::string("https://huggingface.co"), std::string("https://hf.co"),
          std::string("https://www.huggingface.co")})
        if (text.starts_with(host) && (text.size() == host.size() || text[host.size()] == '/'))
            return text.substr(host.size());
    refuse(std::string(text), "it is the address of another site than " + endpoint +
                                  " (HF_ENDPOINT names another hub)");
}

/// "owner/name/tree/main", "owner/name/resolve/main/config.json" and the like.
Repository from_path(const std::string& text, const std::vector<std::string>& parts) {
    const auto is_verb = [](const std::string& part) {
        return part == "tree" || part == "resolve" || part == "blob";
    };
    for (const char* kind : {"datasets", "spaces", "api", "models"})
        if (parts.size() > 1 && parts.front() == kind)
            refuse(text, std::string("it is in ") + kind + ", and only models can be downloaded");
    const auto verb = std::ranges::find_if(parts, is_verb);
    const auto names = static_cast<std::size_t>(verb - parts.begin());
    if (names < 1 || names > 2) refuse(text, "give it as owner/name");
    Repository out;
    out.id = parts[0] + (names == 2 ? "/" + parts[1] : "");
    if (parts.size() > names + 1) out.revision = base::path_from_ascii(parts[names + 1]);
    if (verb != parts.end() && *verb != "tree")
        out.file = base::path_from_ascii(join(parts, names + 2));
    return out;
}

}  // namespace

Repository parse_repository(const std::string& text, const std::string& endpoint) {
    std::string_view rest = text;
    rest = rest.substr(0, rest.find_first_of("?#"));
    const bool is_address = rest.find("://") != rest.npos;
    if (is_address) rest = behind_host(rest, endpoint);
    const auto parts = split(rest);
    if (!is_address && (parts.size() > 2 || join(parts, 0) != rest))
        refuse(text, "give it as owner/name, or as an address that begins with https://");
    const Repository out = from_path(text, parts);
    for (const std::string& name : split(out.id))
        if (!is_name(name)) refuse(text, "give it as owner/name");
    if (!out.revision.empty() && !is_revision(out.revision))
        refuse(text, "its revision cannot be one");
    return out;
}

std::string cache_name(const std::string& id) {
    std::string out = "models--" + id;
    if (const auto slash = out.find('/'); slash != out.npos) out.replace(slash, 1, "--");
    return out;
}

bool is_inner_path(const std::string& path) {
    if (path.empty() || path.size() > kLongestPath || path.front() == '/' || path.back() == '/')
        return false;
    if (std::ranges::any_of(path,
                            [](unsigned char c) { return c < 0x20 || c == '\\' || c == 0x7F; }))
        return false;
    const auto parts = split(path);
    return join(parts, 0) == path && std::ranges::none_of(parts, [](const std::string& part) {
               return part == "." || part == ".." || part.size() > 255;
           });
}

bool is_revision(const std::string& text) {
    return is_inner_path(text) && text.size() <= 255 &&
           text.find_first_of(" ~^:?*[") == std::string::npos;
}

std::string encoded(const std::string& text, bool keep_slashes) {
    std::string out = base::path_to_ascii(text);
    if (keep_slashes) return out;
    for (std::size_t at = 0; (at = out.find('/', at)) != out.npos; at += 3)
        out.replace(at, 1, "%2F");
    return out;
}

}  // namespace univi::hub
