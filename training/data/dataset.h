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
#include "training/data/data_item.h"
#include "training/data/item_index.h"
#include "training/options/dataset_list.h"

namespace univi::training {

/// The items of one or several data sets, in file order. Only where each item stands is
/// held in memory (eight bytes an item); an item is read when asked for. Immutable after
/// load and thread-safe.
class Dataset {
  public:
    /// The sources that `use` names in `file`, see find_sources(). Throws
    /// Error{Usage|File|Format|Stopped}.
    static Dataset load(const std::filesystem::path& file, const std::string& use,
                        const base::StopToken& stop = {});
    static Dataset load(const std::vector<DataSource>& sources, const base::StopToken& stop = {});
    /// Items of one chat_path file (tests, previews).
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
    /// Where item `index` begins: its list, and the line in it, from 1.
    struct Place {
        std::filesystem::path list;
        std::int64_t line = 0;
    };
    Place place_of(std::size_t index) const;
    /// Whether a source's list is JSON Lines.
    bool is_json_lines(std::size_t source) const { return indices_[source]->is_json_lines(); }
    /// The file of a medium of `item`: first folder that has it; empty when none does.
    std::filesystem::path find_medium(const DataItem& item, const std::string& name) const;
    /// Says that find_medium() found none: "a.jpg is in none of its folders", without a full stop.
    static std::string missing_medium(const std::string& name);
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

/// Reads every item of `dataset` with `threads` threads and throws what is wrong with the
/// first bad one.
void check_items(const Dataset& dataset, int threads, const base::StopToken& stop = {});

/// Roughly the tokens of each item: its words, and 128 for its pictures or video, as the LLaVA
/// family measures them for batches of equal length. Items that cannot be read count 0. Reads every
/// item once, with `threads` threads.
std::vector<std::int32_t> measure_lengths(const Dataset& dataset, int threads,
                                          const base::StopToken& stop = {});

}  // namespace univi::training
