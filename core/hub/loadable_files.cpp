#include "core/hub/loadable_files.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace univi::hub {

namespace {

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

std::string_view folder_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

/// What a person or the loader reads beside the weights.
bool is_small(std::string_view name) {
    for (const char* end : {".json", ".model", ".txt", ".md", ".jinja"})
        if (name.ends_with(end)) return true;
    return name.starts_with("LICENSE") || name.starts_with("NOTICE");
}

/// PyTorch's name of weights that another program would write as safetensors: "model" for
/// "pytorch_model-00001-of-00002.bin" and its index. Empty for other files.
std::string_view twin_of(std::string_view name) {
    if (name.starts_with("pytorch_model")) return "model";
    if (name.starts_with("adapter_model.bin")) return "adapter_model";
    return {};
}

bool is_torch(std::string_view name) {
    return !twin_of(name).empty() || name == "mm_projector.bin" ||
           name == "non_lora_trainables.bin";
}

}  // namespace

std::vector<std::string> loadable_files(const std::vector<std::string>& files) {
    std::set<std::pair<std::string_view, std::string_view>> safe;  // folder, "model"
    for (const std::string& path : files) {
        const std::string_view name = name_of(path);
        if (!name.ends_with(".safetensors")) continue;
        for (const std::string_view kind : {"model", "adapter_model"})
            if (name.starts_with(kind)) safe.emplace(folder_of(path), kind);
    }
    const auto is_wanted = [&](const std::string& path) {
        const std::string_view name = name_of(path), twin = twin_of(name);
        if (!twin.empty() && safe.contains({folder_of(path), twin})) return false;
        return is_small(name) || name.ends_with(".safetensors") || is_torch(name);
    };
    std::vector<std::string> out;
    std::ranges::copy_if(files, std::back_inserter(out), is_wanted);
    return out.empty() ? files : out;
}

}  // namespace univi::hub
