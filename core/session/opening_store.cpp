#include "core/session/opening_store.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <system_error>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/media_cache.h"
#include "core/base/sha256.h"
#include "core/base/trace.h"
#include "core/model/precision.h"
#include "core/model/safetensors.h"
#include "core/model/univi_model.h"
#include "core/session/loaded_model.h"
#include "core/session/prompt_builder.h"
#include "core/session/text_view.h"
#include "core/session/vision_recipe.h"

namespace univi::session {

namespace fs = std::filesystem;

namespace {

/// Another number where the same weights and tokens come to other keys or values than before.
constexpr const char* kVersion = "opening 1, univi " UNIVI_VERSION;
constexpr const char* kChecksum = "sha256";
/// A shorter opening is computed as fast as it is read.
constexpr int kLeastPositions = 16;

/// Of a tensor as many parts of so many bytes are looked at, all of a smaller one: reading all
/// weights of a large model would take as long as the opening. Training changes every one of them.
constexpr std::size_t kSampledParts = 16, kSampledBytes = 256;

/// `tensor` lies on the CPU, contiguous.
std::string sampled_digest(const at::Tensor& tensor) {
    const auto* bytes = static_cast<const std::byte*>(tensor.const_data_ptr());
    const std::size_t size = tensor.nbytes();
    if (size <= kSampledParts * kSampledBytes) return base::sha256_hex({bytes, size});
    std::vector<std::byte> sample;
    for (std::size_t i = 0; i < kSampledParts; ++i) {
        const std::byte* from = bytes + (size - kSampledBytes) / (kSampledParts - 1) * i;
        sample.insert(sample.end(), from, from + kSampledBytes);
    }
    return base::sha256_hex(sample);
}

model::NamedTensors weights_of(const model::LanguageModel& language) {
    model::NamedTensors out = all_tensors(language.parameters(), language.quantized());
    const auto& adapter = language.adapter_parameters();
    out.insert(out.end(), adapter.begin(), adapter.end());
    return out;
}

/// How the decoder computes with its weights.
std::string numbers_of(const model::LanguageModel& language) {
    const model::LanguageConfig& config = language.config();
    const model::PlacementOptions& placement = language.placement();
    std::string text = std::string(c10::toString(placement.compute_dtype)) + '|' +
                       c10::toString(placement.cache_dtype.value_or(placement.compute_dtype)) +
                       '|' + model::instruction_names();
    for (const int each : {at::get_num_threads(), config.num_layers, config.num_heads,
                           config.num_kv_heads, config.head_dim, config.max_position_embeddings})
        text += '|' + std::to_string(each);
    return text;
}

bool is_on_cpu(const model::KeyValueCache& cache) {
    return std::ranges::all_of(cache.positions(0),
                               [](const auto& each) { return each.second.is_cpu(); });
}

std::string checksum(const std::string& key, const model::TensorTable& parts) {
    std::string text = key;
    for (const auto& [name, view] : parts)
        if (name != kChecksum) text += ' ' + name + ' ' + base::sha256_hex({view.data, view.bytes});
    return base::text_sha256_hex(text);
}

/// What positions() of a cache gave; empty when the file does not hold what its key names.
model::NamedTensors read_positions(const fs::path& file, const std::string& key,
                                   const model::NamedTensors& like) {
    const model::TensorTable parts = model::read_safetensors(file);
    const auto sum = parts.find(kChecksum);
    if (sum == parts.end() || text_of(sum->second) != checksum(key, parts))
        throw base::Error(base::ErrorKind::Format, file.string() + " is damaged.");
    model::NamedTensors out;
    for (const auto& [name, tensor] : like)
        if (const auto found = parts.find(name); found != parts.end())
            out.emplace_back(name, model::to_tensor(found->second));
    return out;
}

}  // namespace

OpeningStore::OpeningStore(const LoadedModel& model, KeptFiles::Options files)
    : model_(model), files_(std::move(files)) {}

int OpeningStore::fill(const BuiltPrompt& prompt, const at::Tensor& embeds, int shared,
                       model::KeyValueCache& cache, const base::StopToken& stop) {
    const model::LanguageModel& language = model_.model->language();
    const int length = prompt.opening;
    if (!files_.is_open() || length < kLeastPositions || shared >= length || !is_on_cpu(cache))
        return shared;
    cache.truncate(0);
    const std::string key = key_of(prompt);
    if (find(key, length, cache)) return length;
    language.forward(embeds.slice(0, 0, length), cache, nullptr, stop);
    keep(key, length, cache);
    return length;
}

const std::string& OpeningStore::recipe() {
    if (recipe_) return *recipe_;
    const base::TraceSpan span("know the decoder by its weights");
    const model::LanguageModel& language = model_.model->language();
    std::string text = std::string(kVersion) + '|' + numbers_of(language);
    for (const auto& [name, tensor] : weights_of(language))
        text += '\n' + name + ' ' + c10::toString(tensor.scalar_type()) + ' ' +
                std::to_string(tensor.numel()) + ' ' + sampled_digest(tensor.contiguous());
    return recipe_.emplace(base::text_sha256_hex(text));
}

std::string OpeningStore::key_of(const BuiltPrompt& prompt) {
    std::string text = recipe();
    for (int i = 0; i < prompt.opening; ++i)
        text += ' ' + std::to_string(prompt.tags[static_cast<std::size_t>(i)]);
    return base::text_sha256_hex(text);
}

bool OpeningStore::find(const std::string& key, int length, model::KeyValueCache& cache) const {
    std::error_code error;
    const fs::path file = files_.file_of(key);
    if (!fs::exists(fs::symlink_status(file, error))) return false;
    const base::TraceSpan span("read a kept opening");
    try {
        if (!cache.set_positions(read_positions(file, key, cache.positions(0)), length))
            throw base::Error(base::ErrorKind::Format,
                              file.string() + " is not of this model's size.");
        base::CachedFiles::touch(file);
        return true;
    } catch (const base::Error& damage) {
        base::log_info(std::string(damage.what()) + " It is made again.");
        fs::remove(file, error);
        return false;
    }
}

void OpeningStore::keep(const std::string& key, int length,
                        const model::KeyValueCache& cache) const {
    const base::TraceSpan span("keep an opening");
    model::TensorTable parts;
    std::uint64_t bytes = 0;
    for (const auto& [name, tensor] : cache.positions(length)) {
        bytes += tensor.nbytes();
        parts.emplace(name, model::to_view(tensor));
    }
    if (!files_.has_room_for(bytes)) return;
    const std::string sum = checksum(key, parts);
    parts.emplace(kChecksum, text_view(sum));
    try {
        files_.make_folder();
        model::write_safetensors(files_.file_of(key), parts, {}, base::Durability::Unsynced);
    } catch (const base::Error& error) {
        base::log_warning(std::string("The prompt's opening is not kept for later starts: ") +
                          error.what());
    }
    files_.trim();
}

}  // namespace univi::session
