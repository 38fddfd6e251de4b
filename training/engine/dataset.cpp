#include "training/engine/dataset.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

constexpr std::size_t kMaxChatBytes = std::size_t{4} << 30;  // the published FINETUNE mix has files of over 1 GB

std::string item_name(const fs::path& file, std::size_t position, const std::string& id) {
    return file.string() + ", item " + std::to_string(position) + (id.empty() ? "" : " (id " + id + ")");
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++found;
    return found;
}

/// A medium's name must stay below its folder.
bool stays_inside(const std::string& name) {
    const fs::path path(name);
    return !name.empty() && path.is_relative() && name.find('\0') == std::string::npos &&
           std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

/// Reads one item; `fail` throws with the item's name.
class ItemReader {
  public:
    ItemReader(const fs::path& file, std::size_t position, const Json& json)
        : file_(file), position_(position), json_(json) {}

    DataItem read() {
        if (!json_.is_object()) fail("is no JSON object");
        if (const auto id = json_.find("id"); id != json_.end())
            item_.id = id->is_string() ? id->get<std::string>() : id->dump();
        read_media();
        read_messages();
        check_placeholders();
        item_.position = static_cast<std::int32_t>(position_);
        return std::move(item_);
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::Format, item_name(file_, position_, item_.id) + " " + what + ".");
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
            if (!stays_inside(name)) fail(std::string("names the ") + key + " \"" + name + "\", which leads out of its folder");
            item_.names.push_back(std::move(name));
        }
    }

    void read_messages() {
        const auto list = json_.find("conversations");
        if (list == json_.end() || !list->is_array() || list->empty()) fail("has no list \"conversations\"");
        for (const Json& each : *list) {
            const bool good = each.is_object() && each.contains("from") && each["from"].is_string() &&
                              each.contains("value") && each["value"].is_string();
            if (!good) fail("has a message without the texts \"from\" and \"value\"");
            text::Message message{each["from"].get<std::string>(), each["value"].get<std::string>()};
            if (message.from != "human" && message.from != "gpt")
                fail("has a message from \"" + message.from + "\"; only human and gpt are known");
            item_.messages.push_back(std::move(message));
        }
        // A first message from gpt is skipped in training, as upstream does; from there on they take turns.
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
        // Media that no placeholder shows are left out, as upstream does; the reverse cannot be meant.
        if (images + videos == 0) return;
        if (is_video && (videos != 1 || images != 0)) fail("has a video but not exactly one <video> in its messages");
        if (!is_video && videos != 0) fail("has <video> in its messages but no video");
        if (!is_video && images != pictures)
            fail("has " + std::to_string(pictures) + " pictures but <image> " + std::to_string(images) +
                 " times in its messages");
    }

    const fs::path& file_;
    std::size_t position_;
    const Json& json_;
    DataItem item_;
};

DataSource read_source(const Json& json, const fs::path& base_folder, const std::string& where) {
    DataSource source;
    if (!json.is_object() || !json.contains("chat_path"))
        throw Error(ErrorKind::Format, where + " has a source without \"chat_path\".");
    for (const auto& [name, value] : json.items()) {
        if (!value.is_string()) throw Error(ErrorKind::Format, where + ": " + name + " must be a path.");
        const fs::path path = base_folder / value.get<std::string>();
        if (name == "chat_path") source.chat_path = path;
        else source.folders.push_back(path);
    }
    return source;
}

std::vector<std::string> split_names(const std::string& use) {
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= use.size();) {
        const auto end = std::min(use.find('+', begin), use.size());
        if (end > begin) names.push_back(use.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

}  // namespace

Dataset Dataset::load(const fs::path& file, const std::string& use) {
    const Json json = base::read_json_file(file);
    if (!json.is_object()) throw Error(ErrorKind::Format, file.string() + " must be a JSON object: name -> list of sources.");
    Dataset dataset;
    for (const std::string& name : split_names(use)) {
        const auto found = json.find(name);
        if (found == json.end()) {
            std::string known;
            for (const auto& [each, unused] : json.items()) known += (known.empty() ? "" : ", ") + each;
            throw Error(ErrorKind::Usage, "--dataset_use " + name + " is not in " + file.string() + ", which has: " + known + ".");
        }
        const Json list = found->is_array() ? *found : Json::array({*found});
        for (const Json& each : list)
            dataset.add_source(read_source(each, file.parent_path(), file.string() + ", data set " + name));
    }
    if (dataset.items_.empty())
        throw Error(ErrorKind::Usage, "The data set \"" + use + "\" of " + file.string() + " has no items: nothing to train on.");
    return dataset;
}

Dataset Dataset::from_source(const DataSource& source) {
    Dataset dataset;
    dataset.add_source(source);
    return dataset;
}

void Dataset::add_source(const DataSource& source) {
    const auto index = static_cast<std::int32_t>(sources_.size());
    sources_.push_back(source);
    const Json list = base::read_json_file(source.chat_path, kMaxChatBytes);
    if (!list.is_array()) throw Error(ErrorKind::Format, source.chat_path.string() + " must be a JSON list of items.");
    items_.reserve(items_.size() + list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        items_.push_back(ItemReader(source.chat_path, i, list[i]).read());
        items_.back().source = index;
    }
}

std::string Dataset::describe(const DataItem& item) const {
    return item_name(sources_[static_cast<std::size_t>(item.source)].chat_path,
                     static_cast<std::size_t>(item.position), item.id);
}

fs::path Dataset::find_medium(const DataItem& item, const std::string& name) const {
    for (const fs::path& folder : sources_[static_cast<std::size_t>(item.source)].folders) {
        std::error_code ignored;
        if (fs::is_regular_file(folder / name, ignored)) return folder / name;
    }
    return {};
}

std::string Dataset::fingerprint() const {
    std::string all;
    for (const DataItem& item : items_) {
        all += item.id + '\x1f';
        for (const auto& name : item.names) all += name + '\x1f';
        for (const auto& message : item.messages) all += message.value + '\x1f';
        all += '\x1e';
        if (all.size() > (1U << 20)) all = base::sha256_hex(std::as_bytes(std::span(all)));
    }
    return base::sha256_hex(std::as_bytes(std::span(all)));
}

}  // namespace univi::training
