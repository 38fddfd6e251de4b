#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/base/json.h"

namespace univi::training {

/// Everything a training run can be told. Field names are the flags of the published commands (Hugging Face's spelling), so
/// that those commands are taken unchanged. The table of option_table() makes of this one struct the command line, the
/// --config file, run.json and (later) the form of the window.
struct TrainOptions {
    // Model
    std::string model_name_or_path;        ///< base folder: a plain LLaMA or a Chat-UniVi checkpoint
    std::string version = "v1";            ///< conversation template of the training text
    std::string vision_tower;              ///< folder or Hugging Face name; empty: what the base's config.json says
    std::string pretrain_mm_mlp_adapter;   ///< mm_projector.bin of stage 1
    bool tune_mm_mlp_adapter = false;      ///< stage 1: train the projector alone
    bool freeze_mm_mlp_adapter = false;
    bool freeze_backbone = false;          ///< embeddings and decoder layers stay as they are
    std::int64_t mm_vision_select_layer = -2;
    bool mm_use_im_start_end = false, mm_use_im_patch_token = false;
    std::string model_use = "BASE";        ///< PRETUNE or FINETUNE: what config.json records as the way of training
    std::string image_aspect_ratio = "square";  ///< "pad" pads pictures to a square first

    // Data
    std::string datasets;                  ///< JSON file: name -> list of sources; empty: ./datasets.json
    std::string dataset_use;               ///< name inside `datasets`; several joined with '+'
    bool lazy_preprocess = true;           ///< media are always read when needed; kept for the record
    std::int64_t max_frames = 64;          ///< sampled frames of a video at most
    std::int64_t model_max_length = 2048;  ///< tokens of a sample before pictures are put in
    bool shuffle = true;                   ///< false: file order, wrapping round
    std::int64_t dataloader_num_workers = 4;
    std::string visual_token_cache;        ///< folder for merged visual tokens; empty: none
    std::string visual_token_cache_dtype = "fp32";  ///< fp32 (exact) or fp16 (half the disk)
    std::string placement = "interleaved"; ///< "reference" repeats upstream's handling of several pictures

    // Run
    std::string output_dir;
    bool overwrite_output_dir = false;     ///< true: start afresh instead of resuming
    double num_train_epochs = 3;
    std::int64_t max_steps = -1;           ///< > 0 overrides the epochs
    std::int64_t per_device_train_batch_size = 8, per_device_eval_batch_size = 8;
    std::int64_t gradient_accumulation_steps = 1;
    std::int64_t seed = 42;

    // Optimiser
    double learning_rate = 5e-5, weight_decay = 0;
    double adam_beta1 = 0.9, adam_beta2 = 0.999, adam_epsilon = 1e-8;
    double max_grad_norm = 1.0;            ///< 0: no clipping
    double warmup_ratio = 0;
    std::int64_t warmup_steps = 0;         ///< > 0 overrides the ratio
    std::string lr_scheduler_type = "linear";  ///< linear, cosine, constant, constant_with_warmup
    std::string optim = "adamw_torch";

    // Saving and logging
    std::string evaluation_strategy = "no";
    std::string save_strategy = "steps";   ///< no, steps, epoch
    std::int64_t save_steps = 500;
    std::int64_t save_total_limit = 0;     ///< checkpoints kept; 0: all
    std::string save_dtype;                ///< of the result: fp32, fp16, bf16; empty: as the base
    bool save_final = true;
    std::int64_t logging_steps = 500;
    std::string report_to = "tensorboard"; ///< event files are always written; "wandb" is taken and kept for the record

    // Machine
    std::string device = "auto";           ///< auto, cpu, cuda, cuda:N
    std::int64_t threads = 0;              ///< 0: as many as there are cores
    bool bf16 = false, fp16 = false, tf32 = false;
    bool gradient_checkpointing = false;
    std::string deepspeed, include;        ///< kept in run.json; one process trains
    std::int64_t master_port = 29500, local_rank = -1;

    /// Throws Error{Usage} for values that cannot be meant, naming flag and value.
    void check() const;
};

/// One flag: name without dashes, member, one line of help.
struct OptionRow {
    using Member = std::variant<std::string TrainOptions::*, bool TrainOptions::*,
                                std::int64_t TrainOptions::*, double TrainOptions::*>;
    const char* name;
    Member member;
    const char* help;
};
std::span<const OptionRow> option_table();

/// Arguments after the program's name: --flag value, --flag=value, --bool_flag alone; --config FILE first, then the rest over
/// it. Values as Hugging Face's parser takes them (True/False, 2e-3). Throws Error{Usage}; an unknown flag names the nearest.
TrainOptions parse_command_line(const std::vector<std::string>& arguments);

/// Sets the keys of `json` (an object) in `options`. `where` names the source in errors. Throws Error{Usage}.
void apply_json(TrainOptions& options, const base::Json& json, const std::string& where);
/// All options, in table order of the names.
base::Json to_json(const TrainOptions& options);
/// Text of --help.
std::string options_help();

}  // namespace univi::training
