#include "training/engine/checkpoint.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

constexpr std::string_view kPrefix = "checkpoint-";

void write_json(const fs::path& path, const Json& json) {
    base::write_file_atomically(path, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

/// Step of "checkpoint-<step>".
std::optional<std::int64_t> step_of(const fs::path& folder) {
    const std::string name = folder.filename().string();
    if (!name.starts_with(kPrefix)) return std::nullopt;
    std::int64_t step = 0;
    const char* end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + kPrefix.size(), end, step);
    return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(step) : std::nullopt;
}

/// Oldest first.
std::vector<fs::path> list_checkpoints(const fs::path& run_folder) {
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(run_folder, error))
        if (entry.is_directory() && step_of(entry.path())) found.push_back(entry.path());
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return *step_of(a) < *step_of(b); });
    return found;
}

/// fp32 weights of the trained parameters as the checkpoint stores them.
model::TensorTable read_weights(const fs::path& folder) {
    if (fs::exists(folder / "mm_projector.bin")) return model::read_torch_file(folder / "mm_projector.bin");
    return model::read_checkpoint_folder(folder);
}

}  // namespace

Json run_identity(const TrainOptions& options, const std::string& data_fingerprint) {
    return {{"seed", options.seed},
            {"shuffle", options.shuffle},
            {"batch_size", options.per_device_train_batch_size},
            {"accumulation", options.gradient_accumulation_steps},
            {"data", data_fingerprint}};
}

fs::path save_checkpoint(const fs::path& run_folder, const RunPosition& position, const model::UniviModel& model,
                         const AdamW& optimizer, const TrainOptions& options, const SaveOptions& save,
                         const Json& identity, const Json& trainer_state) {
    const fs::path final_path = run_folder / (std::string(kPrefix) + std::to_string(position.step));
    base::AtomicFolder folder(final_path);
    SaveOptions exact = save;
    exact.dtype = "fp32";
    exact.embed_tower = false;  // frozen: it is where it was
    if (options.tune_mm_mlp_adapter) save_projector(folder.path(), model, optimizer.masters(), options, exact);
    else save_model(folder.path(), model, optimizer.masters(), options, exact);
    model::write_safetensors(folder.path() / "optimizer.safetensors", optimizer.state());
    write_json(folder.path() / "scheduler.json",
               {{"type", options.lr_scheduler_type}, {"last_step", position.step}, {"peak", options.learning_rate}});
    write_json(folder.path() / "training.json", {{"version", 1},
                                                 {"step", position.step},
                                                 {"batches", position.batches},
                                                 {"updates", optimizer.updates()},
                                                 {"loss_since_log", position.loss_since_log},
                                                 {"steps_since_log", position.steps_since_log},
                                                 {"loss_total", position.loss_total},
                                                 {"identity", identity}});
    write_json(folder.path() / "trainer_state.json", trainer_state);
    folder.commit();
    return final_path;
}

void remove_old_checkpoints(const fs::path& run_folder, std::int64_t limit) {
    if (limit <= 0) return;
    std::vector<fs::path> all = list_checkpoints(run_folder);
    for (std::size_t i = 0; i + static_cast<std::size_t>(limit) < all.size(); ++i) {
        std::error_code ignored;
        fs::remove(all[i] / "manifest.json", ignored);  // first, so that a half-removed folder is never taken for whole
        fs::remove_all(all[i], ignored);
    }
}

std::optional<fs::path> newest_checkpoint(const fs::path& run_folder,
                                          const std::function<void(const std::string&)>& warn) {
    const std::vector<fs::path> all = list_checkpoints(run_folder);
    for (auto each = all.rbegin(); each != all.rend(); ++each) {
        const std::string problem = base::verify_manifest(*each);
        if (problem.empty()) return *each;
        warn("Skipped the checkpoint " + each->string() + ": " + problem);
    }
    return std::nullopt;
}

RunPosition load_checkpoint(const fs::path& folder, AdamW& optimizer,
                            const Json& identity, const std::function<void(const std::string&)>& warn) {
    RunPosition position;
    try {
        const Json training = base::read_json_file(folder / "training.json");
        position.step = training.at("step").get<std::int64_t>();
        position.batches = training.at("batches").get<std::int64_t>();
        position.loss_since_log = training.at("loss_since_log").get<double>();
        position.steps_since_log = training.at("steps_since_log").get<std::int64_t>();
        position.loss_total = training.at("loss_total").get<double>();
        position.log_history = base::read_json_file(folder / "trainer_state.json").at("log_history");
        if (position.step < 0 || position.batches < 0)
            throw Error(ErrorKind::Format, folder.string() + "/training.json holds a negative position.");
        for (const auto& [key, value] : identity.items())
            if (training.at("identity").at(key) != value)
                warn("Resuming from " + folder.string() + " with another " + key +
                     " than it was made with: the run goes on, but not as an unbroken one would.");
        optimizer.load(model::read_safetensors(folder / "optimizer.safetensors"), read_weights(folder),
                       training.at("updates").get<std::int64_t>());
    } catch (const Json::exception&) {
        throw Error(ErrorKind::Format, folder.string() + " lacks a value in training.json or trainer_state.json: remove "
                                                         "the folder to resume from an older one.");
    }
    return position;
}

}  // namespace univi::training
