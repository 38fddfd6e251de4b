#include "core/server/media_files.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <system_error>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/server/api_error.h"

namespace univi::server {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Value of a digit; -1: none, -2: a blank.
constexpr std::array<int, 256> digit_values() {
    std::array<int, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kDigits.size(); ++i)
        values[static_cast<unsigned char>(kDigits[i])] = static_cast<int>(i);
    values['-'] = 62, values['_'] = 63;  // as addresses write them
    for (const unsigned char blank : {' ', '\t', '\r', '\n'}) values[blank] = -2;
    return values;
}

[[noreturn]] void refuse(const std::string& sentence) {
    throw ApiError{400, sentence, "invalid_image_url", "messages"};
}

std::string from_base64(std::string_view text) {
    static constexpr auto kValues = digit_values();
    std::string out;
    out.reserve(text.size() / 4 * 3);
    unsigned held = 0;
    int bits = 0;
    while (!text.empty() && (text.back() == '=' || text.back() == '\n')) text.remove_suffix(1);
    for (const unsigned char c : text) {
        const int value = kValues[c];
        if (value == -2) continue;
        if (value < 0) refuse("The data address of a picture or video is no base64.");
        held = (held << 6 | static_cast<unsigned>(value)) & 0xFFFFFU;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        out += static_cast<char>(held >> bits & 0xFFU);
    }
    if (bits == 6) refuse("The data address of a picture or video is cut off.");
    return out;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
    return text.size() >= start.size() &&
           std::ranges::equal(text.substr(0, start.size()), start, [](char a, char b) {
               return std::tolower(static_cast<unsigned char>(a)) == b;
           });
}

/// The path of "file:///a%20b.png", "file://localhost/a.png" or "/a.png".
std::string path_of(const std::string& address) {
    if (address.starts_with('/')) return address;
    std::string_view rest = address;
    if (!starts_with_ignoring_case(rest, "file:"))
        refuse(
            "A picture or video must be a data: address, or a file: address inside a folder that "
            "the "
            "server was started with (--allow-dir); other addresses are not fetched.");
    rest.remove_prefix(5);
    if (rest.starts_with("//")) {
        rest.remove_prefix(2);
        if (starts_with_ignoring_case(rest, "localhost/")) rest.remove_prefix(9);
    }
    if (!rest.starts_with('/')) refuse("A file address must name a file by its whole path.");
    try {
        return base::path_from_ascii(rest);
    } catch (const base::Error&) {
        refuse("A file address has a % that is not followed by two hexadecimal digits.");
    }
}

bool is_inside(const fs::path& file, const fs::path& folder) {
    const auto [end, at] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return end == folder.end() && at != file.end();
}

}  // namespace

std::string bytes_of_data_address(std::string_view address) {
    const auto comma = address.find(',');
    if (comma == address.npos) refuse("A data address needs a comma before its data.");
    if (!address.substr(0, comma).ends_with(";base64"))
        refuse("A data address must be in base64: data:image/png;base64,…");
    std::string bytes = from_base64(address.substr(comma + 1));
    if (bytes.empty()) refuse("The data address of a picture or video is empty.");
    return bytes;
}

MediaFiles::MediaFiles(const Options& options)
    : kept_bytes_(options.kept_bytes), folder_("server") {
    for (const std::string& folder : options.allowed) {
        std::error_code error;
        const fs::path whole = fs::canonical(folder, error);
        if (error || !fs::is_directory(whole, error))
            throw base::Error(base::ErrorKind::Usage,
                              "The folder " + folder + " to allow does not exist: check its name.");
        allowed_.push_back(whole);
    }
}

std::string MediaFiles::file_of(const MediaPart& part) {
    if (starts_with_ignoring_case(part.address, "data:"))
        return keep(bytes_of_data_address(part.address), part.kind);
    return allowed_file(path_of(part.address));
}

std::string MediaFiles::allowed_file(const std::string& path) const {
    std::error_code error;
    const fs::path whole = fs::canonical(path, error);
    const bool fine =
        !error && fs::is_regular_file(whole, error) && path.find('\0') == path.npos &&
        std::ranges::any_of(allowed_, [&](const auto& folder) { return is_inside(whole, folder); });
    if (!fine)
        refuse("The file " + base::shown_path(path) +
               " is not one that this server may read: it has to exist in a folder that the server "
               "was started with (--allow-dir).");
    return whole.string();
}

/// A folder a content, so that errors name a picture or a video and not its checksum.
std::string MediaFiles::keep(const std::string& bytes, MediaPart::Kind kind) {
    const char* const name = kind == MediaPart::Kind::Video ? "video" : "picture";
    const fs::path folder =
        folder_.path() / (base::sha256_hex(std::as_bytes(std::span(bytes))) + "." + name);
    const Kept kept{folder, static_cast<std::int64_t>(bytes.size())};
    const std::lock_guard lock(mutex_);
    std::error_code error;
    fs::create_directory(folder, error);
    if (!fs::exists(folder / name, error)) {
        base::AtomicFile file(folder / name);
        file.write(std::string_view(bytes));
        file.commit(base::Durability::Unsynced);
    }
    use(kept);
    return (folder / name).string();
}

void MediaFiles::use(const Kept& kept) {
    std::erase_if(kept_, [&](const Kept& other) { return other.folder == kept.folder; });
    kept_.push_front(kept);
    std::int64_t total = 0;
    for (const Kept& one : kept_) total += one.bytes;
    while (total > kept_bytes_ && kept_.size() > 1) {
        std::error_code error;
        fs::remove_all(kept_.back().folder, error);
        total -= kept_.back().bytes;
        kept_.pop_back();
    }
}

}  // namespace univi::server
