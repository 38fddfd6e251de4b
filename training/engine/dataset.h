#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/stop_token.h"
#include "core/text/labels.h"
#include "training/options/dataset_list.h"
#include "training/engine/item_index.h"

namespace univi::training {

/// One training conversation as its file has it. Media names are relative to the source's folders.
struct DataItem {
    enum class Media { None, Pictures, Video };
    std::string id;
    Media media = Media::None;
    std::vector<std::string> names;  ///< pictures in order, or the one video
    std::vector<text::Message> messages;
    std::int32_t source = 0;    ///< index into Dataset::sources
    std::int64_t position = 0;  ///< in the source's file, from 0
};

/// What is wrong with an item, as Error{Format} whose sentence names file, line, position and id.
class ItemError : public base::Error {
  public:
    enum class Fault { Json, Shape, Placeholders };
    ItemError(Fault fault, const std::string& sentence)
        : Error(base::ErrorKind::Format, sentence), fault_(fault) {}
    Fault fault() const { return fault_; }

  private:
    Fault fault_;
};

/// The items of one or several data sets, in file order. Only where each item stands is held in
/// memory (eight bytes an item); an item is read when asked for. Immutable after load and
/// thread-safe.
class Dataset {
  public:
    /// The sources that `use` names in `file`, see find_sources(). Throws
    /// Error{Usage|File|Format|Stopped}.
    static Dataset load(const std::filesystem::path& file, const std::string& use,
                        const base::StopToken& stop = {});
    static Dataset load(const std::vector<DataSource>& sources, const base::StopToken& stop = {});
    /// Items of one chat_path JSON (tests, previews).
    static Dataset from_source(const DataSource& source);

    std::size_t size() const { return first_.back(); }
    /// Reads item `index`. Throws ItemError for what is wrong with it.
    DataItem item(std::size_t index) const;
    const std::vector<DataSource>& sources() const { return sources_; }
    /// Source of item `index`.
    std::size_t source_of(std::size_t index) const;
    /// "chat.json:120, item 3 (id 17)" for messages.
    std::string describe(const DataItem& item) const;
    /// The same for an item that cannot be read; without its id.
    std::string describe(std::size_t index) const;
    /// The file of a medium of `item`: first folder that has it; empty when none does.
    std::filesystem::path find_medium(const DataItem& item, const std::string& name) const;
    /// Changes when a byte of a list, a source or the order changes: a resumed run compares it.
    std::string fingerprint() const;

    /// All items as one list; each access reads its item.
    class Items {
      public:
        explicit Items(const Dataset& dataset) : dataset_(dataset) {}
        std::size_t size() const { return dataset_.size(); }
        bool empty() const { return size() == 0; }
        DataItem operator[](std::size_t index) const { return dataset_.item(index); }

      private:
        const Dataset& dataset_;
    };
    Items items() const { return Items(*this); }

  private:
    void add_source(const DataSource& source, const base::StopToken& stop);
    std::vector<DataSource> sources_;
    std::vector<std::shared_ptr<const ItemIndex>> indices_;  ///< one a source
    std::vector<std::size_t> first_ = {0};  ///< first item of each source, and the number of all
};

/// Reads every item of `dataset` with `threads` threads and throws what is wrong with the first bad
/// one.
void check_items(const Dataset& dataset, int threads, const base::StopToken& stop = {});

/// Roughly the tokens of each item: its words, and 128 for its pictures or video, as the LLaVA
/// family measures them for batches of equal length. Items that cannot be read count 0. Reads every
/// item once, with `threads` threads.
std::vector<std::int32_t> measure_lengths(const Dataset& dataset, int threads,
                                          const base::StopToken& stop = {});

}  // namespace univi::training
