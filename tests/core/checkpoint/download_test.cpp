// What people have in a model folder after a download that went wrong, or one made by other
// programs: each is named as what it is.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/model_config.h"
#include "core/model/tensor_table.h"
#include "tests/core/checkpoint/builders.h"
#include "tests/support/errors.h"
#include "tests/support/scratch_folder.h"

namespace univi::model {
namespace {

using namespace univi::test;
using ::testing::AllOf;
using ::testing::HasSubstr;

const std::filesystem::path kModels = std::filesystem::path(UNIVI_GOLDEN) / "models";

/// The sentence for a weights file of those bytes.
std::string refusal(const ScratchFolder& folder, const std::string& name,
                    const std::string& bytes) {
    write_bytes(folder / name, bytes);
    return error_of([&] { read_tensor_file(folder / name); });
}

/// A tensor of `count` bytes in a safetensors file.
std::string one_tensor(std::size_t count) {
    const std::string size = std::to_string(count);
    return safetensors_file(
        R"({"w":{"dtype":"U8","shape":[)" + size + R"(],"data_offsets":[0,)" + size + "]}}",
        std::string(count, 'd'));
}

TEST(Download, ACutSafetensorsSaysHowMuchThereIs) {
    const ScratchFolder folder;
    const std::string whole = one_tensor(1'420'000);
    const std::string sentence =
        refusal(folder, "model-00002.safetensors", whole.substr(0, 500'000));
    EXPECT_THAT(sentence, AllOf(HasSubstr("model-00002.safetensors"), HasSubstr("is cut off"),
                                HasSubstr("0.5 of 1.4 MB"), HasSubstr("download it again")));
    const std::string last = refusal(folder, "a.safetensors", whole.substr(0, whole.size() - 1));
    EXPECT_THAT(last, HasSubstr(std::to_string(whole.size() - 1) + " of " +
                                std::to_string(whole.size()) + " bytes"));
    EXPECT_THAT(refusal(folder, "a.safetensors", whole.substr(0, 40)),
                AllOf(HasSubstr("is cut off"), HasSubstr("of its header")));
    EXPECT_THAT(refusal(folder, "a.safetensors", whole.substr(0, 5)),
                AllOf(HasSubstr("cut off after 5 bytes"), HasSubstr("download it again")));
    EXPECT_THAT(refusal(folder, "a.safetensors", whole + std::string(3000, 'x')),
                AllOf(HasSubstr("longer than it should be"), HasSubstr("3.0 KB too many")));
}

/// A checkpoint that PyTorch itself wrote: its pickle stands in front and tells the whole size.
TEST(Download, ACutPytorchFileSaysHowMuchThereIs) {
    const ScratchFolder folder;
    const std::string whole = base::read_file(kModels / "tinyA-lora/adapter_model.bin");
    const std::string sentence =
        refusal(folder, "pytorch_model.bin", whole.substr(0, whole.size() / 3));
    EXPECT_THAT(sentence,
                AllOf(HasSubstr("pytorch_model.bin"), HasSubstr("is cut off: "), HasSubstr(" of "),
                      HasSubstr("KB"), HasSubstr("download it again")));
    EXPECT_THAT(refusal(folder, "a.bin", whole.substr(0, whole.size() - 100)),
                HasSubstr("is cut off"));
    EXPECT_THAT(refusal(folder, "a.bin", whole.substr(0, 60)),
                HasSubstr("is cut off after 60 bytes"));
    EXPECT_THAT(refusal(folder, "a.bin", whole + std::string(70000, 'x')),
                AllOf(HasSubstr("longer than it should be"), HasSubstr("70.0 KB")));
}

TEST(Download, StandInsAreNamed) {
    const ScratchFolder folder;
    const std::string pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 13476851000\n";
    for (const char* name : {"model.safetensors", "pytorch_model.bin", "mm_projector.bin"}) {
        EXPECT_THAT(refusal(folder, name, pointer),
                    AllOf(HasSubstr(name), HasSubstr("Git LFS pointer"), HasSubstr("13.5 GB"),
                          HasSubstr("git lfs pull")));
        EXPECT_THAT(refusal(folder, name, ""),
                    AllOf(HasSubstr("is empty"), HasSubstr("download it again")));
        EXPECT_THAT(refusal(folder, name, "\n<!DOCTYPE html><html><title>404</title></html>"),
                    AllOf(HasSubstr("web page"), HasSubstr("download it again")));
        EXPECT_THAT(refusal(folder, name, "Entry not found"),
                    AllOf(HasSubstr("Entry not found"), HasSubstr("download it again")));
    }
    for (const std::string& bytes : {pointer, std::string(), std::string("<html>")}) {
        write_bytes(folder / "config.json", bytes);
        EXPECT_THAT(error_of([&] { read_model_config(folder.path()); }),
                    AllOf(HasSubstr("config.json"),
                          HasSubstr(bytes == pointer ? "git lfs pull" : "download it again")));
    }
}

class Index : public ::testing::Test {
  protected:
    /// Two shards that hold "a" and "b"; the index says whatever `text` says.
    TensorTable read(const std::string& text) {
        write_bytes(folder_ / "one.safetensors", tensor("a"));
        write_bytes(folder_ / "two.safetensors", tensor("b"));
        write_bytes(folder_ / "model.safetensors.index.json", text);
        return read_checkpoint_folder(folder_.path());
    }
    static std::string tensor(const std::string& name) {
        return safetensors_file(
            "{\"" + name + R"(":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", name + "234");
    }
    ScratchFolder folder_;
};

TEST_F(Index, MayListWhatNoShardHolds) {
    const TensorTable table = read(
        R"({"metadata":{"total_size":7},"weight_map":{"a":"one.safetensors","b":"two.safetensors","lm_head.weight":"two.safetensors","model.layers.0.self_attn.rotary_emb.inv_freq":"one.safetensors"}})");
    EXPECT_EQ(table.size(), 2u);
}

TEST_F(Index, MayLackWhatAShardHoldsAndItsMetadata) {
    EXPECT_EQ(read(R"({"weight_map":{"a":"one.safetensors","c":"two.safetensors"}})").size(), 2u);
    EXPECT_EQ(
        read(R"({"metadata":null,"weight_map":{"a":"two.safetensors","b":"one.safetensors"}})")
            .size(),
        2u);
}

TEST_F(Index, OfTwoTensorsTheListedOneCounts) {
    for (const char* listed : {"one", "two"}) {
        write_bytes(
            folder_ / "one.safetensors",
            safetensors_file(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", "one"));
        write_bytes(
            folder_ / "two.safetensors",
            safetensors_file(
                R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}})",
                "two!"));
        write_bytes(
            folder_ / "model.safetensors.index.json",
            std::string(R"({"weight_map":{"z":"one.safetensors","b":"two.safetensors","a":")") +
                listed + ".safetensors\"}}");
        const TensorTable table = read_checkpoint_folder(folder_.path());
        EXPECT_EQ(std::string(reinterpret_cast<const char*>(table.at("a").data), 3), listed);
    }
}

}  // namespace
}  // namespace univi::model
