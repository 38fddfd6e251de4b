#pragma once

#include "tests/training/training_support.h"
#include "training/options/options.h"

namespace univi::training::test {

inline const fs::path kModels = golden() / "models";

/// Returns the options of a short run on tinyA-base with stage 1's projector: four steps of two
/// golden samples of `dataset` ("stage1" or "stage2") in file order, on one thread.
inline TrainOptions golden_run_options(const ScratchFolder& folder, const std::string& dataset,
                                       const std::string& output = "out") {
    TrainOptions options;
    options.model_name_or_path = (kModels / "tinyA-base").string();
    options.vision_tower = (kModels / "openai/clip-vit-tiny-patch14").string();
    options.pretrain_mm_mlp_adapter = (kModels / "tinyA-base-stage1/mm_projector.bin").string();
    options.datasets = golden_datasets(folder).string();
    options.dataset_use = dataset;
    options.output_dir = (folder / output).string();
    options.shuffle = false;
    options.max_steps = 4;
    options.per_device_train_batch_size = 2;
    options.learning_rate = 1e-3;
    options.lr_scheduler_type = "constant";
    options.logging_steps = 1;
    options.device = "cpu";
    options.threads = 1;
    options.save_strategy = "no";
    options.report_to = "none";
    return options;
}

}  // namespace univi::training::test
