#include "training/engine/dataset.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "training/engine/parallel_items.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

std::string item_name(const ItemIndex& index, std::size_t position, const std::string& id) {
    return index.path().string() + ":" + std::to_string(index.line(position)) + ", item " +
           std::to_string(position) + (id.empty() ? "" : " (id " + id + ")");
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size()))
        ++found;
    return found;
}

/// A medium's name must stay below its folder.
bool stays_inside(const std::string& name) {
    const fs::path path(name);
    return !name.empty() && path.is_relative() && name.find('\0') == std::string::npos &&
           std::none_of(path.begin(), path.end(),
                        [](const fs::path& part) { return part == ".."; });
}

/// Reads one item; `fail` throws with the item's name.
class ItemReader {
  public:
    ItemReader(const ItemIndex& index, std::size_t position) : index_(index), position_(position) {
        const std::string text = index.text(position);
        try {
            json_ = base::parse_json(text, "");
        } catch (const Error&) {
            // Parsed again for the words of the refusal: finding the line costs a look into the
            // file.
            try {
                json_ = base::parse_json(text, item_name(index, position, ""));
            } catch (const Error& error) {
                throw ItemError(ItemError::Fault::Json, error.what());
            }
        }
    }

    DataItem read() {
        if (!json_.is_object()) fail("is no JSON object");
        if (const auto id = json_.find("id"); id != json_.end())
            item_.id = id->is_string() ? id->get<std::string>() : id->dump();
        read_media();
        read_messages();
        check_placeholders();
        item_.position = static_cast<std::int64_t>(position_);
        return std::move(item_);
    }

  private:
    [[noreturn]] void fail(const std::string& what,
                           ItemError::Fault fault = ItemError::Fault::Shape) const {
        throw ItemError(fault, item_name(index_, position_, item_.id) + " " + what + ".");
    }

    void read_media() {
        const auto image = json_.find("image"), video = json_.find("video");
        const bool has_image = image != json_.end() && !image->is_null();
        const bool has_video = video != json_.end() && !video->is_null();
        if (has_image && has_video) fail("has both an image and a video");
        if (!has_image && !has_video) return;
        item_.media = has_image ? DataItem::Media::Pictures : DataItem::Media::Video;
        add_names(has_image ? *image : *video, has_image ? "image" : "video");
        if (has_video && item_.names.size() != 1) fail("must name one video");
    }

    void add_names(const Json& value, const char* key) {
        const Json list = value.is_array() ? value : Json::array({value});
        for (const Json& each : list) {
            if (!each.is_string()) fail(std::string("has an ") + key + " that is no file name");
            std::string name = each.get<std::string>();
            std::replace(name.begin(), name.end(), '\\', '/');
            if (!stays_inside(name))
                fail(std::string("names the ") + key + " \"" + name +
                     "\", which leads out of its folder");
            item_.names.push_back(std::move(name));
        }
    }

    void read_messages() {
        const auto list = json_.find("conversations");
        if (list == json_.end() || !list->is_array() || list->empty())
            fail("has no list \"conversations\"");
        for (const Json& each : *list) {
            const bool good = each.is_object() && each.contains("from") &&
                              each["from"].is_string() && each.contains("value") &&
                              each["value"].is_string();
            if (!good) fail("has a message without the texts \"from\" and \"value\"");
            text::Message message{each["from"].get<std::string>(),
                                  each["value"].get<std::string>()};
            if (message.from != "human" && message.from != "gpt")
                fail("has a message from \"" + message.from + "\"; only human and gpt are known");
            item_.messages.push_back(std::move(message));
        }
        // A first message from gpt is skipped in training, as upstream does; from there on they
        // take turns.
        const std::size_t first = item_.messages[0].from == "gpt" ? 1 : 0;
        for (std::size_t i = first; i < item_.messages.size(); ++i)
            if ((item_.messages[i].from == "gpt") != ((i - first) % 2 == 1))
                fail("has messages in which human and gpt do not take turns");
    }

    void check_placeholders() const {
        std::size_t images = 0, videos = 0;
        for (const auto& message : item_.messages) {
            images += count(message.value, "<image>");
            videos += count(message.value, "<video>");
        }
        const bool is_video = item_.media == DataItem::Media::Video;
        const std::size_t pictures = is_video ? 0 : item_.names.size();
        // Media that no placeholder shows are left out, as upstream does; the reverse cannot be
        // meant.
        constexpr auto kFault = ItemError::Fault::Placeholders;
        if (images + videos == 0) return;
        if (is_video && (videos != 1 || images != 0))
            fail("has a video but not exactly one <video> in its messages", kFault);
        if (!is_video && videos != 0) fail("has <video> in its messages but no video", kFault);
        if (!is_video && images != pictures)
            fail("has " + std::to_string(pictures) + " pictures but <image> " +
                     std::to_string(images) + " times in its messages",
                 kFault);
    }

    const ItemIndex& index_;
    std::size_t position_;
    Json json_;
    DataItem item_;
};

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
    DataItem item = ItemReader(*indices_[source], index - first_[source]).read();
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

fs::path Dataset::find_medium(const DataItem& item, const std::string& name) const {
    for (const fs::path& folder : sources_[static_cast<std::size_t>(item.source)].folders) {
        std::error_code ignored;
        if (fs::is_regular_file(folder / name, ignored)) return folder / name;
    }
    return {};
}

std::string Dataset::fingerprint() const {
    std::string all = "2";  // version of what is summed up: since 2 the bytes of the lists, before
                            // that their items
    for (const auto& index : indices_)
        all += ";" + std::to_string(index->size()) + ":" + index->checksums();
    return base::sha256_hex(std::as_bytes(std::span(all)));
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
