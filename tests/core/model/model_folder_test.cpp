// Folders as they are written: files, cuts, types and names.
#include "core/model/model_folder.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/safetensors.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/dtype_names.h"
#include "tests/support/scratch_folder.h"

namespace univi::model {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using univi::test::ScratchFolder;

std::vector<std::string> files_of(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            names.push_back(entry.path().lexically_relative(folder).string());
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> names_in(const fs::path& file) {
    std::vector<std::string> names;
    for (const auto& [name, view] : read_safetensors(file)) names.push_back(name);
    return names;
}

/// 40 bytes each in fp32, in an order that is not that of the names.
NamedTensors three() {
    return {{"c", at::arange(10, at::kFloat)},
            {"a", at::arange(10, at::kFloat) + 0.1},
            {"b", at::arange(10, at::kFloat) * 2}};
}

TEST(ModelFolder, WeightsThatFitAreOneFile) {
    ScratchFolder folder;
    const ModelFolderWriter writer(folder / "new");
    writer.weights(three());
    EXPECT_THAT(files_of(folder / "new"), ElementsAre("model.safetensors"));
    const auto table = read_checkpoint_folder(folder / "new");
    for (const auto& [name, tensor] : three()) EXPECT_TRUE(to_tensor(table.at(name)).equal(tensor));
}

TEST(ModelFolder, ShardsAreCutInTheGivenOrderAndListed) {
    ScratchFolder folder;
    ModelFolderWriter(folder.path()).weights(three(), {.shard_bytes = 80});
    EXPECT_THAT(files_of(folder.path()),
                ElementsAre("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                            "model.safetensors.index.json"));
    EXPECT_THAT(names_in(folder / "model-00001-of-00002.safetensors"), ElementsAre("a", "c"));
    EXPECT_THAT(names_in(folder / "model-00002-of-00002.safetensors"), ElementsAre("b"));
    EXPECT_EQ(base::read_file(folder / "model.safetensors.index.json"), R"({
  "metadata": {
    "total_size": 120
  },
  "weight_map": {
    "a": "model-00001-of-00002.safetensors",
    "b": "model-00002-of-00002.safetensors",
    "c": "model-00001-of-00002.safetensors"
  }
}
)");
    EXPECT_EQ(read_checkpoint_folder(folder.path()).size(), 3u);
}

TEST(ModelFolder, ATensorLargerThanAShardHasOneOfItsOwn) {
    ScratchFolder folder;
    ModelFolderWriter(folder.path()).weights(three(), {.shard_bytes = 39});
    EXPECT_EQ(files_of(folder.path()).size(), 4u);
    EXPECT_THAT(names_in(folder / "model-00002-of-00003.safetensors"), ElementsAre("a"));
}

TEST(ModelFolder, ShardsAreCutByTheStoredType) {
    ScratchFolder folder;
    ModelFolderWriter(folder.path())
        .weights(three(), {.dtype = at::kBFloat16, .shard_bytes = 60, .always_shards = true});
    EXPECT_THAT(files_of(folder.path()),
                ElementsAre("model-00001-of-00001.safetensors", "model.safetensors.index.json"));
    EXPECT_THAT(base::read_file(folder / "model.safetensors.index.json"),
                HasSubstr("\"total_size\": 60"));
    const auto stored = to_tensor(read_checkpoint_folder(folder.path()).at("a"));
    EXPECT_TRUE(stored.equal(three()[1].second.to(at::kBFloat16)));
}

TEST(ModelFolder, AStopBetweenTwoFilesIsSeen) {
    ScratchFolder folder;
    base::StopSource stop;
    stop.request_stop();
    EXPECT_THROW(ModelFolderWriter(folder.path()).weights(three(), {}, stop.get_token()),
                 base::Error);
    EXPECT_TRUE(files_of(folder.path()).empty());
}

TEST(ModelFolder, ATowerIsReadBackAsItWas) {
    ScratchFolder folder;
    VisionConfig config;
    config.hidden_size = 8, config.intermediate_size = 24, config.num_layers = 2;
    config.num_heads = 2, config.image_size = 28, config.quick_gelu = false;
    std::ofstream(folder / "preprocessor_config.json") << R"({"size": 28})";
    const ModelFolderWriter writer(folder / "out");
    const NamedTensors tensors = {{"a", at::ones({2})}, {"vision_model.b", at::zeros({3})}};
    writer.tower("openai/clip", config, tensors, at::kHalf, folder.path());
    const fs::path tower = folder / "out/openai/clip";
    EXPECT_THAT(files_of(tower),
                ElementsAre("config.json", "model.safetensors", "preprocessor_config.json"));
    EXPECT_THAT(names_in(tower / "model.safetensors"),
                ElementsAre("vision_model.a", "vision_model.b"));
    const VisionConfig read = read_vision_config(tower);
    EXPECT_EQ(read.hidden_size, 8);
    EXPECT_EQ(read.intermediate_size, 24);
    EXPECT_EQ(read.num_layers, 2);
    EXPECT_EQ(read.num_heads, 2);
    EXPECT_EQ(read.image_size, 28);
    EXPECT_FALSE(read.quick_gelu);
    EXPECT_EQ(base::read_json_file(tower / "config.json").at("torch_dtype"), "float16");
    EXPECT_FALSE(tower_config(config).contains("torch_dtype"));
}

/// A tower inside a checkpoint has no folder; what lies where the program was started is no part of
/// it.
TEST(ModelFolder, NothingIsCopiedFromTheWorkingFolder) {
    ScratchFolder folder;
    const fs::path before = fs::current_path();
    fs::create_directory(folder / "here");
    std::ofstream(folder / "here/preprocessor_config.json") << "{}";
    fs::current_path(folder / "here");
    ModelFolderWriter(folder / "out").tower("tower", {}, {}, {}, {});
    fs::current_path(before);
    EXPECT_FALSE(fs::exists(folder / "out/tower/preprocessor_config.json"));
}

TEST(ModelFolder, CopiesTheTokenizerAsFarAsItIsThere) {
    ScratchFolder folder;
    fs::create_directory(folder / "from");
    for (const char* name : {"tokenizer.model", "added_tokens.json", "generation_config.json"})
        std::ofstream(folder / "from" / name) << name;
    const ModelFolderWriter writer(folder / "to");
    writer.copy_tokenizer_from(folder / "from");
    EXPECT_THAT(files_of(folder / "to"), ElementsAre("added_tokens.json", "tokenizer.model"));
    writer.copy_generation_from(folder / "from");
    EXPECT_EQ(base::read_file(folder / "to/generation_config.json"), "generation_config.json");
}

TEST(DtypeNames, EveryTypeHasTheNameOfOptionsAndOfConfigurations) {
    for (const auto& [type, option, torch] :
         {std::tuple(c10::kFloat, "fp32", "float32"), std::tuple(c10::kHalf, "fp16", "float16"),
          std::tuple(c10::kBFloat16, "bf16", "bfloat16")}) {
        EXPECT_EQ(dtype_name(type), option);
        EXPECT_EQ(dtype_named(option), type);
        EXPECT_EQ(torch_dtype_name(type), torch);
        EXPECT_EQ(torch_dtype_named(torch), type);
    }
    EXPECT_EQ(dtype_named("float32"), std::nullopt);
    EXPECT_EQ(torch_dtype_named("fp32"), std::nullopt);
    EXPECT_EQ(dtype_name(c10::kDouble), "fp64");
    EXPECT_EQ(dtype_name(c10::kLong), "Long");
    EXPECT_EQ(torch_dtype_name(c10::kLong), "");
}

}  // namespace
}  // namespace univi::model
