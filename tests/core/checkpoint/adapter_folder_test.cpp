// An adapter's files by PEFT's names.
#include "core/model/adapter_folder.h"
#include "core/model/safetensors.h"
#include "core/model/torch_file.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/adapter_config.h"
#include "tests/support/scratch_folder.h"

namespace univi::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using univi::test::ScratchFolder;

const std::string kQ = "model.layers.0.self_attn.q_proj", kProjector = "model.mm_projector";

TensorView number(float value) {
    const auto data = std::make_shared<float>(value);
    TensorView view;
    view.shape = view.stride = {1};
    view.data = reinterpret_cast<const std::byte*>(data.get());
    view.bytes = sizeof value;
    view.owner = data;
    return view;
}

TensorTable table_of(const std::vector<std::string>& names) {
    TensorTable table;
    for (std::size_t i = 0; i < names.size(); ++i)
        table[names[i]] = number(static_cast<float>(i + 1));
    return table;
}

std::vector<std::string> names_of(const TensorTable& table) {
    std::vector<std::string> names;
    for (const auto& [name, view] : table) names.push_back(name);
    return names;
}

TEST(AdapterFolder, WritesPeftsNamesAndReadsTheModelsBack) {
    ScratchFolder folder;
    const AdapterFolder adapter(folder.path());
    EXPECT_FALSE(adapter.exists());
    adapter.write({.base_model = "base", .rank = 8, .alpha = 16, .dropout = 0.05},
                  table_of({kQ + ".lora_A.weight", kQ + ".lora_B.weight"}),
                  table_of({kProjector + ".weight", kProjector + ".bias"}));
    EXPECT_TRUE(adapter.exists());
    EXPECT_THAT(names_of(read_torch_file(folder / "adapter_model.bin")),
                ElementsAre("base_model.model." + kQ + ".lora_A.weight",
                            "base_model.model." + kQ + ".lora_B.weight"));
    EXPECT_THAT(names_of(read_torch_file(folder / "non_lora_trainables.bin")),
                ElementsAre("base_model.model." + kProjector + ".bias",
                            "base_model.model." + kProjector + ".weight"));
    EXPECT_THAT(names_of(adapter.parameters()),
                ElementsAre(kQ + ".lora_A.weight", kQ + ".lora_B.weight", kProjector + ".bias",
                            kProjector + ".weight"));
    EXPECT_THAT(names_of(adapter.others()),
                ElementsAre(kProjector + ".bias", kProjector + ".weight"));
    const AdapterTensors sorted = adapter.tensors();
    ASSERT_EQ(sorted.linear.size(), 1u);
    EXPECT_EQ(sorted.linear.begin()->first, kQ);
    const AdapterConfig config = read_adapter_config(folder.path());
    EXPECT_TRUE(config.is_plain());
    EXPECT_EQ(config.rank, 8);
    EXPECT_EQ(config.alpha, 16);
    EXPECT_TRUE(config.targets("model.layers.3.mlp.up_proj"));
    const auto json = base::read_json_file(folder / "adapter_config.json");
    EXPECT_EQ(json.at("lora_alpha").dump(), "16");  // an integer, as PEFT's configurations have it
    EXPECT_EQ(json.at("base_model_name_or_path"), "base");
}

TEST(AdapterFolder, BiasAllStoresTheProjectorsBiasWithTheAdapters) {
    ScratchFolder folder;
    const AdapterFolder adapter(folder.path());
    adapter.write({.bias = "all", .alpha = 1.5}, table_of({kQ + ".lora_A.weight"}),
                  table_of({kProjector + ".weight", kProjector + ".bias", "model.x.bias"}));
    EXPECT_THAT(names_of(read_torch_file(folder / "adapter_model.bin")),
                ElementsAre("base_model.model." + kQ + ".lora_A.weight",
                            "base_model.model." + kProjector + ".bias"));
    EXPECT_EQ(base::read_json_file(folder / "adapter_config.json").at("lora_alpha"), 1.5);
}

TEST(AdapterFolder, ReadsEverySpellingOfAName) {
    ScratchFolder folder;
    write_safetensors(
        folder / "adapter_model.safetensors",
        table_of({"base_model.model." + kQ + ".lora_A.default.weight", kQ + ".lora_B.weight"}));
    // The reference's own file, one without PEFT's wrapper, one with half of it, a bare model's.
    write_torch_file(
        folder / "non_lora_trainables.bin",
        table_of({"base_model.model.model.mm_projector.weight", "model.mm_projector.bias",
                  "model.model.embed_tokens.weight", "base_model.model.lm_head.weight"}));
    const AdapterFolder adapter(folder.path());
    EXPECT_THAT(names_of(adapter.others()),
                ElementsAre("lm_head.weight", "model.embed_tokens.weight", kProjector + ".bias",
                            kProjector + ".weight"));
    EXPECT_THAT(names_of(adapter.parameters()),
                ElementsAre("lm_head.weight", "model.embed_tokens.weight", kQ + ".lora_A.weight",
                            kQ + ".lora_B.weight", kProjector + ".bias", kProjector + ".weight"));
}

TEST(AdapterFolder, SaysWhichFileIsMissing) {
    ScratchFolder folder;
    const AdapterFolder adapter(folder.path());
    EXPECT_TRUE(adapter.others().empty());
    try {
        adapter.parameters();
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::File);
        EXPECT_THAT(error.what(), HasSubstr("neither adapter_model.safetensors nor"));
    }
}

TEST(AdapterFolder, KnowsItsParametersByName) {
    EXPECT_TRUE(is_adapter_parameter(kQ + ".lora_A.weight"));
    EXPECT_TRUE(is_adapter_parameter(kQ + ".lora_B.weight"));
    EXPECT_FALSE(is_adapter_parameter(kQ + ".weight"));
}

}  // namespace
}  // namespace univi::model
