#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/text/labels.h"

namespace univi::training {

/// One source of a data set: a chat_path JSON and the folders in which its pictures and videos are looked for, in order.
struct DataSource {
    std::filesystem::path chat_path;
    std::vector<std::filesystem::path> folders;
};

/// One training conversation as its file has it. Media names are relative to the source's folders.
struct DataItem {
    enum class Media { None, Pictures, Video };
    std::string id;
    Media media = Media::None;
    std::vector<std::string> names;       ///< pictures in order, or the one video
    std::vector<text::Message> messages;
    std::int32_t source = 0;              ///< index into Dataset::sources
    std::int32_t position = 0;            ///< in the source's file, from 0
};

/// The items of one or several data sets, in file order. Immutable after load.
class Dataset {
  public:
    /// `file`: JSON name -> list of {"chat_path": …, "<name>": folder, …}, paths relative to the file. `use`: a name, or several
    /// joined with '+'. Throws Error{Usage|File|Format}; what is wrong with an item is said with its file, position and id.
    static Dataset load(const std::filesystem::path& file, const std::string& use);
    /// Items of one chat_path JSON (tests, previews).
    static Dataset from_source(const DataSource& source);

    const std::vector<DataItem>& items() const { return items_; }
    const std::vector<DataSource>& sources() const { return sources_; }
    /// "chat.json, item 3 (id 17)" for messages.
    std::string describe(const DataItem& item) const;
    /// The file of a medium of `item`: first folder that has it; empty when none does.
    std::filesystem::path find_medium(const DataItem& item, const std::string& name) const;
    /// Changes when an item, a source or the order changes: a resumed run compares it.
    std::string fingerprint() const;

  private:
    void add_source(const DataSource& source);
    std::vector<DataSource> sources_;
    std::vector<DataItem> items_;
};

}  // namespace univi::training
