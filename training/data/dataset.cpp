#include "training/data/dataset.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <mutex>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "training/data/item_reader.h"
#include "training/data/parallel_items.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

std::int32_t rough_length(const DataItem& item) {
    std::int64_t words = item.media == DataItem::Media::None ? 0 : 128;
    for (const auto& message : item.messages) {
        bool in_word = false;
        for (const unsigned char c : message.value) {
            const bool is_space = c == ' ' || (c >= '\t' && c <= '\r');
            words += !is_space && !in_word;
            in_word = !is_space;
        }
    }
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(words, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace

Dataset Dataset::load(const fs::path& file, const std::string& use, const base::StopToken& stop) {
    Dataset dataset = load(find_sources({file, {}, {}}, use), stop);
    return dataset;
}

Dataset Dataset::load(const std::vector<DataSource>& sources, const base::StopToken& stop) {
    Dataset dataset;
    std::string files;
    for (const DataSource& source : sources) {
        dataset.add_source(source, stop);
        files += (files.empty() ? "" : ", ") + source.chat_path.string();
    }
    if (dataset.size() == 0)
        throw Error(ErrorKind::Usage, "The data set has no items in " +
                                          (files.empty() ? "any file" : files) +
                                          ": nothing to train on.");
    return dataset;
}

Dataset Dataset::from_source(const DataSource& source) {
    Dataset dataset;
    dataset.add_source(source, {});
    return dataset;
}

void Dataset::add_source(const DataSource& source, const base::StopToken& stop) {
    indices_.push_back(ItemIndex::make(source.chat_path, stop));
    sources_.push_back(source);
    first_.push_back(first_.back() + indices_.back()->size());
}

std::size_t Dataset::source_of(std::size_t index) const {
    const auto after = std::upper_bound(first_.begin(), first_.end(), index);
    return static_cast<std::size_t>(after - first_.begin()) - 1;
}

DataItem Dataset::item(std::size_t index) const {
    if (index >= size())
        throw Error(ErrorKind::Internal,
                    "There is no item " + std::to_string(index) + " in the data set.");
    const std::size_t source = source_of(index);
    DataItem item =
        read_item(*indices_[source], index - first_[source], sources_[source].allow_absolute_media);
    item.source = static_cast<std::int32_t>(source);
    return item;
}

std::string Dataset::describe(const DataItem& item) const {
    return item_name(*indices_[static_cast<std::size_t>(item.source)],
                     static_cast<std::size_t>(item.position), item.id);
}

std::string Dataset::describe(std::size_t index) const {
    const std::size_t source = source_of(index);
    return item_name(*indices_[source], index - first_[source], "");
}

Dataset::Place Dataset::place_of(std::size_t index) const {
    const std::size_t source = source_of(index);
    const ItemIndex& items = *indices_[source];
    return {items.path(), static_cast<std::int64_t>(items.line(index - first_[source]))};
}

fs::path Dataset::find_medium(const DataItem& item, const std::string& name) const {
    std::error_code ignored;
    if (fs::path(name).is_absolute())
        return fs::is_regular_file(name, ignored) ? fs::path(name) : fs::path();
    for (const fs::path& folder : sources_[static_cast<std::size_t>(item.source)].folders) {
        if (fs::is_regular_file(folder / name, ignored)) return folder / name;
    }
    return {};
}

std::string Dataset::missing_medium(const std::string& name) {
    return name + (fs::path(name).is_absolute() ? " is not there" : " is in none of its folders");
}

std::string Dataset::fingerprint() const {
    std::string all = "2";  // version of what is summed up: since 2 the bytes of the lists, before
                            // that their items
    for (const auto& index : indices_)
        all += ";" + std::to_string(index->size()) + ":" + index->checksums();
    return base::text_sha256_hex(all);
}

void check_items(const Dataset& dataset, int threads, const base::StopToken& stop) {
    std::mutex mutex;
    std::size_t first = dataset.size();
    std::exception_ptr error;
    for_each_item(dataset.size(), threads, stop, "reading the items of the data set",
                  [&](std::size_t i) {
                      try {
                          dataset.item(i);
                      } catch (...) {
                          const std::lock_guard lock(mutex);
                          if (i < first) first = i, error = std::current_exception();
                      }
                  });
    if (error) std::rethrow_exception(error);
}

std::vector<std::int32_t> measure_lengths(const Dataset& dataset, int threads,
                                          const base::StopToken& stop) {
    std::vector<std::int32_t> lengths(dataset.size(), 0);
    for_each_item(dataset.size(), threads, stop, "reading the items of the data set",
                  [&](std::size_t i) {
                      try {
                          lengths[i] = rough_length(dataset.item(i));
                      } catch (const Error& error) {
                          if (error.kind() != ErrorKind::Format) throw;
                      }
                  });
    return lengths;
}

}  // namespace univi::training
