#include "ui/models/cached_models.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/base/paths.h"

namespace univi::ui {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxConfigBytes = 1 << 20, kMaxIndexBytes = 16 << 20;

std::string textOf(const base::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Size of a file; nullopt when it is missing, as the target of a link to a download that was
/// cut off is.
std::optional<qint64> fileBytes(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    const std::uintmax_t bytes = fs::file_size(path, error);
    return error ? std::nullopt : std::optional(qint64(bytes));
}

/// A Chat-UniVi model, or a LLaMA with a projector for pictures under its language model's type. A
/// plain language model cannot be loaded here.
bool isChatModel(const fs::path& folder) {
    const base::Json config = base::read_json_file(folder / "config.json", kMaxConfigBytes);
    if (!config.is_object()) return false;
    const std::string type = textOf(config, "model_type");
    return type == "ChatUniVi" || (type == "llama" && !textOf(config, "mm_vision_tower").empty());
}

/// The sum over the shards that an index names; nullopt when one is missing.
std::optional<qint64> shardBytes(const fs::path& folder, const char* indexName) {
    const base::Json index = base::read_json_file(folder / indexName, kMaxIndexBytes);
    const auto map = index.is_object() ? index.find("weight_map") : index.end();
    if (map == index.end() || !map->is_object()) return std::nullopt;
    std::set<std::string> files;
    for (const auto& entry : *map)
        if (entry.is_string()) files.insert(entry.get<std::string>());
    qint64 sum = 0;
    for (const std::string& file : files) {
        const bool isPlain = fs::path(file).filename() == file;
        const auto bytes = isPlain ? fileBytes(folder / file) : std::nullopt;
        if (!bytes) return std::nullopt;
        sum += *bytes;
    }
    return files.empty() ? std::nullopt : std::optional(sum);
}

/// In the order in which the engine prefers them.
std::optional<qint64> weightBytes(const fs::path& folder) {
    for (const char* kind : {"model.safetensors", "pytorch_model.bin"}) {
        if (const auto bytes = fileBytes(folder / kind)) return bytes;
        const std::string index = std::string(kind) + ".index.json";
        if (fileBytes(folder / index)) return shardBytes(folder, index.c_str());
    }
    return std::nullopt;
}

std::optional<CachedModel> lookAt(const base::CachedRepository& repository) {
    const fs::path& folder = repository.snapshot;
    if (!fileBytes(folder / "config.json") || !isChatModel(folder)) return std::nullopt;
    const auto bytes = weightBytes(folder);
    if (!bytes || !fileBytes(folder / "tokenizer.model")) return std::nullopt;
    return CachedModel{QString::fromStdString(repository.name),
                       QString::fromStdString(folder.string()), *bytes};
}

}  // namespace

QList<CachedModel> findCachedModels() {
    QList<CachedModel> models;
    try {
        for (const base::CachedRepository& repository : base::hugging_face_repositories()) {
            try {
                if (auto model = lookAt(repository)) models << *model;
            } catch (const base::Error& error) {
                base::log_warning("the cached model " + repository.name +
                                  " is not shown: " + error.what());
            }
        }
    } catch (const base::Error& error) {
        base::log_warning(std::string("the Hugging Face cache is not shown: ") + error.what());
    }
    return models;
}

}  // namespace univi::ui
