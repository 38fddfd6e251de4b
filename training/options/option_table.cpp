#include "training/options/option_table.h"

#include "training/options/shown_text.h"

namespace univi::training {

namespace {

using T = TrainOptions;
constexpr auto kOurs = OptionRow::Origin::Ours;

template <typename E>
constexpr NamedText::Names names_behind(NamedValue<E> T::*) {
    return names_of(E{});
}

/// The row of an option that is an enum; its choices are the enum's names.
template <auto member>
constexpr OptionRow named(const char* name, const char* help,
                          OptionRow::Origin origin = OptionRow::Origin::Reference) {
    return {name,
            OptionRow::Named{[](T& options) -> NamedText& { return options.*member; },
                             [](const T& options) -> const NamedText& { return options.*member; }},
            help, names_behind(member), origin};
}

// Choices that are handed on as the texts that they are.
constexpr const char* kFeatures[] = {"patch"};
constexpr const char* kProjectors[] = {"linear"};
constexpr const char* kUses[] = {"PRETUNE", "FINETUNE", "BASE"};
constexpr const char* kBiases[] = {"none", "all", "lora_only"};
constexpr const char* kOptimizers[] = {"adamw_torch", "adamw_hf", "adamw_torch_fused",
                                       "adamw_apex_fused"};
constexpr const char* kSavedTypes[] = {"", "fp32", "fp16", "bf16"};

constexpr OptionRow kTable[] = {
    // Model
    {"model_name_or_path", &T::model_name_or_path, shown("folder of the base model")},
    {"version", &T::version, shown("conversation template: v1, simple, simpleqa, plain, llama_2")},
    {"vision_tower", &T::vision_tower, shown("CLIP tower: folder or Hugging Face name")},
    {"pretrain_mm_mlp_adapter", &T::pretrain_mm_mlp_adapter,
     shown("mm_projector.bin to start from")},
    {"tune_mm_mlp_adapter", &T::tune_mm_mlp_adapter, shown("stage 1: train the projector only")},
    {"freeze_mm_mlp_adapter", &T::freeze_mm_mlp_adapter, shown("leave the projector as it is")},
    {"freeze_backbone", &T::freeze_backbone,
     shown("leave embeddings and decoder layers as they are")},
    {"freeze_parameters", &T::freeze_parameters,
     shown(
         "tensors to leave as they are: globs such as model.layers.[0-3].*, joined with a comma")},
    {"vision_tune", &T::vision_tune, shown("train the vision tower too"), {}, kOurs},
    {"mm_vision_select_layer", &T::mm_vision_select_layer,
     shown("hidden state of the tower to use")},
    {"mm_vision_select_feature", &T::mm_vision_select_feature, shown("features of the tower"),
     kFeatures},
    {"mm_projector_type", &T::mm_projector_type, shown("kind of projector"), kProjectors},
    {"mm_use_im_start_end", &T::mm_use_im_start_end, shown("must be False")},
    {"mm_use_im_patch_token", &T::mm_use_im_patch_token, shown("must be False")},
    {"mm_use_box_start_end", &T::mm_use_box_start_end, shown("must be False")},
    {"model_use", &T::model_use, shown("recorded in config.json"), kUses},
    named<&T::image_aspect_ratio>("image_aspect_ratio",
                                  shown("pad: pad pictures to a square first")),

    // LoRA and the frozen low-bit base
    {"lora_enable", &T::lora_enable, shown("train low-rank adapters instead of the decoder")},
    {"lora_r", &T::lora_r, shown("rank of the adapters")},
    {"lora_alpha", &T::lora_alpha, shown("their output is scaled by alpha / r")},
    {"lora_dropout", &T::lora_dropout, shown("dropout on their input")},
    {"lora_weight_path", &T::lora_weight_path, shown("adapter folder to go on from")},
    {"lora_bias", &T::lora_bias, shown("biases trained beside them"), kBiases},
    {"bits", &T::bits, shown("of the frozen base: 16, or 8 or 4 with --lora_enable True")},
    {"double_quant", &T::double_quant, shown("bits 4: quantize the scales too")},
    named<&T::quant_type>("quant_type", shown("bits 4: kind of numbers")),

    // Data
    {"datasets",
     &T::datasets,
     shown("JSON file: name -> list of sources; left out: datasets.json here, then the published "
           "names"),
     {},
     kOurs},
    {"dataset_use", &T::dataset_use, shown("name of the data set in that file (several: A+B)")},
    {"data_path",
     &T::data_path,
     shown("folder that ${PATH} in a datasets file stands for"),
     {},
     kOurs},
    {"eval_dataset_use",
     &T::eval_dataset_use,
     shown("held-out data set, named likewise"),
     {},
     kOurs},
    {"lazy_preprocess", &T::lazy_preprocess,
     shown("False: check every item before the first step")},
    {"max_frames", &T::max_frames, shown("frames of a video at most"), {}, kOurs},
    {"model_max_length", &T::model_max_length, shown("tokens of a sample at most")},
    {"shuffle", &T::shuffle, shown("False: file order, wrapping round"), {}, kOurs},
    {"group_by_length", &T::group_by_length, shown("batches of about equally long samples")},
    named<&T::on_bad_item>("on_bad_item",
                           shown("an item or medium that cannot be read: keep it without loss, "
                                 "leave it out, or end the run"),
                           kOurs),
    {"dataloader_num_workers", &T::dataloader_num_workers, shown("threads that prepare samples")},
    {"dataloader_drop_last", &T::dataloader_drop_last,
     shown("leave an epoch's last incomplete batch out")},
    {"visual_token_cache",
     &T::visual_token_cache,
     shown("folder that keeps merged visual tokens"),
     {},
     kOurs},
    named<&T::visual_token_cache_dtype>("visual_token_cache_dtype", shown("fp32 (exact) or fp16"),
                                        kOurs),
    named<&T::placement>("placement", shown("of several pictures; reference: upstream's way"),
                         kOurs),

    // Run
    {"output_dir", &T::output_dir, shown("run folder; a run there is resumed")},
    {"overwrite_output_dir", &T::overwrite_output_dir, shown("start afresh instead of resuming")},
    {"resume_from_checkpoint", &T::resume_from_checkpoint,
     shown("checkpoint folder to resume from; left out: the newest one of the run folder")},
    {"run_name", &T::run_name, shown("name that wandb shows; left out: that of output_dir")},
    {"num_train_epochs", &T::num_train_epochs, shown("passes over the data")},
    {"max_steps", &T::max_steps, shown("optimiser steps; overrides the epochs when positive")},
    {"per_device_train_batch_size", &T::per_device_train_batch_size,
     shown("samples of a batch on each device")},
    {"per_device_eval_batch_size", &T::per_device_eval_batch_size,
     shown("the same while evaluating")},
    {"gradient_accumulation_steps", &T::gradient_accumulation_steps, shown("batches of a step")},
    {"auto_micro_batch",
     &T::auto_micro_batch,
     shown("out of memory: halve the batch, accumulate twice as often"),
     {},
     kOurs},
    named<&T::on_nan>(
        "on_nan", shown("loss or gradient that is no number: end the run, or leave the step out"),
        kOurs),
    {"seed", &T::seed, shown("seed of the order and of a fresh projector")},
    {"data_seed", &T::data_seed, shown("seed of the order; negative: --seed")},
    named<&T::engine>("engine", shown("deepspeed: start the reference's program with these flags"),
                      kOurs),
    {"reference_root",
     &T::reference_root,
     shown("engine deepspeed: folder of the reference's code"),
     {},
     kOurs},
    {"plan", &T::plan, shown("print the memory plan and end"), {}, kOurs},
    {"plan_device_memory",
     &T::plan_device_memory,
     shown(
         "plan: memory of each GPU, such as 80GB, which need not be here; left out: what is here"),
     {},
     kOurs},
    named<&T::plan_format>("plan_format", shown("plan: a table, or all figures"), kOurs),
    {"check_data", &T::check_data, shown("print the data report and end"), {}, kOurs},
    {"trace_steps",
     &T::trace_steps,
     shown("write where the time of so many steps goes: trace-rankN.json in the run folder"),
     {},
     kOurs},
    named<&T::check_format>(
        "check_format", shown("check_data: a report for people, or a line of JSON for each event"),
        kOurs),
    named<&T::check_media>(
        "check_media",
        shown("check_data: decode pictures and videos, or look whether they are there"), kOurs),

    // Optimiser
    {"learning_rate", &T::learning_rate, shown("highest learning rate")},
    {"weight_decay", &T::weight_decay, shown("decoupled; not for norms and biases")},
    {"adam_beta1", &T::adam_beta1, shown("AdamW beta 1")},
    {"adam_beta2", &T::adam_beta2, shown("AdamW beta 2")},
    {"adam_epsilon", &T::adam_epsilon, shown("AdamW epsilon")},
    {"max_grad_norm", &T::max_grad_norm, shown("gradient norm to clip at; 0: never")},
    {"warmup_ratio", &T::warmup_ratio, shown("share of the steps that warm up")},
    {"warmup_steps", &T::warmup_steps,
     shown("steps that warm up; overrides the ratio when positive")},
    named<&T::lr_scheduler_type>("lr_scheduler_type", shown("course of the learning rate")),
    {"lr_scheduler_kwargs", &T::lr_scheduler_kwargs,
     shown("JSON object of the schedule's own settings, such as {\"num_cycles\": 2}")},
    {"optim", &T::optim, shown("optimiser; all are AdamW in fp32"), kOptimizers},

    // Evaluation, saving and logging
    named<&T::evaluation_strategy>("evaluation_strategy",
                                   shown("when the held-out loss is measured")),
    {"eval_steps", &T::eval_steps, shown("steps between evaluations; 0: logging_steps")},
    named<&T::save_strategy>("save_strategy", shown("when checkpoints are written")),
    {"save_steps", &T::save_steps, shown("steps between checkpoints")},
    {"save_total_limit", &T::save_total_limit, shown("checkpoints kept; 0: all")},
    {"save_dtype", &T::save_dtype, shown("of the result; left out: as the base"), kSavedTypes,
     kOurs},
    {"save_final", &T::save_final, shown("False: write no result at the end"), {}, kOurs},
    named<&T::logging_strategy>("logging_strategy", shown("when the history gets an entry")),
    {"logging_steps", &T::logging_steps, shown("steps between entries of the history")},
    {"logging_first_step", &T::logging_first_step, shown("an entry for the first step too")},
    {"report_to", &T::report_to, shown("wandb, tensorboard, all or none; several with commas")},

    // Machine
    {"device", &T::device, shown("auto, cpu, cuda, cuda:N"), {}, kOurs},
    {"threads", &T::threads, shown("threads to compute with; 0: all cores"), {}, kOurs},
    {"bf16", &T::bf16, shown("compute in bf16 over fp32 master weights")},
    {"fp16", &T::fp16, shown("compute in fp16 with loss scaling over fp32 master weights")},
    {"tf32", &T::tf32, shown("TF32 matrix products on the GPU")},
    {"gradient_checkpointing", &T::gradient_checkpointing,
     shown("recompute layers, for less memory")},
    {"deepspeed", &T::deepspeed, shown("DeepSpeed JSON file: ZeRO stage, offload, buckets")},
    {"zero_stage",
     &T::zero_stage,
     shown("ZeRO stage 0 to 3; negative: what the file says"),
     {},
     kOurs},
    named<&T::offload_optimizer>("offload_optimizer",
                                 shown("where optimiser state lives; left out: what the file says"),
                                 kOurs),
    {"include", &T::include, shown("devices that train: localhost:0,1")},
    {"master_port", &T::master_port, shown("port at which the ranks meet")},
    {"local_rank", &T::local_rank, shown("set by launchers")},
};

constexpr const char* kAlways = "media and items are always read this way";
constexpr const char* kTorch = "there is no Python trainer here that it could tune";

constexpr UnusedFlag kUnused[] = {
    {"is_multimodal", "every run is"},
    {"cache_dir", "models are found in the Hugging Face cache (HF_HOME)"},
    {"mpt_attn_impl", "the decoder is a LLaMA"},
    {"remove_unused_columns", kAlways},
    {"label_names", kAlways},
    {"do_train", "training is what this program does"},
    {"do_eval", "--evaluation_strategy decides"},
    {"do_predict", "use univi-cli for predictions"},
    {"prediction_loss_only", "evaluation measures the loss"},
    {"log_level", "the log is on stderr; UNIVI_LOG sets its level"},
    {"log_level_replica", "the log is on stderr; UNIVI_LOG sets its level"},
    {"log_on_each_node", "the first rank logs"},
    {"logging_dir", "event files stand in output_dir/runs"},
    {"logging_nan_inf_filter", "--on_nan decides"},
    {"disable_tqdm", "progress is in the events"},
    {"save_safetensors", "the result is written as its kind demands"},
    {"save_on_each_node", "the first rank saves"},
    {"full_determinism", "runs are deterministic"},
    {"dataloader_pin_memory", kTorch},
    {"dataloader_persistent_workers", kTorch},
    {"dataloader_prefetch_factor", kTorch},
    {"skip_memory_metrics", kTorch},
    {"ddp_backend", "NCCL on GPUs, Gloo on CPUs"},
    {"ddp_find_unused_parameters", kTorch},
    {"ddp_bucket_cap_mb", kTorch},
    {"ddp_broadcast_buffers", kTorch},
    {"ddp_timeout", kTorch},
    {"half_precision_backend", kTorch},
    {"fp16_opt_level", kTorch},
    {"fp16_backend", kTorch},
    {"bf16_full_eval", "evaluation computes as training does"},
    {"fp16_full_eval", "evaluation computes as training does"},
    {"eval_accumulation_steps", kTorch},
    {"include_inputs_for_metrics", kTorch},
    {"ignore_data_skip", "a resumed run goes on at its sample at once"},
    {"ray_scope", kTorch},
    {"xpu_backend", kTorch},
    {"use_legacy_prediction_loop", kTorch},
    {"past_index", kTorch},
    {"debug", kTorch},
    {"optim_args", "the optimiser has its own flags"},
    {"length_column_name", "lengths are measured"},
};

constexpr UnusedFlag kRefused[] = {
    {"num_gpus", "name the devices with --include localhost:0,1"},
    {"num_nodes", "start a launcher on each host (torchrun --no-python, mpirun, Slurm)"},
    {"hostfile", "start a launcher on each host (torchrun --no-python, mpirun, Slurm)"},
    {"exclude", "name the devices that train with --include localhost:0,1"},
    {"fsdp", "use --deepspeed FILE or --zero_stage"},
    {"fsdp_config", "use --deepspeed FILE or --zero_stage"},
    {"sharded_ddp", "use --deepspeed FILE or --zero_stage"},
    {"adafactor", "the optimiser is AdamW (--optim adamw_torch)"},
    {"label_smoothing_factor", "the loss has none, as the published runs"},
    {"load_best_model_at_end",
     "keep checkpoints with --save_total_limit and choose by the evaluation events"},
    {"metric_for_best_model",
     "keep checkpoints with --save_total_limit and choose by the evaluation events"},
    {"greater_is_better",
     "keep checkpoints with --save_total_limit and choose by the evaluation events"},
    {"eval_delay", "evaluation begins with the first interval"},
    {"push_to_hub", "upload the finished folder with huggingface-cli"},
    {"hub_model_id", "upload the finished folder with huggingface-cli"},
    {"hub_token", "upload the finished folder with huggingface-cli"},
    {"torch_compile", "kernels are compiled into the program"},
    {"torchdynamo", "kernels are compiled into the program"},
    {"use_mps_device", "use --device cpu or --device cuda"},
    {"use_ipex", "use --device cpu or --device cuda"},
    {"tpu_num_cores", "use --device cpu or --device cuda"},
    {"image_grid_pinpoints", "pictures are one square each"},
    {"max_seq_length", "the flag is --model_max_length"},
    {"group_by_modality_length", "use --group_by_length True"},
    {"mm_projector_lr", "all parts train with --learning_rate"},
};

constexpr std::pair<const char*, const char*> kAliases[] = {
    {"eval_strategy", "evaluation_strategy"},
    {"per_gpu_train_batch_size", "per_device_train_batch_size"},
    {"per_gpu_eval_batch_size", "per_device_eval_batch_size"},
    {"auto_find_batch_size", "auto_micro_batch"},
};

}  // namespace

std::span<const OptionRow> option_table() {
    return kTable;
}

std::span<const UnusedFlag> unused_flags() {
    return kUnused;
}

std::span<const UnusedFlag> refused_flags() {
    return kRefused;
}

std::span<const std::pair<const char*, const char*>> flag_aliases() {
    return kAliases;
}

}  // namespace univi::training
