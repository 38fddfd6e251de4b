#include "core/model/checkpoint_folder.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/printable.h"
#include "core/base/stand_in.h"
#include "core/base/zip_reader.h"
#include "core/model/safetensors.h"
#include "core/model/torch_file.h"

namespace univi::model {

namespace fs = std::filesystem;

namespace {

using base::Error;
using base::ErrorKind;
using base::in_quotes;

constexpr std::size_t kMaxIndexBytes = 4 << 20;  // a 70B model's index has 70 KB

struct Layout {
    const char* name;
    bool is_index;
};

/// In order of preference: safetensors before pickles, one file before shards (as transformers
/// looks for them).
constexpr Layout kLayouts[] = {{"model.safetensors", false},
                               {"model.safetensors.index.json", true},
                               {"pytorch_model.bin", false},
                               {"pytorch_model.bin.index.json", true}};

const Layout* find_layout(const fs::path& folder) {
    std::error_code error;
    for (const Layout& layout : kLayouts) {
        if (fs::is_regular_file(folder / layout.name, error)) return &layout;
    }
    return nullptr;
}

/// Shard names are plain file names: nothing in an index leads out of the folder.
void check_shard_name(const fs::path& index, const std::string& shard) {
    const bool plain = !shard.empty() && shard.size() < 256 && shard.find('/') == shard.npos &&
                       shard.find('\\') == shard.npos && shard.find('\0') == shard.npos &&
                       shard != "." && shard != "..";
    if (!plain) {
        throw Error(ErrorKind::Format, index.string() + ": weight_map names the shard " +
                                           in_quotes(shard) +
                                           ", expected a file name inside the model folder");
    }
}

/// Tensor name -> shard.
std::map<std::string, std::string> read_index(const fs::path& path) {
    const base::Json index = base::read_json_file(path, kMaxIndexBytes);
    const auto found = index.is_object() ? index.find("weight_map") : index.end();
    if (found == index.end() || !found->is_object()) {
        throw Error(
            ErrorKind::Format,
            path.string() + ": has no weight_map, expected an object of tensor and file names");
    }
    std::map<std::string, std::string> shard_of;
    for (const auto& [name, shard] : found->items()) {
        if (!shard.is_string()) {
            throw Error(ErrorKind::Format,
                        path.string() + ": weight_map gives no file name for " + in_quotes(name));
        }
        shard_of[name] = shard.get<std::string>();
        check_shard_name(path, shard_of[name]);
    }
    if (shard_of.empty()) throw Error(ErrorKind::Format, path.string() + ": weight_map is empty");
    return shard_of;
}

/// "a, b, c and 17 more"
std::string listed(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i)
        text += (i == 0 ? "" : ", ") + in_quotes(names[i]);
    if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
    return text;
}

TensorTable read_shards(const fs::path& index) {
    const auto shard_of = read_index(index);
    std::set<std::string> shards;
    for (const auto& [name, shard] : shard_of) shards.insert(shard);
    std::vector<std::string> absent;
    std::error_code error;
    for (const std::string& shard : shards) {
        if (!fs::exists(index.parent_path() / shard, error)) absent.push_back(shard);
    }
    if (!absent.empty()) {
        throw Error(ErrorKind::File, index.string() + ": the shards " + listed(absent) +
                                         " are missing from the folder: download the model whole");
    }
    // As transformers loads them: an index only says which files to read. It may list names that no
    // shard holds (a tied lm_head, computed buffers) and lack others; whoever asks for a tensor
    // that is nowhere learns it by name.
    TensorTable table;
    for (const std::string& shard : shards) {
        for (auto& [name, view] : read_tensor_file(index.parent_path() / shard)) {
            const auto listed_in = shard_of.find(name);
            if (listed_in != shard_of.end() && listed_in->second == shard) {
                table.insert_or_assign(name, std::move(view));
                continue;
            }
            if (!table.emplace(name, std::move(view)).second && listed_in == shard_of.end())
                throw Error(ErrorKind::Format, index.string() + ": the tensor " + in_quotes(name) +
                                                   " is in two shards, and it lists neither");
        }
    }
    return table;
}

}  // namespace

TensorTable read_tensor_file(const std::filesystem::path& path) {
    // A zip archive has its magic; safetensors has a JSON object after 8 bytes; anything else gets
    // read_torch_file's refusal, but for what is named safetensors.
    const auto file = base::MappedFile::open(path);
    const auto bytes = file->bytes();
    constexpr std::size_t kStart = 4096;
    base::refuse_stand_in(
        path, {reinterpret_cast<const char*>(bytes.data()), std::min(kStart, bytes.size())},
        "weights");
    const bool is_safetensors =
        path.extension() == ".safetensors" || (bytes.size() > 8 && bytes[8] == std::byte{'{'});
    if (is_safetensors && !base::ZipReader::looks_like_zip(bytes)) return read_safetensors(path);
    return read_torch_file(path);
}

bool has_weights(const fs::path& folder) {
    return find_layout(folder) != nullptr;
}

TensorTable read_checkpoint_folder(const fs::path& folder) {
    const Layout* layout = find_layout(folder);
    if (!layout) {
        throw Error(ErrorKind::File,
                    folder.string() +
                        " holds no weights: expected model.safetensors, pytorch_model.bin or "
                        "an index of shards");
    }
    const fs::path path = folder / layout->name;
    return layout->is_index ? read_shards(path) : read_tensor_file(path);
}

}  // namespace univi::model
