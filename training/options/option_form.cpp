#include "training/options/option_form.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace univi::training {

namespace {

using enum OptionEditor;

/// Where a group begins in the table.
struct GroupStart {
    const char* first;
    const char* title;
};

constexpr GroupStart kGroups[] = {
    {"model_name_or_path", "Model"},
    {"lora_enable", "LoRA"},
    {"datasets", "Data"},
    {"output_dir", "Run"},
    {"learning_rate", "Optimiser"},
    {"evaluation_strategy", "Saving"},
    {"device", "Machine"},
};

/// What the table does not say. Editor Text: by the option's type.
struct Detail {
    const char* name;
    const char* label;  ///< nullptr: made from the name
    const char* unit = "";
    OptionEditor editor = Text;
    bool everyday = false;
};

constexpr Detail kDetails[] = {
    {"model_name_or_path", "Base model", "", Model, true},
    {"version", "Conversation template", "", Template, true},
    {"vision_tower", "Vision tower", "", Model, true},
    {"pretrain_mm_mlp_adapter", "Projector to start from", "", File, true},
    {"tune_mm_mlp_adapter", "Train the projector only", "", Text, true},
    {"freeze_mm_mlp_adapter", "Freeze the projector"},
    {"freeze_backbone", "Freeze the decoder"},
    {"freeze_parameters", "Frozen tensors", "", Names},
    {"vision_tune", "Train the vision tower"},
    {"mm_vision_select_layer", "Tower layer"},
    {"mm_vision_select_feature", "Tower features"},
    {"mm_projector_type", "Projector kind", "", Text},
    {"model_use", "Recorded use"},
    {"image_aspect_ratio", "Picture shape"},
    {"lora_enable", "Train LoRA adapters", "", Text, true},
    {"lora_r", "LoRA rank", "", Text, true},
    {"lora_alpha", "LoRA alpha", "", Text, true},
    {"lora_dropout", "LoRA dropout"},
    {"lora_weight_path", "Adapter to go on from", "", Folder},
    {"lora_bias", "LoRA biases"},
    {"bits", "Bits of the base", "bits"},
    {"quant_type", "Kind of 4 bits"},
    {"double_quant", "Quantise the scales"},
    {"datasets", "Datasets file", "", File, true},
    {"dataset_use", "Data set", "", DatasetName, true},
    {"data_path", "Data folder", "", Folder, true},
    {"eval_dataset_use", "Held-out data set", "", DatasetName},
    {"max_frames", "Frames of a video", "frames", Text, true},
    {"model_max_length", "Longest sample", "tokens", Text, true},
    {"lazy_preprocess", "Read items when needed"},
    {"on_bad_item", "Bad items"},
    {"dataloader_num_workers", "Loading threads", "threads"},
    {"dataloader_drop_last", "Drop the last batch"},
    {"visual_token_cache", "Visual token cache", "", NewFolder},
    {"visual_token_cache_dtype", "Cache precision"},
    {"placement", "Picture placement"},
    {"group_by_length", "Group by length"},
    {"output_dir", "Run folder", "", NewFolder, true},
    {"overwrite_output_dir", "Start afresh"},
    {"resume_from_checkpoint", "Checkpoint to resume", "", Folder},
    {"run_name", "Name in wandb"},
    {"num_train_epochs", "Epochs", "epochs", Text, true},
    {"max_steps", "Steps at most", "steps", Text, true},
    {"per_device_train_batch_size", "Batch on each device", "samples", Text, true},
    {"per_device_eval_batch_size", "Batch while evaluating", "samples"},
    {"gradient_accumulation_steps", "Batches of a step", "batches", Text, true},
    {"auto_micro_batch", "Shrink the batch when memory is short"},
    {"on_nan", "Loss that is no number"},
    {"seed", "Seed", "", Text, true},
    {"data_seed", "Seed of the order"},
    {"reference_root", "Reference's folder", "", Folder},
    {"engine", "Training program"},
    {"plan", nullptr, "", Hidden},
    {"plan_device_memory", nullptr, "", Hidden},
    {"plan_format", nullptr, "", Hidden},
    {"check_format", nullptr, "", Hidden},
    {"check_data", nullptr, "", Hidden},
    {"trace_steps", "Steps in a trace", "steps"},
    {"check_media", nullptr, "", Hidden},
    {"learning_rate", "Learning rate", "", Text, true},
    {"weight_decay", "Weight decay", "", Text, true},
    {"warmup_ratio", "Warm-up share", "of the steps", Text, true},
    {"warmup_steps", "Warm-up steps", "steps"},
    {"lr_scheduler_type", "Schedule", "", Text, true},
    {"lr_scheduler_kwargs", "Schedule settings"},
    {"adam_beta1", "Adam beta 1"},
    {"adam_beta2", "Adam beta 2"},
    {"adam_epsilon", "Adam epsilon"},
    {"max_grad_norm", "Gradient norm limit"},
    {"optim", "Optimiser name"},
    {"evaluation_strategy", "Evaluate", "", Text, true},
    {"eval_steps", "Between evaluations", "steps"},
    {"save_strategy", "Save checkpoints", "", Text, true},
    {"save_steps", "Between checkpoints", "steps", Text, true},
    {"save_total_limit", "Checkpoints kept", "checkpoints", Text, true},
    {"save_dtype", "Precision of the result"},
    {"save_final", "Save the result"},
    {"logging_strategy", "History"},
    {"logging_steps", "Between history entries", "steps"},
    {"logging_first_step", "History from step 1"},
    {"report_to", "Reports", "", Names},
    {"include", "Devices", "", Devices, true},
    {"device", "Kind of device", "", Text, true},
    {"threads", "Compute threads", "threads"},
    {"bf16", "bf16", "", Text, true},
    {"fp16", "fp16", "", Text, true},
    {"tf32", "TF32"},
    {"gradient_checkpointing", "Gradient checkpointing", "", Text, true},
    {"deepspeed", "DeepSpeed file", "", File, true},
    {"zero_stage", "ZeRO stage", "", Text, true},
    {"offload_optimizer", "Optimiser in host memory"},
    {"master_port", "Meeting port"},
    {"local_rank", nullptr, "", Hidden},
};

const Detail* find_detail(std::string_view name) {
    for (const Detail& each : kDetails)
        if (name == each.name) return &each;
    return nullptr;
}

/// "dataloader_drop_last" -> "Dataloader drop last".
std::string label_of(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    return name;
}

OptionEditor editor_by_type(const OptionRow& row) {
    if (!row.choices.empty()) return Choice;
    if (std::holds_alternative<bool TrainOptions::*>(row.member)) return Switch;
    if (std::holds_alternative<std::int64_t TrainOptions::*>(row.member)) return Whole;
    if (std::holds_alternative<double TrainOptions::*>(row.member)) return Real;
    return Text;
}

std::vector<OptionGroup> make_form() {
    std::vector<OptionGroup> form;
    for (const OptionRow& row : option_table()) {
        for (const GroupStart& start : kGroups)
            if (std::string_view(row.name) == start.first) form.push_back({start.title, {}});
        OptionFace face = option_face(row);
        if (face.editor != Hidden) form.back().faces.push_back(std::move(face));
    }
    return form;
}

}  // namespace

OptionFace option_face(const OptionRow& row) {
    const Detail* detail = find_detail(row.name);
    OptionFace face{&row, detail && detail->label ? detail->label : label_of(row.name)};
    if (detail) face.unit = detail->unit, face.everyday = detail->everyday;
    face.editor = detail && detail->editor != Text ? detail->editor : editor_by_type(row);
    return face;
}

const std::vector<OptionGroup>& option_form() {
    static const std::vector<OptionGroup> form = make_form();
    return form;
}

}  // namespace univi::training
