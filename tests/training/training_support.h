#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "tests/support/scratch_folder.h"

namespace univi::training::test {

namespace fs = std::filesystem;
using Json = nlohmann::json;

inline fs::path golden() {
    return UNIVI_GOLDEN;
}

using univi::test::ScratchFolder;

inline void write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

inline Json read_json(const fs::path& path) {
    return Json::parse(base::read_file(path));
}

/// datasets.json with the golden training samples of both stages under "stage1" and "stage2".
inline fs::path golden_datasets(const ScratchFolder& folder) {
    Json list;
    for (const char* stage : {"stage1", "stage2"})
        list[stage] = {
            {{"chat_path",
              (golden() / "data" / ("train_chat_" + std::string(stage) + ".json")).string()},
             {"inputs", (golden() / "inputs").string()}}};
    write(folder / "datasets.json", list.dump());
    return folder / "datasets.json";
}

/// The words that begin every command of these tests: `program` on tinyA-base with stage 1's
/// projector and the golden samples of the first stage, writing to `output`.
inline std::vector<std::string> golden_run_words(const std::string& program,
                                                 const ScratchFolder& folder,
                                                 const std::string& output) {
    const fs::path models = golden() / "models";
    return {program,
            "--model_name_or_path",
            (models / "tinyA-base").string(),
            "--vision_tower",
            (models / "openai/clip-vit-tiny-patch14").string(),
            "--pretrain_mm_mlp_adapter",
            (models / "tinyA-base-stage1/mm_projector.bin").string(),
            "--datasets",
            golden_datasets(folder).string(),
            "--dataset_use",
            "stage1",
            "--output_dir",
            (folder / output).string()};
}

}  // namespace univi::training::test
