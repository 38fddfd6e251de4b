#include "training/engine/checkpoint.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/atomic_folder.h"
#include "core/base/disk_full.h"
#include "core/base/error.h"
#include "core/model/safetensors.h"
#include "training/engine/saved_values.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

void write_json(const fs::path& path, const Json& json) {
    base::write_file_atomically(path,
                                json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Json to_json(const SamplePosition& samples) {
    return {{"epoch", samples.epoch}, {"in_epoch", samples.in_epoch}};
}

SamplePosition samples_from(const Json& json) {
    const SamplePosition samples{json.at("epoch").get<std::int64_t>(),
                                 json.at("in_epoch").get<std::int64_t>()};
    if (samples.epoch < 0 || samples.in_epoch < 0)
        throw Error(ErrorKind::Format, "A checkpoint's training.json holds a negative position.");
    return samples;
}

Json to_json(const BatchGrid& grid) {
    return {{"step", grid.step},
            {"batch", grid.batch},
            {"samples", to_json(grid.samples)},
            {"group", grid.group}};
}

BatchGrid grid_from(const Json& json) {
    return {json.at("step").get<std::int64_t>(), json.at("batch").get<std::int64_t>(),
            samples_from(json.at("samples")), json.at("group").get<std::int64_t>()};
}

}  // namespace

Json run_identity(const TrainOptions& options, const std::string& data_fingerprint,
                  std::int64_t ranks) {
    return {{"seed", options.data_seed >= 0 ? options.data_seed : options.seed},
            {"shuffle", options.shuffle},
            {"batch_size", options.per_device_train_batch_size * ranks},
            {"accumulation", options.gradient_accumulation_steps},
            {"ranks", ranks},
            {"group_by_length", options.group_by_length},
            {"drop_last", options.dataloader_drop_last},
            {"data", data_fingerprint}};
}

std::int64_t checkpoint_bytes(const CheckpointParts& parts) {
    std::int64_t weights = 0;
    for (const auto& [name, tensor] : parts.model.projector_parameters()) weights += tensor.numel();
    if (parts.options.lora_enable)
        for (const auto& [name, tensor] : parts.model.language().adapter_parameters())
            weights += tensor.numel();
    else if (!parts.options.tune_mm_mlp_adapter)
        for (const auto& [name, tensor] : parts.model.language().parameters())
            weights += tensor.numel();
    if (parts.options.vision_tune)  // in the weights and as a folder
        for (const auto& [name, tensor] : parts.model.vision()->parameters())
            weights += 2 * tensor.numel();
    constexpr std::int64_t kSmallFiles = 16 << 20;  // configuration, tokenizer, history
    return 4 * weights + 8 * parts.optimizer.trained_elements() + kSmallFiles;
}

void check_free_space(const fs::path& folder, std::int64_t bytes, const std::string& what) {
    struct statvfs disk = {};
    if (::statvfs(folder.c_str(), &disk) != 0) return;  // writing will say what is wrong
    const auto available =
        static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
    if (available >= bytes) return;
    char text[160];
    std::snprintf(text, sizeof text, " needs %.2f GB, but the disk of ",
                  static_cast<double>(bytes) * 1e-9);
    std::string sentence = what + text + folder.string();
    std::snprintf(text, sizeof text, " has %.2f GB free: make room or choose another --output_dir.",
                  static_cast<double>(available) * 1e-9);
    throw base::DiskFull(sentence + text);
}

namespace {

/// What only rank 0 writes.
void write_common_files(const fs::path& folder, const RunPosition& position,
                        const CheckpointParts& parts, const Masters& masters,
                        const Json& trainer_state) {
    const TrainOptions& options = parts.options;
    SaveOptions exact = parts.save;
    exact.dtype = at::kFloat;
    exact.embed_tower = options.vision_tune;  // frozen: it is where it was
    save_result(folder, parts.model, masters, options, exact);
    write_json(folder / "scheduler.json", {{"type", options.lr_scheduler_type.text()},
                                           {"last_step", position.step},
                                           {"peak", options.learning_rate},
                                           {"state", parts.schedule_state}});
    write_json(folder / "training.json",
               {{"version", 1},
                {"step", position.step},
                {"batches", position.batches},
                {"samples", position.samples ? to_json(*position.samples) : Json()},
                {"num_samples", position.made_with.num_samples},
                {"grid", to_json(position.grid)},
                {"updates", parts.optimizer.updates()},
                {"loss_since_log", position.loss_since_log},
                {"steps_since_log", position.steps_since_log},
                {"loss_total", position.loss_total},
                {"owes_evaluation", position.owes_evaluation},
                {"loss_scale", position.loss_scale},
                {"identity", parts.identity}});
    write_json(folder / "trainer_state.json", trainer_state);
}

std::string optimizer_file(const RankTeam& team) {
    if (team.is_alone()) return "optimizer.safetensors";
    char name[64];
    std::snprintf(name, sizeof name, "optimizer-%05d-of-%05d.safetensors", team.rank() + 1,
                  team.size());
    return name;
}

/// Runs `action` and gives what went wrong; LibTorch's and the standard library's errors too.
template <typename Action>
std::optional<protocol::train::ErrorEvent> problem_of(Action&& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return protocol::train::error_event(error);
    }
    return std::nullopt;
}

/// Every rank learns whether all are well.
void agree(RankTeam& team, const std::optional<protocol::train::ErrorEvent>& problem) {
    if (const auto first = team.first_error(problem))
        throw protocol::FaultError(ErrorKind::File, first->known_fault(), first->message);
}

}  // namespace

fs::path save_checkpoint(const fs::path& run_folder, const RunPosition& position,
                         const CheckpointParts& parts, const Json& trainer_state, RankTeam& team) {
    const fs::path final_path = run_folder / checkpoint_name(position.step);
    std::optional<base::AtomicFolder> folder;
    agree(team, problem_of([&] {
              if (!team.is_first()) return;
              check_free_space(run_folder, checkpoint_bytes(parts),
                               "The checkpoint of step " + std::to_string(position.step));
              folder.emplace(final_path);
          }));
    const fs::path path = team.broadcast_text(folder ? folder->path().string() : std::string());
    Masters masters;  // all ranks bring their parts; rank 0 has them whole
    parts.optimizer.visit_weights([&](const std::string& name, const at::Tensor& value) {
        masters.emplace_back(name, value);
    });
    agree(team, problem_of([&] {
              if (!fs::is_directory(path))
                  throw Error(ErrorKind::File,
                              path.string() + " is not seen by rank " +
                                  std::to_string(team.rank()) +
                                  ": --output_dir must be on a disk that all hosts share.");
              if (team.is_first())
                  write_common_files(path, position, parts, masters, trainer_state);
              const model::TensorTable state = parts.optimizer.state();
              if (!state.empty() || team.is_alone())
                  model::write_safetensors(path / optimizer_file(team), state);
          }));
    agree(team, problem_of([&] {
              if (folder) folder->commit();
          }));
    return final_path;
}

namespace {

void compare_identity(const fs::path& folder, const Json& saved, const Json& now,
                      const std::function<void(const std::string&)>& warn) {
    const auto differs = [&](const std::string& what) {
        warn("Resuming from " + folder.string() + " with another " + what +
             " than it was made with: the run goes on, but not as an unbroken one would.");
    };
    for (const char* key : {"seed", "shuffle", "data"})
        if (saved.at(key) != now.at(key)) differs(key);
    for (const char* key : {"group_by_length", "drop_last"})
        if (saved.value(key, false) != now.value(key, false)) differs(key);
}

}  // namespace

Json load_schedule_state(const fs::path& folder) {
    const Json saved = base::read_json_file(folder / "scheduler.json");
    return saved.is_object() ? saved.value("state", Json()) : Json();
}

namespace {

BatchSettings settings_from(const Json& training) {
    const Json& identity = training.at("identity");
    return {identity.at("batch_size").get<std::int64_t>(),
            identity.at("accumulation").get<std::int64_t>(),
            identity.value("ranks", std::int64_t{0}),
            training.value("num_samples", std::int64_t{0}), identity.value("drop_last", false)};
}

RunPosition position_from(const Json& training) {
    RunPosition position;
    position.step = training.at("step").get<std::int64_t>();
    position.batches = training.at("batches").get<std::int64_t>();
    if (const Json samples = training.value("samples", Json()); !samples.is_null())
        position.samples = samples_from(samples);
    if (const Json grid = training.value("grid", Json()); !grid.is_null())
        position.grid = grid_from(grid);
    position.made_with = settings_from(training);
    position.loss_since_log = training.at("loss_since_log").get<double>();
    position.steps_since_log = training.at("steps_since_log").get<std::int64_t>();
    position.loss_total = training.at("loss_total").get<double>();
    position.owes_evaluation = training.value("owes_evaluation", false);
    position.loss_scale = training.value("loss_scale", Json());
    return position;
}

/// Reads both files of a checkpoint, naming it where a value is missing.
template <typename Read>
auto read_values(const fs::path& folder, Read&& read) {
    try {
        return read();
    } catch (const Json::exception&) {
        throw Error(ErrorKind::Format,
                    folder.string() +
                        " lacks a value in training.json or trainer_state.json: remove "
                        "the folder to resume from an older one.");
    }
}

}  // namespace

RunPosition read_position(const fs::path& folder) {
    return read_values(folder, [&] {
        RunPosition position = position_from(base::read_json_file(folder / "training.json"));
        position.log_history =
            base::read_json_file(folder / "trainer_state.json").at("log_history");
        if (position.step < 0 || position.batches < 0 || position.grid.batch < 0 ||
            position.grid.batch > position.batches)
            throw Error(ErrorKind::Format,
                        folder.string() + "/training.json holds a negative position.");
        if (position.made_with.batch_size < 1 || position.made_with.accumulation < 1)
            throw Error(ErrorKind::Format,
                        folder.string() + "/training.json holds a batch size below 1.");
        return position;
    });
}

void restore_checkpoint(const fs::path& folder, ParameterOptimizer& optimizer, const Json& identity,
                        const std::function<void(const std::string&)>& warn) {
    read_values(folder, [&] {
        const Json training = base::read_json_file(folder / "training.json");
        compare_identity(folder, training.at("identity"), identity, warn);
        optimizer.restore(CheckpointValues(folder), training.at("updates").get<std::int64_t>());
    });
}

}  // namespace univi::training
