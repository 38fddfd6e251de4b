#include "core/model/checkpoint_assembly.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/base/paths.h"
#include "core/model/adapter_folder.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/lora.h"
#include "core/model/model_folder.h"

namespace univi::model {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(base::ErrorKind kind, const std::string& sentence) {
    throw base::Error(kind, sentence);
}

void report(const LoadOptions& options, double fraction, const std::string& what) {
    base::throw_if_stopped(options.stop, "loading the model");
    if (options.progress) options.progress(fraction, what);
}

/// mm_projector tensors of a file under the names the model asks for. Files of the reference spell
/// them "model.mm_projector.weight"; merged trainables carry longer prefixes.
void put_projector(WeightSource& source, const fs::path& file, bool round_to_half) {
    bool any = false;
    for (const auto& [name, view] : read_tensor_file(file)) {
        const std::size_t at = name.find("mm_projector.");
        if (at == std::string::npos) continue;
        TensorView stored = round_to_half ? to_view(to_tensor(view).to(c10::kHalf)) : view;
        source.override_tensor("model." + name.substr(at), std::move(stored));
        any = true;
    }
    if (!any) fail(base::ErrorKind::Model, file.string() + " holds no mm_projector weights.");
}

std::string named_base(const fs::path& folder) {
    const bool adapter = AdapterFolder(folder).exists();
    const base::Json config = base::read_json_file(
        folder / (adapter ? "adapter_config.json" : "config.json"), std::size_t{16} << 20);
    const std::string field = adapter ? "base_model_name_or_path" : "_name_or_path";
    return base::take_path(config, field, field + "_bytes");
}

fs::path find_base(const LoadOptions& options) {
    if (!options.model_base.empty()) {
        if (!fs::is_directory(options.model_base))
            fail(base::ErrorKind::File,
                 "The base model folder " + options.model_base.string() + " does not exist.");
        return options.model_base;
    }
    const std::string name = named_base(options.model);
    fs::path found = find_named_folder(name, options.model);
    if (found.empty() && !name.empty())
        found = base::find_in_hugging_face_cache(name).value_or(fs::path());
    if (found.empty())
        fail(base::ErrorKind::Model, options.model.string() + " holds only a part of a model" +
                                         (name.empty() ? "" : " (its base is " + name + ")") +
                                         ": give the folder of its base with --model-base.");
    return found;
}

FolderKind kind_of(const LoadOptions& options) {
    const fs::path& folder = options.model;
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        fail(base::ErrorKind::File, "The model folder " + folder.string() + " does not exist.");
    if (AdapterFolder(folder).exists()) return FolderKind::Lora;
    const bool projector = fs::exists(folder / kProjectorFile);
    if (projector && (!options.model_base.empty() || !has_weights(folder)))
        return FolderKind::Projector;
    if (!fs::exists(folder / "config.json"))
        fail(base::ErrorKind::Model,
             folder.string() + " is not a Chat-UniVi model: it has no config.json.");
    if (!has_weights(folder))
        fail(base::ErrorKind::Model,
             folder.string() +
                 " has a config.json but no weights (model.safetensors or pytorch_model.bin).");
    return FolderKind::Full;
}

WeightSource read_source(const fs::path& folder) {
    return {read_checkpoint_folder(folder), folder.string()};
}

/// Weights in 8 or 4 bits take no adapter and do not learn.
void check_stored_bits(const LoadOptions& options, FolderKind kind, const fs::path& base,
                       const ModelConfig& config) {
    const bool merges = kind == FolderKind::Lora;
    if (!merges && !options.placement.materialize) return;
    const int bits = merges ? read_model_config(base).stored_bits : config.stored_bits;
    if (bits == 0) return;
    fail(base::ErrorKind::Model, base.string() + " holds its weights in " + std::to_string(bits) +
                                     " bits, which " +
                                     (merges ? "take no LoRA adapter" : "cannot be trained") +
                                     ": give the folder that it was made from.");
}

}  // namespace

fs::path find_named_folder(const std::string& name, const fs::path& folder) {
    if (name.empty()) return {};
    std::error_code ignored;
    const fs::path absolute = fs::absolute(folder, ignored);
    for (const fs::path& root :
         {fs::path(), absolute, absolute.parent_path(), absolute.parent_path().parent_path()}) {
        const fs::path candidate = root / name;
        if (fs::is_regular_file(candidate / "config.json", ignored)) return candidate;
    }
    return {};
}

CheckpointFolders find_checkpoint_folders(const LoadOptions& options) {
    CheckpointFolders folders;
    folders.kind = kind_of(options);
    folders.base = folders.kind == FolderKind::Full ? options.model : find_base(options);
    folders.config = fs::exists(options.model / "config.json") ? options.model : folders.base;
    return folders;
}

AssembledCheckpoint assemble_checkpoint(const LoadOptions& options) {
    report(options, 0.0, "reading the configuration");
    const auto [kind, config_folder, base] = find_checkpoint_folders(options);
    ModelConfig config = read_model_config(config_folder);
    check_stored_bits(options, kind, base, config);
    report(options, 0.05, "reading the weights");
    WeightSource source = read_source(base);
    if (kind == FolderKind::Lora) {
        report(options, 0.3, "merging the LoRA adapter");
        merge_lora(source, config.language, options.model, options.placement.compute_dtype,
                   options.stop, options.check_only);
    }
    // The reference keeps the projector of such a folder in half precision, so its
    // numbers are reproduced.
    if (kind == FolderKind::Projector)
        put_projector(source, options.model / kProjectorFile, /*round_to_half=*/true);
    if (!options.projector.empty())
        put_projector(source, options.projector, /*round_to_half=*/false);
    return {std::move(config), config_folder, std::move(source)};
}

}  // namespace univi::model
