#include "core/base/stand_in.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/base/byte_text.h"
#include "core/base/error.h"
#include "core/base/printable.h"

namespace univi::base {

namespace {

constexpr std::string_view kPointer = "version https://git-lfs";
/// What model hubs answer in place of a file that is missing or not public.
constexpr std::string_view kMessages[] = {
    "Entry not found",  "Repository not found", "Access to model", "Access to this",
    "Invalid username", "Invalid credentials",  "Not Found",       "Forbidden"};

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
    throw Error(ErrorKind::Format, path.string() + ": " + what);
}

/// The size a pointer's line "size 13476851" names; empty when there is none.
std::string pointer_size(std::string_view text) {
    const std::size_t at = text.find("\nsize ");
    if (at == std::string_view::npos) return {};
    std::uint64_t size = 0;
    const auto [end, error] =
        std::from_chars(text.data() + at + 6, text.data() + text.size(), size);
    return error == std::errc() ? " of " + byte_text(size) : "";
}

/// Lower-case start of the text behind white space and a byte order mark.
std::string start_of(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
        text.remove_prefix(1);
    std::string start(text.substr(0, 64));
    std::ranges::transform(start, start.begin(), [](unsigned char c) { return std::tolower(c); });
    return start;
}

bool is_web_page(const std::string& start) {
    for (const char* sign : {"<!doctype", "<html", "<head", "<body", "<?xml", "<error"})
        if (start.starts_with(sign)) return true;
    return false;
}

}  // namespace

void refuse_stand_in(const std::filesystem::path& path, std::string_view bytes,
                     const std::string& expected) {
    if (bytes.empty())
        refuse(path, "the file is empty, expected " + expected + ": download it again");
    if (bytes.starts_with(kPointer))
        refuse(path, "a Git LFS pointer, not the file" + pointer_size(bytes.substr(0, 1024)) +
                         " itself: run git lfs pull in its folder, or download the file itself");
    const std::string start = start_of(bytes);
    if (is_web_page(start))
        refuse(path, "a web page (an error or a log-in) saved under this name, expected " +
                         expected + ": download it again");
    for (const std::string_view message : kMessages)
        if (bytes.starts_with(message))
            refuse(path, "a server's message " + in_quotes(bytes.substr(0, 60)) + ", expected " +
                             expected +
                             ": download it again, logged in where the model asks for it");
}

}  // namespace univi::base
