#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "training/options/choices.h"

namespace univi::training {

/// Everything a training run can be told. Field names are the flags of the published commands
/// (Hugging Face's spelling), so that those commands are taken unchanged. The table of
/// option_table.h makes of this one struct the command line, the --config file, run.json and the
/// form of the window.
struct TrainOptions {
    // Model
    std::string model_name_or_path;  ///< base folder: a plain LLaMA or a Chat-UniVi checkpoint
    std::string version = "v1";      ///< conversation template of the training text
    std::string vision_tower;        ///< folder or Hugging Face name; empty: what the base says
    std::string pretrain_mm_mlp_adapter;  ///< mm_projector.bin of stage 1
    bool tune_mm_mlp_adapter = false;     ///< stage 1: train the projector alone
    bool freeze_mm_mlp_adapter = false;
    bool freeze_backbone = false;  ///< embeddings and decoder layers stay as they are
    /// names of tensors that stay as they are: globs, joined with ','
    std::string freeze_parameters;
    bool vision_tune = false;  ///< train the vision tower too (`config.vision_tune`)
    std::int64_t mm_vision_select_layer = -2;
    std::string mm_vision_select_feature = "patch";  ///< the tower's class token is never used
    std::string mm_projector_type = "linear";
    bool mm_use_im_start_end = false, mm_use_im_patch_token = false, mm_use_box_start_end = false;
    /// PRETUNE or FINETUNE: what config.json records as the way of training
    std::string model_use = "BASE";
    NamedValue<PictureShape> image_aspect_ratio = PictureShape::Square;

    // LoRA and the frozen low-bit base
    bool lora_enable = false;        ///< train low-rank adapters of the decoder's linear layers
    std::int64_t lora_r = 64;        ///< rank
    double lora_alpha = 16;          ///< the adapter's output is scaled by alpha / r
    double lora_dropout = 0.05;      ///< on the adapter's input, while training
    std::string lora_weight_path;    ///< folder of an adapter to go on from
    std::string lora_bias = "none";  ///< biases trained beside it: none, all, lora_only
    std::int64_t bits = 16;    ///< of the frozen base: 16 as it is, 8 or 4 quantized (needs LoRA)
    bool double_quant = true;  ///< bits 4: quantize the scales too
    NamedValue<QuantType> quant_type = QuantType::Nf4;

    // Data
    std::string datasets;  ///< JSON file: name -> list of sources; empty: ./datasets.json, then the
                           ///< published names
    std::string dataset_use;       ///< name inside `datasets`; several joined with '+'
    std::string data_path;         ///< folder that ${PATH} in a datasets file stands for
    std::string eval_dataset_use;  ///< held-out data, named likewise; needed when
                                   ///< evaluation_strategy is not No
    bool lazy_preprocess = true;   ///< false: every item is read and checked before the first step
    std::int64_t max_frames = 64;  ///< sampled frames of a video at most
    std::int64_t model_max_length = 2048;  ///< tokens of a sample before pictures are put in
    bool shuffle = true;                   ///< false: file order, wrapping round
    bool group_by_length = false;          ///< batches of about equally long samples
    NamedValue<BadItemPolicy> on_bad_item = BadItemPolicy::Mask;
    std::int64_t dataloader_num_workers = 4;
    bool dataloader_drop_last = false;  ///< true: the last incomplete batch of an epoch is left out
    std::string visual_token_cache;     ///< folder for merged visual tokens; empty: none
    NamedValue<CacheType> visual_token_cache_dtype = CacheType::Fp32;
    NamedValue<PicturePlacement> placement = PicturePlacement::Interleaved;

    // Run
    std::string output_dir;
    bool overwrite_output_dir = false;  ///< true: start afresh instead of resuming
    /// a checkpoint folder; True/empty: the newest one; False: none
    std::string resume_from_checkpoint;
    std::string run_name;  ///< shown by wandb; empty: name of output_dir
    double num_train_epochs = 3;
    std::int64_t max_steps = -1;  ///< > 0 overrides the epochs
    std::int64_t per_device_train_batch_size = 8, per_device_eval_batch_size = 8;
    std::int64_t gradient_accumulation_steps = 1;
    bool auto_micro_batch = false;  ///< out of memory: halve the micro-batch, keep the global batch
    NamedValue<NanPolicy> on_nan = NanPolicy::Stop;
    std::int64_t seed = 42;
    std::int64_t data_seed = -1;  ///< of the sample order; < 0: `seed`
    NamedValue<TrainingEngine> engine = TrainingEngine::Univi;
    /// engine deepspeed: folder of the reference's code (ChatUniVi/train/…)
    std::string reference_root;
    bool plan = false;  ///< print the memory plan and end
    /// plan: memory of each GPU, "80GB"; empty: that of what is here
    std::string plan_device_memory;
    NamedValue<ReportFormat> plan_format = ReportFormat::Text;
    NamedValue<ReportFormat> check_format = ReportFormat::Text;
    bool check_data = false;  ///< print the data report and end
    /// of this start: where their time goes is written to trace-rankN.json in output_dir; 0: none
    std::int64_t trace_steps = 0;
    NamedValue<MediaLook> check_media = MediaLook::Decode;

    // Optimiser
    double learning_rate = 5e-5, weight_decay = 0;
    double adam_beta1 = 0.9, adam_beta2 = 0.999, adam_epsilon = 1e-8;
    double max_grad_norm = 1.0;  ///< 0: no clipping
    double warmup_ratio = 0;
    std::int64_t warmup_steps = 0;  ///< > 0 overrides the ratio
    NamedValue<ScheduleType> lr_scheduler_type = ScheduleType::Linear;
    std::string lr_scheduler_kwargs;  ///< JSON object, see ScheduleSettings
    std::string optim = "adamw_torch";

    // Evaluation, saving and logging
    NamedValue<Interval> evaluation_strategy = Interval::No;
    std::int64_t eval_steps = 0;  ///< 0: logging_steps, as Hugging Face
    NamedValue<Interval> save_strategy = Interval::Steps;
    std::int64_t save_steps = 500;
    std::int64_t save_total_limit = 0;  ///< checkpoints kept; 0: all
    std::string save_dtype;             ///< of the result: fp32, fp16, bf16; empty: as the base
    bool save_final = true;
    NamedValue<Interval> logging_strategy = Interval::Steps;  ///< entries of the history
    std::int64_t logging_steps = 500;
    bool logging_first_step = false;
    std::string report_to = "tensorboard";  ///< wandb, tensorboard, none, all; several with ','

    // Machine
    std::string device = "auto";  ///< auto, cpu, cuda, cuda:N
    std::int64_t threads = 0;     ///< 0: as many as there are cores
    bool bf16 = false, fp16 = false, tf32 = false;
    bool gradient_checkpointing = false;
    std::string deepspeed;         ///< DeepSpeed JSON file, see deepspeed_config.h
    std::int64_t zero_stage = -1;  ///< 0 to 3; < 0: what the file says, 0 without one
    NamedValue<OffloadTo> offload_optimizer = OffloadTo::AsFile;
    std::string include;  ///< host and devices, see include.h
    std::int64_t master_port = 29500, local_rank = -1;

    /// Seed of the sample order.
    std::uint64_t order_seed() const {
        return static_cast<std::uint64_t>(data_seed >= 0 ? data_seed : seed);
    }
    /// Steps between evaluations when evaluation_strategy is Steps.
    std::int64_t evaluation_steps() const { return eval_steps > 0 ? eval_steps : logging_steps; }
    bool reports_to(std::string_view service) const;
};

}  // namespace univi::training
