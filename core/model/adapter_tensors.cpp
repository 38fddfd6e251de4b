#include "core/model/adapter_tensors.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/printable.h"
#include "core/model/adapter_config.h"

namespace univi::model {

namespace fs = std::filesystem;

namespace {

TensorTable read_file(const fs::path& folder) {
    std::error_code error;
    for (const char* name : {"adapter_model.safetensors", "adapter_model.bin"})
        if (fs::exists(folder / name, error)) return read_tensor_file(folder / name);
    throw base::Error(base::ErrorKind::File,
                      folder.string() +
                          " has adapter_config.json but neither adapter_model.safetensors nor "
                          "adapter_model.bin.");
}

/// A tensor's name cut at one of PEFT's parts: "q_proj.lora_A.default.weight" is the module
/// "q_proj", the part "lora_A", and "weight" behind the adapter's name.
struct SplitName {
    std::string module, part, rest;
};

constexpr std::string_view kParts[] = {"lora_A",
                                       "lora_B",
                                       "lora_embedding_A",
                                       "lora_embedding_B",
                                       "lora_magnitude_vector",
                                       "token_adapter.trainable_tokens_delta",
                                       "modules_to_save",
                                       "original_module",
                                       "base_layer"};

/// What stands behind the part without the adapter's name: "default.weight" -> "weight",
/// "default" -> "".
std::string without_adapter_name(const std::string& rest) {
    for (const std::string tail : {"weight", "bias"})
        if (rest == tail || rest.ends_with("." + tail)) return tail;
    return "";
}

SplitName split(std::string name) {
    for (const std::string prefix : {"base_model.model.", "_fsdp_wrapped_module."})
        if (name.starts_with(prefix)) name.erase(0, prefix.size());
    for (const std::string_view part : kParts) {
        const std::string inner = "." + std::string(part);
        const std::size_t at = name.find(inner);
        if (at == std::string::npos) continue;
        const std::string rest = name.substr(at + inner.size());
        if (!rest.empty() && rest.front() != '.') continue;
        return {name.substr(0, at), std::string(part),
                without_adapter_name(rest.empty() ? rest : rest.substr(1))};
    }
    return {name, "", ""};
}

/// Sorts the tensors of one file.
class Sorter {
  public:
    explicit Sorter(const fs::path& folder) : folder_(folder) {}

    AdapterTensors run() {
        for (auto& [name, view] : read_file(folder_)) add(name, std::move(view));
        for (const auto* modules : {&tensors_.linear, &tensors_.embeddings})
            for (const auto& [module, matrices] : *modules) {
                if (!matrices.a) refuse("lora_A of " + module + " is missing");
                if (!matrices.b) refuse("lora_B of " + module + " is missing");
            }
        return std::move(tensors_);
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const { refuse_adapter(folder_, what); }
    [[noreturn]] void refuse_stray(const std::string& name) const {
        refuse("it holds " + base::in_quotes(name) + ", which is no part of a LoRA adapter");
    }

    void put(std::optional<TensorView>& place, const std::string& name, TensorView view) const {
        if (place) refuse("it holds " + base::in_quotes(name) + " of a second adapter");
        place = std::move(view);
    }

    void add(const std::string& name, TensorView view) {
        const SplitName at = split(name);
        if (at.part == "lora_A" || at.part == "lora_B") {
            if (at.rest == "bias")
                refuse("it holds " + base::in_quotes(name) +
                       " (lora_bias), for which LLaMA's layers have no place");
            if (at.rest != "weight") refuse_stray(name);
            AdapterMatrices& own = tensors_.linear[at.module];
            put(at.part == "lora_A" ? own.a : own.b, name, std::move(view));
        } else if (at.part == "lora_embedding_A" || at.part == "lora_embedding_B") {
            AdapterMatrices& own = tensors_.embeddings[at.module];
            put(at.part == "lora_embedding_A" ? own.a : own.b, name, std::move(view));
        } else if (at.part == "lora_magnitude_vector") {
            put(tensors_.linear[at.module].lengths, name, std::move(view));
        } else if (at.part == "token_adapter.trainable_tokens_delta") {
            tensors_.token_rows.insert_or_assign(at.module, std::move(view));
        } else {
            add_whole(at, name, std::move(view));
        }
    }

    /// Of a wrapped module the trained copy counts; the one it had before is the base's.
    void add_whole(const SplitName& at, const std::string& name, TensorView view) {
        if (at.part == "original_module") return;
        const std::string target = at.part.empty() ? at.module : at.module + "." + at.rest;
        if (!target.ends_with(".weight") && !target.ends_with(".bias")) refuse_stray(name);
        if (at.part == "base_layer")
            tensors_.whole.emplace(target, std::move(view));
        else
            tensors_.whole.insert_or_assign(target, std::move(view));
    }

    fs::path folder_;
    AdapterTensors tensors_;
};

}  // namespace

AdapterTensors read_adapter_tensors(const fs::path& folder) {
    return Sorter(folder).run();
}

}  // namespace univi::model
