#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/file_descriptor.h"
#include "core/base/stop_token.h"

namespace univi::training {

/// Where the items of a JSON list, or of JSON Lines, stand in their file: eight bytes an item,
/// whatever an item holds. The file is read once, in pieces; items are read from it when asked for.
/// Thread-safe after make.
class ItemIndex {
  public:
    /// Finds the items of `path`: a JSON file whose top level is a list, or JSON Lines, in which
    /// every line that is not blank is an item. A UTF-8 byte order mark may stand before it. What
    /// is inside an item is looked at when the item is read. Throws Error{File}, Error{Format} with
    /// the line, Error{Stopped}.
    static std::shared_ptr<const ItemIndex> make(const std::filesystem::path& path,
                                                 const base::StopToken& stop = {});

    std::size_t size() const { return starts_.size() - 1; }
    /// Whether the file is JSON Lines and no list.
    bool is_json_lines() const { return is_json_lines_; }
    /// JSON text of item `i`, without the comma behind it. Throws Error{File} when the file changed
    /// under the run, Error{Format} when the item is over 64 MiB.
    std::string text(std::size_t i) const;
    /// Line of the file on which item `i` begins, from 1.
    std::int64_t line(std::size_t i) const;
    /// Checksums of every mebibyte of the file, as text: about sixteen bytes each.
    const std::string& checksums() const { return checksums_; }
    const std::filesystem::path& path() const { return path_; }

  private:
    class Scanner;
    explicit ItemIndex(const std::filesystem::path& path);
    std::string read(std::uint64_t begin, std::uint64_t end) const;
    void check_first_lines() const;

    std::filesystem::path path_;
    base::FileDescriptor file_;
    bool is_json_lines_ = false;
    std::vector<std::uint64_t> starts_;  ///< byte offsets; one more at the end: the closing bracket
    std::vector<std::int64_t> lines_;    ///< of every kLineStride-th item
    std::string checksums_;
};

}  // namespace univi::training
