#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "training/run/tensorboard_writer.h"

namespace univi::training {

/// What --report_to wandb writes, without network and without wandb's private file format: a folder
/// wandb/offline-run-<time>-<id> with files/config.yaml, files/wandb-metadata.json,
/// files/wandb-summary.json, and the history twice: as TensorBoard event files in runs/, which
/// `wandb sync` of wandb up to 0.29.0 uploads (later ones no longer can), and as
/// files/wandb-history.jsonl, which wandb's public logging call takes in any version. A resumed run
/// goes on in its folder, so that it stays one run, without the steps that come again. A run that
/// went back to an older checkpoint gets a folder of its own, which begins with the history up to
/// there: wandb never takes a step of a run twice.
class WandbFolder {
  public:
    struct Run {
        std::string name;                  ///< shown; empty: none
        base::Json config;                 ///< flat object of the settings
        std::vector<std::string> command;  ///< program and arguments
    };
    /// Where the history goes on.
    struct Since {
        std::int64_t step = std::numeric_limits<std::int64_t>::max();  ///< later ones are void
        /// a wandb folder of a line that was set aside; may be empty
        std::filesystem::path before;
    };
    /// Goes on in the newest run folder below `output`/wandb, or makes one that begins with what
    /// the newest one below `since.before` has. Throws Error{File}.
    WandbFolder(const std::filesystem::path& output, const Run& run, const Since& since);
    WandbFolder(const std::filesystem::path& output, const Run& run)
        : WandbFolder(output, run, Since{}) {}
    void write(std::int64_t step, const std::vector<std::pair<std::string, double>>& values);
    const std::filesystem::path& path() const { return path_; }
    /// The command that uploads the run with wandb up to 0.29.0.
    std::string sync_command() const;
    /// The same with any wandb, through its Python package.
    std::string log_command() const;

  private:
    void begin(const std::filesystem::path& wandb, const std::filesystem::path& before);
    void read_history(std::int64_t until);
    std::filesystem::path path_;
    std::string id_;
    base::Json summary_;
    std::unique_ptr<TensorBoardWriter> history_;
};

/// config.yaml in wandb's form: each key with its value under "value:". Nested values are written
/// as JSON, which is YAML.
std::string wandb_config_yaml(const base::Json& config);

}  // namespace univi::training
