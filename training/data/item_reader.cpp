#include "training/data/item_reader.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/json.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::Json;
using Fault = ItemError::Fault;

namespace {

constexpr const char* kImage = "<image>";
constexpr const char* kVideo = "<video>";

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size()))
        ++found;
    return found;
}

bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

/// A value that stands for "no picture" where a picture's name is expected.
bool is_none(const Json& value) {
    if (value.is_array()) return std::all_of(value.begin(), value.end(), is_none);
    return value.is_null() || (value.is_string() && is_blank(value.get_ref<const std::string&>()));
}

bool leads_out(const fs::path& path) {
    return std::any_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

bool is_windows_path(const std::string& name) {
    return name.size() > 2 && std::isalpha(static_cast<unsigned char>(name[0])) && name[1] == ':' &&
           name[2] == '/';
}

enum class Speaker { Human, Gpt, System };

struct Role {
    const char* name;
    Speaker speaker;
    bool is_chat;  ///< of the common form of chats, not the reference's
};

constexpr Role kRoles[] = {{"human", Speaker::Human, false},
                           {"gpt", Speaker::Gpt, false},
                           {"user", Speaker::Human, true},
                           {"assistant", Speaker::Gpt, true},
                           {"system", Speaker::System, true}};

const Role* find_role(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    const auto found = std::find_if(std::begin(kRoles), std::end(kRoles),
                                    [&](const Role& each) { return name == each.name; });
    return found == std::end(kRoles) ? nullptr : found;
}

/// The speaker as core/text knows it.
const char* name_of(Speaker speaker) {
    switch (speaker) {
        case Speaker::Human:
            return "human";
        case Speaker::Gpt:
            return "gpt";
        default:
            return "system";
    }
}

class ItemReader {
  public:
    ItemReader(const ItemIndex& index, std::size_t position, bool allow_absolute_media)
        : index_(index), position_(position), allow_absolute_media_(allow_absolute_media) {}

    DataItem read() {
        parse();
        if (!json_.is_object()) fail("is no JSON object");
        if (const auto id = json_.find("id"); id != json_.end())
            item_.id = id->is_string() ? id->get<std::string>() : id->dump();
        for (const char* key : {"image", "images"}) add_names(key, "image", pictures_);
        for (const char* key : {"video", "videos"}) add_names(key, "video", videos_);
        read_messages();
        settle_media();
        check_placeholders();
        item_.position = static_cast<std::int64_t>(position_);
        return std::move(item_);
    }

  private:
    [[noreturn]] void fail(const std::string& what, Fault fault = Fault::Shape) const {
        throw ItemError(fault, item_name(index_, position_, item_.id), " " + what + ".");
    }

    void parse() {
        const std::string text = index_.text(position_);
        try {
            json_ = base::parse_json(text, "");
            return;
        } catch (const Error&) {
        }
        // Parsed again for the words of the refusal: finding the line costs a look into the file.
        const std::string name = item_name(index_, position_, "");
        try {
            json_ = base::parse_json(text, name);
        } catch (const Error& error) {
            const bool is_last = index_.is_json_lines() && position_ + 1 == index_.size();
            throw ItemError(Fault::Json, name,
                            std::string(error.what()).substr(name.size()) +
                                (is_last ? " (the last line of the file: it may be cut off)" : ""));
        }
    }

    /// Names under `key`, which may be one name, a list of names, or nothing.
    void add_names(const char* key, const char* kind, std::vector<std::string>& names) {
        const auto value = json_.find(key);
        if (value == json_.end() || is_none(*value)) return;
        if (!value->is_array()) return add_name(*value, kind, names);
        for (const Json& each : *value) add_name(each, kind, names);
    }

    void add_name(const Json& value, const char* kind, std::vector<std::string>& names) {
        if (!value.is_string() || is_none(value))
            fail(std::string("has an ") + kind + " that is no file name");
        std::string name = value.get<std::string>();
        std::replace(name.begin(), name.end(), '\\', '/');
        check_name(name, kind);
        names.push_back(std::move(name));
    }

    void check_name(std::string& name, const char* kind) {
        const std::string named = std::string("names the ") + kind + " \"" + name + "\"";
        if (name.starts_with("file://")) name.erase(0, std::string("file://").size());
        if (name.starts_with("http://") || name.starts_with("https://"))
            fail(named + ", an address: only files are read, so download it first");
        if (name.starts_with("data:"))
            fail("holds its " + std::string(kind) + " as data: only files are read");
        if (is_windows_path(name))
            fail(named + ", an absolute path of Windows: name it relative to its folder",
                 Fault::AbsolutePath);
        if (name.find('\0') != std::string::npos || leads_out(name))
            fail(named + ", which leads out of its folder");
        if (fs::path(name).is_absolute() && !allow_absolute_media_)
            fail(named +
                     ", an absolute path, which its source does not allow: write "
                     "\"allow_absolute_media\": true into the source in the datasets file, or "
                     "name it relative to the source's folder",
                 Fault::AbsolutePath);
    }

    void read_messages() {
        const bool has_chat_key = !json_.contains("conversations") && json_.contains("messages");
        item_.form.chat_keys = has_chat_key;
        const auto list = json_.find(has_chat_key ? "messages" : "conversations");
        if (list == json_.end() || !list->is_array() || list->empty())
            fail("has no list \"conversations\" (or \"messages\")");
        for (const Json& each : *list) read_message(each);
        check_turns();
    }

    void read_message(const Json& json) {
        const Json* from = field(json, "from", "role");
        const Json* value = field(json, "value", "content");
        if (!from || !from->is_string() || !value)
            fail(
                "has a message without the texts \"from\" and \"value\" (or \"role\" and "
                "\"content\")");
        const std::string name = from->get<std::string>();
        const Role* role = find_role(name);
        if (!role)
            fail("has a message from \"" + name +
                 "\"; known are human and gpt, user and assistant, and system");
        std::string text = read_content(*value);
        if (role->speaker == Speaker::System && item_.messages.empty() && is_blank(text)) return;
        item_.form.chat_roles |= role->is_chat && role->speaker != Speaker::System;
        item_.form.system |= role->speaker == Speaker::System;
        item_.messages.push_back({name_of(role->speaker), std::move(text)});
    }

    /// The value of a message under its key of the reference's form or of the common one.
    const Json* field(const Json& json, const char* own, const char* common) {
        if (!json.is_object()) return nullptr;
        if (const auto found = json.find(own); found != json.end()) return &*found;
        const auto found = json.find(common);
        if (found == json.end()) return nullptr;
        item_.form.chat_keys = true;
        return &*found;
    }

    /// A text, or parts of which pictures and videos become placeholders where they stand.
    std::string read_content(const Json& value) {
        if (value.is_string()) return value.get<std::string>();
        if (!value.is_array()) fail("has a message whose content is no text");
        std::string text;
        for (const Json& part : value) {
            const Json* type = part.is_object() && part.contains("type") ? &part["type"] : nullptr;
            const std::string kind = type && type->is_string() ? type->get<std::string>() : "";
            if (kind == "text" && part.contains("text") && part["text"].is_string()) {
                text += part["text"].get<std::string>();
            } else if (kind == "image" || kind == "image_url") {
                text += std::string(kImage) + "\n";
                add_part(part, kind, "image", pictures_);
            } else if (kind == "video" || kind == "video_url") {
                text += std::string(kVideo) + "\n";
                add_part(part, kind, "video", videos_);
            } else {
                fail("has a message with a part that is neither text, image nor video");
            }
        }
        return text;
    }

    /// The name that a part holds; without one the item's own list names the medium.
    void add_part(const Json& part, const std::string& key, const char* kind,
                  std::vector<std::string>& names) {
        for (const std::string& each : std::vector<std::string>{key, "path", "url"}) {
            if (!part.contains(each) || is_none(part[each])) continue;
            const Json& value = part[each];
            const bool is_wrapped = value.is_object() && value.contains("url");
            return add_name(is_wrapped ? value["url"] : value, kind, names);
        }
    }

    /// A system message comes first. A first message from gpt is skipped in training, as upstream
    /// does; from there on human and gpt take turns.
    void check_turns() const {
        const auto& messages = item_.messages;
        std::size_t first = !messages.empty() && messages[0].from == "system" ? 1 : 0;
        if (first == messages.size()) fail("has no message from human (or user)");
        if (messages[first].from == "gpt") ++first;
        for (std::size_t i = first; i < messages.size(); ++i) {
            if (messages[i].from == "system")
                fail("has a system message that is not the first message");
            if ((messages[i].from == "gpt") != ((i - first) % 2 == 1))
                fail("has messages in which human and gpt (user and assistant) do not take turns");
        }
    }

    void settle_media() {
        if (!pictures_.empty() && !videos_.empty()) fail("has both an image and a video");
        if (videos_.size() > 1) fail("must name one video");
        if (!pictures_.empty()) item_.media = DataItem::Media::Pictures;
        if (!videos_.empty()) item_.media = DataItem::Media::Video;
        item_.names = std::move(pictures_.empty() ? videos_ : pictures_);
    }

    void check_placeholders() const {
        std::size_t images = 0, videos = 0;
        for (const auto& message : item_.messages) {
            images += count(message.value, kImage);
            videos += count(message.value, kVideo);
            if (message.from == "system" && images + videos > 0)
                fail("has a placeholder in its system message", Fault::Placeholders);
        }
        const bool is_video = item_.media == DataItem::Media::Video;
        const std::size_t pictures = is_video ? 0 : item_.names.size();
        // Media that no placeholder shows are left out, as upstream does; the reverse
        // cannot be meant.
        if (images + videos == 0) return;
        if (is_video && (videos != 1 || images != 0))
            fail("has a video but not exactly one <video> in its messages", Fault::Placeholders);
        if (!is_video && videos != 0)
            fail("has <video> in its messages but no video", Fault::Placeholders);
        if (!is_video && images != pictures)
            fail("has " + std::to_string(pictures) + " pictures but <image> " +
                     std::to_string(images) + " times in its messages",
                 Fault::Placeholders);
    }

    const ItemIndex& index_;
    std::size_t position_;
    bool allow_absolute_media_;
    Json json_;
    std::vector<std::string> pictures_, videos_;
    DataItem item_;
};

}  // namespace

std::string item_name(const ItemIndex& index, std::size_t position, const std::string& id) {
    return index.path().string() + ":" + std::to_string(index.line(position)) + ", item " +
           std::to_string(position) + (id.empty() ? "" : " (id " + id + ")");
}

DataItem read_item(const ItemIndex& index, std::size_t position, bool allow_absolute_media) {
    return ItemReader(index, position, allow_absolute_media).read();
}

}  // namespace univi::training
