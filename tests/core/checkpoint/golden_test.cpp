#include <gmock/gmock.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/safetensors.h"
#include "core/model/tensor_table.h"
#include "core/model/torch_file.h"

namespace univi::model {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = UNIVI_GOLDEN;

std::string numpy_name(DType dtype) {
    switch (dtype) {
        case DType::F16:
            return "float16";
        case DType::F32:
            return "float32";
        case DType::I32:
            return "int32";
        case DType::I64:
            return "int64";
        case DType::U8:
            return "uint8";
        case DType::Bool:
            return "bool";
        default:
            return std::string(to_string(dtype));
    }
}

TEST(GoldenCheckpoint, ThreeShardsHoldTheReferencesNamesShapesAndFiles) {
    const TensorTable table = read_checkpoint_folder(kGolden / "models/tinyA");
    const base::Json expected = base::read_json_file(kGolden / "data/checkpoint_keys_tinyA.json");
    ASSERT_EQ(table.size(), expected.size());
    for (const auto& [name, entry] : expected.items()) {
        const auto found = table.find(name);
        ASSERT_NE(found, table.end()) << name;
        const TensorView& view = found->second;
        EXPECT_EQ(view.shape, entry.at("shape").get<std::vector<std::int64_t>>()) << name;
        EXPECT_EQ(numpy_name(view.dtype), entry.at("dtype").get<std::string>()) << name;
        EXPECT_EQ(view.file.filename(), entry.at("file").get<std::string>()) << name;
        EXPECT_TRUE(view.is_contiguous()) << name;
        EXPECT_EQ(view.bytes, static_cast<std::size_t>(view.num_elements()) * byte_size(view.dtype))
            << name;
    }
}

float f32(const TensorView& view, std::size_t i) {
    float value = 0;
    std::memcpy(&value, view.data + 4 * i, 4);
    return value;
}

float f16(const TensorView& view, std::size_t i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, view.data + 2 * i, 2);
    _Float16 half;
    std::memcpy(&half, &bits, 2);
    return static_cast<float>(half);
}

/// The checkpoint's tower is a half precision copy of the tower's own float32 file: two independent
/// readings must agree.
TEST(GoldenCheckpoint, ValuesAgreeBetweenTwoFiles) {
    const TensorTable model = read_checkpoint_folder(kGolden / "models/tinyA");
    const TensorTable tower =
        read_checkpoint_folder(kGolden / "models/openai/clip-vit-tiny-patch14");
    std::size_t compared = 0;
    for (const auto& [name, view] : tower) {
        const auto found = model.find("model.vision_tower.vision_tower." + name);
        if (found == model.end() || view.dtype != DType::F32 || found->second.dtype != DType::F16)
            continue;
        ASSERT_EQ(found->second.shape, view.shape) << name;
        for (std::size_t i = 0; i < static_cast<std::size_t>(view.num_elements()); i += 7) {
            ASSERT_EQ(f16(found->second, i),
                      static_cast<float>(static_cast<_Float16>(f32(view, i))))
                << name;
            ++compared;
        }
    }
    EXPECT_GT(compared, 20000u);
}

TEST(GoldenCheckpoint, ProjectorFilesHoldExactlyTwoTensors) {
    for (const char* folder : {"tinyA-base-proj-init", "tinyA-base-stage1"}) {
        const TensorTable table =
            read_tensor_file(kGolden / "models" / folder / "mm_projector.bin");
        ASSERT_EQ(table.size(), 2u);
        EXPECT_EQ(table.at("model.mm_projector.weight").shape,
                  (std::vector<std::int64_t>{128, 64}));
        EXPECT_EQ(table.at("model.mm_projector.bias").shape, (std::vector<std::int64_t>{128}));
    }
    EXPECT_EQ(read_torch_file(kGolden / "models/tinyA-lora/adapter_model.bin").size(), 56u);
    EXPECT_EQ(read_torch_file(kGolden / "models/tinyA-lora/non_lora_trainables.bin").size(), 2u);
}

/// Stage 1's projector, as the training record's final weights and as the saved file.
TEST(GoldenCheckpoint, FinalProjectorEqualsTheTrainingRecord) {
    const TensorTable file = read_torch_file(kGolden / "models/tinyA-base-stage1/mm_projector.bin");
    const TensorTable record = read_safetensors(kGolden / "data/train_stage1.safetensors");
    bool compared = false;
    for (const auto& [name, view] : record) {
        if (view.shape != std::vector<std::int64_t>{128, 64} || view.dtype != DType::F32) continue;
        const TensorView& weight = file.at("model.mm_projector.weight");
        compared = compared || std::memcmp(view.data, weight.data, weight.bytes) == 0;
    }
    EXPECT_TRUE(compared) << "no tensor of train_stage1.safetensors equals the saved projector";
}

/// The manifest tells numpy's dtype and the shape of every tensor.
TEST(GoldenCheckpoint, EverySafetensorsFileMatchesTheManifest) {
    const base::Json manifest = base::read_json_file(kGolden / "manifest.json");
    std::size_t files = 0;
    for (const auto& [file, tensors] : manifest.at("tensors").items()) {
        if (!fs::exists(kGolden / file)) continue;
        ++files;
        const TensorTable table = read_safetensors(kGolden / file);
        EXPECT_EQ(table.size(), tensors.size()) << file;
        for (const auto& [name, entry] : tensors.items()) {
            const auto found = table.find(name);
            ASSERT_NE(found, table.end()) << file << " " << name;
            EXPECT_EQ(found->second.shape, entry.at("shape").get<std::vector<std::int64_t>>())
                << file << " " << name;
            EXPECT_EQ(numpy_name(found->second.dtype), entry.at("dtype").get<std::string>())
                << file << " " << name;
            EXPECT_EQ(reinterpret_cast<std::uintptr_t>(found->second.data) %
                          byte_size(found->second.dtype),
                      0u);
        }
    }
    EXPECT_GE(files, 10u);
}

TEST(HasWeights, LooksForTheFourNames) {
    EXPECT_TRUE(has_weights(kGolden / "models/tinyA"));
    EXPECT_FALSE(has_weights(kGolden / "models/tinyA-lora"));
    EXPECT_FALSE(has_weights(kGolden / "no such folder"));
}

}  // namespace
}  // namespace univi::model
