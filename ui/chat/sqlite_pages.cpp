#include "ui/chat/sqlite_pages.h"

#include <QFile>
#include <bit>
#include <cstring>
#include <optional>
#include <span>
#include <unordered_map>

#include "core/base/error.h"

// The file format: https://www.sqlite.org/fileformat2.html. All numbers are big-endian.

namespace univi::ui {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t kFileHeader = 100, kLeafHeader = 8, kWalHeader = 32, kFrameHeader = 24;
constexpr std::size_t kUsualPage = 4096;
constexpr std::uint8_t kTableLeaf = 0x0d;
constexpr std::uint32_t kWalMagic = 0x377f0682;  ///< the last bit says how checksums are summed
constexpr std::size_t kMostColumns = 100;

std::uint64_t number(Bytes bytes, std::size_t at, std::size_t length) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < length; ++i)
        value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
    return value;
}

/// A variable-length integer at `at`, which moves behind it; nullopt past the end.
std::optional<std::uint64_t> varint(Bytes bytes, std::size_t& at) {
    std::uint64_t value = 0;
    for (int i = 0; i < 9; ++i) {
        if (at >= bytes.size()) return std::nullopt;
        const auto byte = std::to_integer<std::uint64_t>(bytes[at++]);
        if (i == 8) return value << 8 | byte;
        value = value << 7 | (byte & 0x7f);
        if (byte < 0x80) return value;
    }
    return value;
}

bool isPageSize(std::uint64_t size) {
    return size >= 512 && size <= 65536 && std::has_single_bit(size);
}

/// The pages of a database: those of the log over those of the file.
class Pages {
  public:
    Pages(Bytes file, Bytes wal) : file_(file) {
        const bool headed =
            file.size() >= kFileHeader && std::memcmp(file.data(), "SQLite format 3", 16) == 0;
        const std::uint64_t stated = headed ? number(file, 16, 2) : 0;
        if (stated == 1 || isPageSize(stated))
            size_ = stated == 1 ? 65536 : stated;
        else if (isWal(wal))
            size_ = number(wal, 8, 4);
        reserved_ = headed ? std::min<std::size_t>(number(file, 20, 1), size_ - 480) : 0;
        count_ = file.size() / size_;
        if (isWal(wal) && number(wal, 8, 4) == size_) readLog(wal);
    }

    std::size_t count() const { return count_; }
    std::size_t usable() const { return size_ - reserved_; }
    /// Page numbers begin with 1; empty for one that is not there.
    Bytes page(std::size_t number) const {
        if (const auto logged = logged_.find(number); logged != logged_.end())
            return logged->second;
        if (number == 0 || number > file_.size() / size_) return {};
        return file_.subspan((number - 1) * size_, size_);
    }
    std::size_t totalBytes() const { return count_ * size_; }

  private:
    static bool isWal(Bytes wal) {
        return wal.size() > kWalHeader && (number(wal, 0, 4) & ~1ull) == kWalMagic &&
               isPageSize(number(wal, 8, 4));
    }

    /// Frames of the log's current round, up to the last one that ends a transaction.
    void readLog(Bytes wal) {
        std::unordered_map<std::size_t, Bytes> open;
        const std::uint64_t salt = number(wal, 16, 8);
        for (std::size_t at = kWalHeader; at + kFrameHeader + size_ <= wal.size();
             at += kFrameHeader + size_) {
            if (number(wal, at + 8, 8) != salt) break;
            open[number(wal, at, 4)] = wal.subspan(at + kFrameHeader, size_);
            const std::size_t pages = number(wal, at + 4, 4);
            if (pages == 0) continue;
            for (const auto& [page, bytes] : open) logged_[page] = bytes;
            open.clear();
            count_ = std::max(count_, std::min(pages, file_.size() / size_ + logged_.size()));
        }
    }

    Bytes file_;
    std::size_t size_ = kUsualPage, reserved_ = 0, count_ = 0;
    std::unordered_map<std::size_t, Bytes> logged_;
};

/// The payload of a cell at `at`: what lies in the page and what overflowed into other pages.
std::optional<std::vector<std::byte>> payload(const Pages& pages, Bytes page, std::size_t at,
                                              std::size_t length) {
    const std::size_t usable = pages.usable(), largest = usable - 35;
    std::size_t local = length;
    if (length > largest) {
        const std::size_t least = (usable - 12) * 32 / 255 - 23;
        const std::size_t even = least + (length - least) % (usable - 4);
        local = even <= largest ? even : least;
    }
    const bool overflows = local < length;
    if (at + local + (overflows ? 4 : 0) > page.size()) return std::nullopt;
    std::vector<std::byte> out(page.begin() + long(at), page.begin() + long(at + local));
    out.reserve(length);
    std::size_t next = overflows ? number(page, at + local, 4) : 0;
    while (out.size() < length) {
        const Bytes more = pages.page(next);
        if (more.empty()) return std::nullopt;
        next = number(more, 0, 4);
        const std::size_t part = std::min(length - out.size(), usable - 4);
        out.insert(out.end(), more.begin() + 4, more.begin() + long(4 + part));
    }
    return out;
}

std::optional<std::size_t> lengthOf(std::uint64_t type) {
    static constexpr std::size_t kLengths[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    if (type < std::size(kLengths)) return kLengths[type];
    if (type < 12) return std::nullopt;
    return (type - 12) / 2;
}

SqliteValue valueOf(Bytes record, std::size_t at, std::uint64_t type, std::size_t length) {
    if (type == 0) return {};
    if (type == 8 || type == 9) return std::int64_t(type - 8);
    if (type >= 12) return std::string(reinterpret_cast<const char*>(record.data()) + at, length);
    const std::uint64_t bits = number(record, at, length);
    if (type == 7) return std::bit_cast<double>(bits);
    const int spare = int(64 - 8 * length);
    return std::int64_t(bits << spare) >> spare;
}

std::optional<std::vector<SqliteValue>> recordOf(Bytes record) {
    std::size_t at = 0;
    const auto header = varint(record, at);
    if (!header || *header > record.size()) return std::nullopt;
    std::vector<SqliteValue> values;
    std::size_t body = *header;
    while (at < *header) {
        const auto type = varint(record, at);
        const auto length = type ? lengthOf(*type) : std::nullopt;
        if (!length || *length > record.size() - body || values.size() == kMostColumns)
            return std::nullopt;
        values.push_back(valueOf(record, body, *type, *length));
        body += *length;
    }
    if (at != *header || body != record.size()) return std::nullopt;
    return values;
}

std::optional<SqliteRow> cellAt(const Pages& pages, Bytes page, std::size_t at) {
    const auto length = varint(page, at);
    const auto rowid = length ? varint(page, at) : std::nullopt;
    if (!rowid || *length > pages.totalBytes()) return std::nullopt;
    const auto bytes = payload(pages, page, at, *length);
    auto values = bytes ? recordOf(*bytes) : std::nullopt;
    if (!values) return std::nullopt;
    return SqliteRow{std::int64_t(*rowid), std::move(*values)};
}

void visitPage(const Pages& pages, std::size_t number_of_page,
               const std::function<void(const SqliteRow&)>& visit) {
    const Bytes page = pages.page(number_of_page);
    const std::size_t start = number_of_page == 1 ? kFileHeader : 0;
    if (page.empty() || std::to_integer<std::uint8_t>(page[start]) != kTableLeaf) return;
    const std::size_t cells = number(page, start + 3, 2);
    for (std::size_t i = 0; i < cells; ++i) {
        const std::size_t pointer = start + kLeafHeader + 2 * i;
        if (pointer + 2 > page.size()) return;
        if (const auto row = cellAt(pages, page, number(page, pointer, 2))) visit(*row);
    }
}

}  // namespace

void visitSqliteRows(const QString& file, const std::function<void(const SqliteRow&)>& visit) {
    // Read, not mapped: a bad sector then ends the reading and not the program.
    QFile main(file), log(file + QStringLiteral("-wal"));
    if (!main.open(QIODevice::ReadOnly))
        throw base::Error(base::ErrorKind::File,
                          "cannot read " + file.toStdString() + ": check its rights");
    const QByteArray bytes = main.readAll();
    const QByteArray logged = log.open(QIODevice::ReadOnly) ? log.readAll() : QByteArray();
    const auto view = [](const QByteArray& array) {
        return std::as_bytes(std::span(array.constData(), std::size_t(array.size())));
    };
    const Pages pages(view(bytes), view(logged));
    for (std::size_t page = 1; page <= pages.count(); ++page) visitPage(pages, page, visit);
}

}  // namespace univi::ui
