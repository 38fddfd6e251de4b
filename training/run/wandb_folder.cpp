#include "training/run/wandb_folder.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "core/base/atomic_file.h"
#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/utc_time.h"
#include "training/options/shell_words.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Json;

namespace {

constexpr const char* kPrefix = "offline-run-";

/// Eight letters and digits, as wandb names runs. Not drawn from the run's seed: two runs must
/// not share it.
std::string new_id() {
    constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device device;
    std::string id;
    for (int i = 0; i < 8; ++i) id += kLetters[device() % kLetters.size()];
    return id;
}

/// The newest offline-run-… folder; their names sort by time. Empty: none.
fs::path newest_run(const fs::path& folder) {
    fs::path newest;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.is_directory(error) && entry.path().filename().string().starts_with(kPrefix))
            newest = std::max(newest, entry.path());
    return newest;
}

void write_json(const fs::path& path, const Json& json) {
    base::write_file_atomically(path,
                                json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Json metadata(const WandbFolder::Run& run) {
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    const std::vector<std::string> arguments(run.command.begin() + (run.command.empty() ? 0 : 1),
                                             run.command.end());
    return {{"program", run.command.empty() ? "univi-train" : run.command[0]},
            {"args", arguments},
            {"host", host},
            {"os", "Linux"},
            {"startedAt", base::utc_time()},
            {"cpu_count", base::count_cores()},
            {"name", run.name}};
}

}  // namespace

std::string wandb_config_yaml(const Json& config) {
    std::string text = "wandb_version: 1\n";
    for (const auto& [key, value] : config.items())
        text += "\n" + key + ":\n  desc: null\n  value: " +
                value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    return text;
}

WandbFolder::WandbFolder(const fs::path& output, const Run& run, const Since& since)
    : path_(newest_run(output / "wandb")), summary_(Json::object()) {
    try {
        if (path_.empty()) begin(output / "wandb", since.before);
        fs::create_directories(path_ / "files");
    } catch (const fs::filesystem_error& error) {
        throw base::Error(base::ErrorKind::File, (output / "wandb").string() + " cannot be made: " +
                                                     error.code().message() + ".");
    }
    id_ = path_.filename().string().substr(path_.filename().string().rfind('-') + 1);
    const fs::path files = path_ / "files";
    base::write_file_atomically(files / "config.yaml", wandb_config_yaml(run.config));
    write_json(files / "config.json", run.config);
    write_json(files / "wandb-metadata.json", metadata(run));
    read_history(since.step);
    history_ = std::make_unique<TensorBoardWriter>(path_ / "runs");
}

/// A run of its own in `wandb`, there whole or not at all.
void WandbFolder::begin(const fs::path& wandb, const fs::path& before) {
    const fs::path begun = wandb / ".new", old = newest_run(before);
    path_ = wandb / (kPrefix + base::utc_time("%Y%m%d_%H%M%S") + "-" + new_id());
    fs::remove_all(begun);
    fs::create_directories(begun / "files");
    std::error_code error;
    const auto take = [&](const char* name) {
        if (!old.empty() && fs::exists(old / name, error))
            fs::copy(old / name, begun / name, fs::copy_options::recursive);
    };
    take("files/wandb-history.jsonl");
    take("runs");
    fs::rename(begun, path_);
}

/// What was written up to `until` stays: lines, event files, and the summary, which holds the last
/// value of each.
void WandbFolder::read_history(std::int64_t until) {
    const fs::path lines = path_ / "files/wandb-history.jsonl";
    std::error_code error;
    if (fs::exists(lines, error)) {
        std::istringstream all(base::read_file(lines, std::size_t{4} << 30));
        std::string kept;
        for (std::string line; std::getline(all, line);) {
            const Json values = Json::parse(line, nullptr, /*allow_exceptions=*/false);
            if (!values.is_object() || values.value("_step", std::int64_t{0}) > until) continue;
            kept += line + "\n";
            summary_.update(values);
        }
        base::write_file_atomically(lines, kept);
    }
    write_json(path_ / "files/wandb-summary.json", summary_);
    if (until < std::numeric_limits<std::int64_t>::max())
        cut_event_files(path_ / "runs", until + 1);
}

void WandbFolder::write(std::int64_t step,
                        const std::vector<std::pair<std::string, double>>& values) {
    history_->write(step, values);
    Json line = {{"_step", step}};
    for (const auto& [name, value] : values) {
        if (std::isfinite(value)) line[name] = value;
        summary_[name] = std::isfinite(value) ? Json(value) : Json(std::to_string(value));
    }
    summary_["_step"] = step;
    std::ofstream(path_ / "files" / "wandb-history.jsonl", std::ios::app) << line.dump() << "\n";
    write_json(path_ / "files" / "wandb-summary.json", summary_);
}

std::string WandbFolder::sync_command() const {
    return "wandb sync --sync-tensorboard --id " + id_ + " " +
           shell_line({fs::absolute(path_).lexically_normal().string()});
}

std::string WandbFolder::log_command() const {
    const std::string files = (fs::absolute(path_).lexically_normal() / "files").string();
    return "cd " + shell_line({files}) + " && python -c 'import json, wandb; r = wandb.init(id=\"" +
           id_ +
           "\", resume=\"allow\", name=json.load(open(\"wandb-metadata.json\"))[\"name\"], "
           "config=json.load(open(\"config.json\"))); "
           "[r.log(v, step=v.pop(\"_step\")) for v in map(json.loads, "
           "open(\"wandb-history.jsonl\"))]; r.finish()'";
}

}  // namespace univi::training
