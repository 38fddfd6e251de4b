#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/file.h"
#include "tests/support/scratch_folder.h"

namespace univi::training::test {

namespace fs = std::filesystem;
using Json = nlohmann::json;

inline fs::path golden() {
    return UNIVI_GOLDEN;
}

using TemporaryFolder = univi::test::ScratchFolder;

inline void write(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

inline Json read_json(const fs::path& path) {
    return Json::parse(base::read_file(path));
}

/// datasets.json with the golden training samples of both stages under "stage1" and "stage2".
inline fs::path golden_datasets(const TemporaryFolder& folder) {
    Json list;
    for (const char* stage : {"stage1", "stage2"})
        list[stage] = {
            {{"chat_path",
              (golden() / "data" / ("train_chat_" + std::string(stage) + ".json")).string()},
             {"inputs", (golden() / "inputs").string()}}};
    write(folder / "datasets.json", list.dump());
    return folder / "datasets.json";
}

}  // namespace univi::training::test
