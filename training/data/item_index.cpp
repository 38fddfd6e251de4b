#include "training/data/item_index.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "core/base/crc32c.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_source.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::size_t kLineStride = 1024;  // items between two known line numbers
constexpr std::uint64_t kMaxItemBytes = std::uint64_t{64} << 20;

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// A byte of a byte order mark: files that were joined have one before a line in the middle too.
bool is_mark(char c) {
    return c == '\xef' || c == '\xbb' || c == '\xbf';
}

bool is_json(const std::string& text) {
    try {
        base::parse_json(text, "");
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// Bytes that matter inside an item, outside its strings.
constexpr std::array<bool, 256> kBrackets = [] {
    std::array<bool, 256> table{};
    for (const unsigned char c : {'"', '{', '}', '[', ']'}) table[c] = true;
    return table;
}();

/// Fills `bytes` from `offset`; less only at the end of the file.
std::size_t read_some(int file, const std::filesystem::path& path, std::string& bytes,
                      std::uint64_t offset) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::pread(file, bytes.data() + done, bytes.size() - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0)
            throw Error(ErrorKind::File,
                        path.string() + " cannot be read: " + std::strerror(errno) + ".");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace

/// Follows brackets and strings of a list, or the lines of JSON Lines, piece by piece, and notes
/// where the items begin.
class ItemIndex::Scanner {
  public:
    explicit Scanner(ItemIndex& index) : index_(index) {}

    void add(std::string_view piece) {
        piece_ = piece;
        counted_ = 0;
        if (base_ == 0) base::strip_byte_order_mark(piece, index_.path_.string());  // names UTF-16
        for (std::size_t i = 0; i < piece.size();) {
            if (index_.is_json_lines_)
                i = on_line(i);
            else
                i = depth_ > 0 || in_string_ ? inside(i) : between(i);
        }
        count_lines(piece.size());
        base_ += piece.size();
    }

    void finish() {
        if (state_ == State::Start)
            fail("is empty: it must be a JSON list of items, or JSON Lines");
        if (index_.is_json_lines_) {
            index_.starts_.push_back(base_);
            return;
        }
        if (state_ != State::Done) fail("ends before its list of items does: the file is cut off");
    }

  private:
    enum class State { Start, WantsFirst, WantsNext, Scalar, After, Done };

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::Format,
                    index_.path_.string() + ":" + std::to_string(line_) + " " + what + ".");
    }

    void count_lines(std::size_t end) {
        line_ += std::count(piece_.begin() + static_cast<std::ptrdiff_t>(counted_),
                            piece_.begin() + static_cast<std::ptrdiff_t>(end), '\n');
        counted_ = end;
    }

    [[noreturn]] void fail_at(std::size_t i, const std::string& what) {
        count_lines(i);
        fail(what);
    }

    void begin_item(std::size_t i) {
        if (index_.starts_.size() % kLineStride == 0) {
            count_lines(i);
            index_.lines_.push_back(line_);
        }
        index_.starts_.push_back(base_ + i);
    }

    void end_item() {
        if (depth_ == 0 && !in_string_) state_ = State::After;
    }

    /// Inside an item: to its next bracket or to the end of a string.
    std::size_t inside(std::size_t i) {
        if (in_string_) return inside_string(i);
        while (i < piece_.size() && !kBrackets[static_cast<unsigned char>(piece_[i])]) ++i;
        if (i == piece_.size()) return i;
        const char c = piece_[i];
        if (c == '"')
            in_string_ = true;
        else
            depth_ += c == '{' || c == '[' ? 1 : -1;
        end_item();
        return i + 1;
    }

    /// To behind the closing quote. `is_escaped_`: an odd number of backslashes stands before the
    /// byte at i.
    std::size_t inside_string(std::size_t i) {
        const std::size_t begin = i;
        const auto quote = piece_.find('"', i);
        const std::size_t end = quote == piece_.npos ? piece_.size() : quote;
        std::size_t backslashes = 0;
        while (end - backslashes > begin && piece_[end - backslashes - 1] == '\\') ++backslashes;
        const bool carried = is_escaped_ && end - backslashes == begin;
        is_escaped_ = (backslashes + (carried ? 1 : 0)) % 2 == 1;
        if (end == piece_.size()) return end;
        if (!is_escaped_) in_string_ = false;
        is_escaped_ = false;
        end_item();
        return end + 1;
    }

    /// JSON Lines: to the item of this line, or behind the line. Quotes and brackets do not matter,
    /// so a damaged line is one bad item.
    std::size_t on_line(std::size_t i) {
        if (!on_item_) {
            if (is_space(piece_[i]) || is_mark(piece_[i])) return i + 1;
            begin_item(i);
            on_item_ = true;
        }
        const auto newline = piece_.find('\n', i);
        if (newline == piece_.npos) return piece_.size();
        on_item_ = false;
        return newline + 1;
    }

    /// Between items, or in one that is a bare word.
    std::size_t between(std::size_t i) {
        const char c = piece_[i];
        if (base_ == 0 && i == 0 && piece_.starts_with("\xef\xbb\xbf"))
            return 3;  // a byte order mark
        if (is_space(c)) {
            if (state_ == State::Scalar) state_ = State::After;
            return i + 1;
        }
        if (state_ == State::Start) {
            if (c == '{') {
                index_.is_json_lines_ = true;
                state_ = State::Done;
                return i;
            }
            if (c != '[') fail_at(i, "must be a JSON list of items, or JSON Lines");
            state_ = State::WantsFirst;
        } else if (state_ == State::Done) {
            fail_at(i, "goes on after the end of its list");
        } else if (c == ',') {
            if (state_ != State::After && state_ != State::Scalar)
                fail_at(i, "has a comma where an item belongs");
            state_ = State::WantsNext;
        } else if (c == ']') {
            if (state_ == State::WantsNext) fail_at(i, "has a comma before the end of its list");
            index_.starts_.push_back(base_ + i);
            state_ = State::Done;
        } else if (state_ != State::Scalar) {
            start_item(i, c);
        }
        return i + 1;
    }

    void start_item(std::size_t i, char c) {
        if (state_ == State::After) fail_at(i, "lacks a comma between two items");
        if (c == '}') fail_at(i, "has a closing brace without an opening one");
        begin_item(i);
        state_ = State::Scalar;
        if (c == '{' || c == '[') depth_ = 1;
        if (c == '"') in_string_ = true;
    }

    ItemIndex& index_;
    std::string_view piece_;
    std::uint64_t base_ = 0;   // offset of the piece in the file
    std::size_t counted_ = 0;  // bytes of the piece whose newlines are in line_
    std::int64_t line_ = 1, depth_ = 0;
    bool in_string_ = false, is_escaped_ = false, on_item_ = false;
    State state_ = State::Start;
};

ItemIndex::ItemIndex(const std::filesystem::path& path) : path_(path) {
    file_ = base::FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file_)
        throw Error(ErrorKind::File,
                    path.string() + " cannot be read: " + std::strerror(errno) + ".");
}

std::shared_ptr<const ItemIndex> ItemIndex::make(const std::filesystem::path& path,
                                                 const base::StopToken& stop) {
    std::shared_ptr<ItemIndex> index(new ItemIndex(path));
    ::posix_fadvise(index->file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    Scanner scanner(*index);
    std::string piece(kPiece, '\0');
    for (std::uint64_t offset = 0;;) {
        base::throw_if_stopped(stop, "reading the list of items");
        const std::size_t got = read_some(index->file_.get(), path, piece, offset);
        if (got == 0) break;
        const std::string_view bytes(piece.data(), got);
        scanner.add(bytes);
        char sum[32];
        std::snprintf(sum, sizeof sum, "%08x%zx,", base::crc32c(std::as_bytes(std::span(bytes))),
                      got);
        index->checksums_ += sum;
        offset += got;
    }
    scanner.finish();
    index->starts_.shrink_to_fit();
    if (index->is_json_lines_) index->check_first_lines();
    ::posix_fadvise(index->file_.get(), 0, 0, POSIX_FADV_NORMAL);
    return index;
}

std::string ItemIndex::read(std::uint64_t begin, std::uint64_t end) const {
    std::string bytes(static_cast<std::size_t>(end - begin), '\0');
    if (read_some(file_.get(), path_, bytes, begin) != bytes.size())
        throw Error(ErrorKind::File, path_.string() + " became shorter while it was in use.");
    return bytes;
}

/// Tells one JSON object that is spread over lines from JSON Lines with a damaged line.
void ItemIndex::check_first_lines() const {
    if (is_json(text(0)) || (size() > 1 && is_json(text(1)))) return;
    throw Error(ErrorKind::Format,
                path_.string() + ":" + std::to_string(line(0)) +
                    " begins an object that is not whole on its line: the file must be a JSON list "
                    "of items, or JSON Lines with one whole item a line.");
}

std::string ItemIndex::text(std::size_t i) const {
    const std::uint64_t begin = starts_[i], end = starts_[i + 1];
    if (end - begin > kMaxItemBytes)
        throw Error(ErrorKind::Format, path_.string() + ":" + std::to_string(line(i)) +
                                           " begins an item of over 64 MiB.");
    std::string text = read(begin, end);
    if (is_json_lines_) text.resize(std::min(text.size(), text.find('\n')));
    const auto trim = [&] {
        while (!text.empty() && is_space(text.back())) text.pop_back();
    };
    trim();
    if (!is_json_lines_ && i + 1 < size() && !text.empty() && text.back() == ',') text.pop_back();
    trim();
    return text;
}

std::int64_t ItemIndex::line(std::size_t i) const {
    const std::size_t known = i / kLineStride;
    std::int64_t line = lines_[known];
    for (std::uint64_t at = starts_[known * kLineStride]; at < starts_[i];) {
        const std::uint64_t end = std::min<std::uint64_t>(starts_[i], at + kPiece);
        const std::string bytes = read(at, end);
        line += std::count(bytes.begin(), bytes.end(), '\n');
        at = end;
    }
    return line;
}

}  // namespace univi::training
