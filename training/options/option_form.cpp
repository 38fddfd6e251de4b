#include "training/options/option_form.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "training/options/shown_text.h"

namespace univi::training {

namespace {

using enum OptionEditor;

/// Where a group begins in the table.
struct GroupStart {
    const char* first;
    const char* title;
};

constexpr GroupStart kGroups[] = {
    {"model_name_or_path", shown("Model")},
    {"lora_enable", shown("LoRA")},
    {"datasets", shown("Data")},
    {"output_dir", shown("Run")},
    {"learning_rate", shown("Optimiser")},
    {"evaluation_strategy", shown("Saving")},
    {"device", shown("Machine")},
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
    {"model_name_or_path", shown("Base model"), "", Model, true},
    {"version", shown("Conversation template"), "", Template, true},
    {"vision_tower", shown("Vision tower"), "", Model, true},
    {"pretrain_mm_mlp_adapter", shown("Projector to start from"), "", File, true},
    {"tune_mm_mlp_adapter", shown("Train the projector only"), "", Text, true},
    {"freeze_mm_mlp_adapter", shown("Freeze the projector")},
    {"freeze_backbone", shown("Freeze the decoder")},
    {"freeze_parameters", shown("Frozen tensors"), "", Names},
    {"vision_tune", shown("Train the vision tower")},
    {"mm_vision_select_layer", shown("Tower layer")},
    {"mm_vision_select_feature", shown("Tower features")},
    {"mm_projector_type", shown("Projector kind"), "", Text},
    {"mm_use_im_start_end", shown("Tokens around pictures")},
    {"mm_use_im_patch_token", shown("Token of a picture's patch")},
    {"mm_use_box_start_end", shown("Tokens around boxes")},
    {"model_use", shown("Recorded use")},
    {"image_aspect_ratio", shown("Picture shape")},
    {"lora_enable", shown("Train LoRA adapters"), "", Text, true},
    {"lora_r", shown("LoRA rank"), "", Text, true},
    {"lora_alpha", shown("LoRA alpha"), "", Text, true},
    {"lora_dropout", shown("LoRA dropout")},
    {"lora_weight_path", shown("Adapter to go on from"), "", Folder},
    {"lora_bias", shown("LoRA biases")},
    {"bits", shown("Bits of the base"), shown("bits")},
    {"quant_type", shown("Kind of 4 bits")},
    {"double_quant", shown("Quantise the scales")},
    {"datasets", shown("Datasets file"), "", File, true},
    {"dataset_use", shown("Data set"), "", DatasetName, true},
    {"data_path", shown("Data folder"), "", Folder, true},
    {"eval_dataset_use", shown("Held-out data set"), "", DatasetName},
    {"max_frames", shown("Frames of a video"), shown("frames"), Text, true},
    {"model_max_length", shown("Longest sample"), shown("tokens"), Text, true},
    {"lazy_preprocess", shown("Read items when needed")},
    {"on_bad_item", shown("Bad items")},
    {"dataloader_num_workers", shown("Loading threads"), shown("threads")},
    {"dataloader_drop_last", shown("Drop the last batch")},
    {"visual_token_cache", shown("Visual token cache"), "", NewFolder},
    {"visual_token_cache_dtype", shown("Cache precision")},
    {"placement", shown("Picture placement")},
    {"shuffle", shown("Shuffle")},
    {"group_by_length", shown("Group by length")},
    {"output_dir", shown("Run folder"), "", NewFolder, true},
    {"overwrite_output_dir", shown("Start afresh")},
    {"resume_from_checkpoint", shown("Checkpoint to resume"), "", Folder},
    {"run_name", shown("Name in wandb")},
    {"num_train_epochs", shown("Epochs"), shown("epochs"), Text, true},
    {"max_steps", shown("Steps at most"), shown("steps"), Text, true},
    {"per_device_train_batch_size", shown("Batch on each device"), shown("samples"), Text, true},
    {"per_device_eval_batch_size", shown("Batch while evaluating"), shown("samples")},
    {"gradient_accumulation_steps", shown("Batches of a step"), shown("batches"), Text, true},
    {"auto_micro_batch", shown("Shrink the batch when memory is short")},
    {"on_nan", shown("Loss that is no number")},
    {"seed", shown("Seed"), "", Text, true},
    {"data_seed", shown("Seed of the order")},
    {"reference_root", shown("Reference's folder"), "", Folder},
    {"engine", shown("Training program")},
    {"plan", nullptr, "", Hidden},
    {"plan_device_memory", nullptr, "", Hidden},
    {"plan_format", nullptr, "", Hidden},
    {"check_format", nullptr, "", Hidden},
    {"check_data", nullptr, "", Hidden},
    {"trace_steps", shown("Steps in a trace"), shown("steps")},
    {"check_media", nullptr, "", Hidden},
    {"learning_rate", shown("Learning rate"), "", Text, true},
    {"weight_decay", shown("Weight decay"), "", Text, true},
    {"warmup_ratio", shown("Warm-up share"), shown("of the steps"), Text, true},
    {"warmup_steps", shown("Warm-up steps"), shown("steps")},
    {"lr_scheduler_type", shown("Schedule"), "", Text, true},
    {"lr_scheduler_kwargs", shown("Schedule settings")},
    {"adam_beta1", shown("Adam beta 1")},
    {"adam_beta2", shown("Adam beta 2")},
    {"adam_epsilon", shown("Adam epsilon")},
    {"max_grad_norm", shown("Gradient norm limit")},
    {"optim", shown("Optimiser name")},
    {"evaluation_strategy", shown("Evaluate"), "", Text, true},
    {"eval_steps", shown("Between evaluations"), shown("steps")},
    {"save_strategy", shown("Save checkpoints"), "", Text, true},
    {"save_steps", shown("Between checkpoints"), shown("steps"), Text, true},
    {"save_total_limit", shown("Checkpoints kept"), shown("checkpoints"), Text, true},
    {"save_dtype", shown("Precision of the result")},
    {"save_final", shown("Save the result")},
    {"logging_strategy", shown("History")},
    {"logging_steps", shown("Between history entries"), shown("steps")},
    {"logging_first_step", shown("History from step 1")},
    {"report_to", shown("Reports"), "", Names},
    {"include", shown("Devices"), "", Devices, true},
    {"device", shown("Kind of device"), "", Text, true},
    {"threads", shown("Compute threads"), shown("threads")},
    {"bf16", shown("bf16"), "", Text, true},
    {"fp16", shown("fp16"), "", Text, true},
    {"tf32", shown("TF32")},
    {"gradient_checkpointing", shown("Gradient checkpointing"), "", Text, true},
    {"deepspeed", shown("DeepSpeed file"), "", File, true},
    {"zero_stage", shown("ZeRO stage"), "", Text, true},
    {"offload_optimizer", shown("Optimiser in host memory")},
    {"master_port", shown("Meeting port")},
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
