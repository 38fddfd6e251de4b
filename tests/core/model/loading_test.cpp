// Golden: models/*, lora_and_projector.safetensors (merged weights).
#include <nlohmann/json.hpp>

#include "core/model/checkpoint_assembly.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/device.h"
#include "core/model/safetensors.h"
#include "core/model/torch_file.h"
#include "tests/core/model/golden.h"
#include "tests/support/scratch_folder.h"

namespace univi::model::test {
namespace {

namespace fs = std::filesystem;

void write_config(const fs::path& folder, nlohmann::json changes) {
    std::ifstream in(golden_model("tinyA") / "config.json");
    nlohmann::json config = nlohmann::json::parse(in);
    config.update(changes);
    std::ofstream(folder / "config.json") << config.dump();
}

std::string load_error(const LoadOptions& options) {
    return error_of([&] { UniviModel::load(options); });
}

at::Tensor parameter(const NamedTensors& parameters, const std::string& name) {
    for (const auto& [key, tensor] : parameters)
        if (key == name) return tensor;
    return {};
}

TEST(Loading, FullFolderStaysMapped) {
    const auto model = load_tiny("tinyA");
    EXPECT_EQ(model->language().parameters().size(), 4u * 9 + 3);
    EXPECT_EQ(parameter(model->language().parameters(), "lm_head.weight").scalar_type(),
              c10::kHalf);
    EXPECT_EQ(model->vision_tower_folder().filename(), "clip-vit-tiny-patch14");
    EXPECT_TRUE(model->missing().empty());
    ASSERT_EQ(model->unused().size(), 1u);
    EXPECT_NE(model->unused()[0].find("model.vision_tower.*"), std::string::npos);
    EXPECT_EQ(model->projector_parameters()[0].first, "model.mm_projector.weight");
}

TEST(Loading, MaterializedWeightsAreOwnLeaves) {
    PlacementOptions placement;
    placement.materialize = true;
    placement.compute_dtype = c10::kBFloat16;
    const auto model = load_tiny("tinyA", {}, placement);
    for (const auto& [name, tensor] : model->language().parameters()) {
        EXPECT_EQ(tensor.scalar_type(), c10::kBFloat16) << name;
        EXPECT_TRUE(tensor.is_leaf());
        at::Tensor(tensor).requires_grad_(true);
    }
}

TEST(Loading, MergedLoraWeights) {
    const auto model = load_tiny("tinyA-lora", "tinyA-base");
    const GoldenFile file("lora_and_projector.safetensors");
    for (const std::string name :
         {"model.layers.0.self_attn.q_proj.weight", "model.layers.3.mlp.down_proj.weight"})
        EXPECT_LT(relative_error(parameter(model->language().parameters(), name),
                                 file["tinyA-lora/merged/" + name]),
                  1e-6)
            << name;
}

TEST(Loading, BaseIsFoundByTheNameInTheAdapter) {
    LoadOptions options;
    options.model = golden_model("tinyA-lora");
    EXPECT_NE(UniviModel::load(options), nullptr);
    options.model = golden_model("tinyA-base-stage1");
    EXPECT_NE(UniviModel::load(options), nullptr);
}

/// Training stage 1 starts from the language model alone, stage 2 puts stage 1's projector
/// over it, unrounded.
TEST(Loading, LanguageModelWithFreshOrGivenProjector) {
    LoadOptions options;
    options.model = golden_model("tinyA-base");
    options.vision_tower = golden_model("openai/clip-vit-tiny-patch14");
    EXPECT_NE(load_error(options).find("not a Chat-UniVi model"), std::string::npos)
        << load_error(options);
    options.allow_missing_projector = true;
    const auto fresh = UniviModel::load(options), again = UniviModel::load(options);
    const at::Tensor weight = fresh->projector_parameters()[0].second;
    EXPECT_TRUE(at::equal(weight, again->projector_parameters()[0].second));
    EXPECT_EQ(weight.sizes(), (at::IntArrayRef{128, 64}));
    EXPECT_LE(weight.abs().max().item<float>(), 0.125f);
    EXPECT_GT(weight.std().item<float>(), 0.05f);
    EXPECT_EQ(fresh->missing().size(), 2u);
    options.projector = golden_model("tinyA-base-proj-init/mm_projector.bin");
    const auto given = UniviModel::load(options);
    const TensorTable stored = read_torch_file(options.projector);
    EXPECT_TRUE(at::equal(given->projector_parameters()[0].second,
                          to_tensor(stored.at("model.mm_projector.weight"))));
}

/// Chat takes a plain language model for what it is; training does not.
TEST(Loading, PlainLanguageModelAndMissingTowerForTextAlone) {
    LoadOptions options;
    options.model = golden_model("tinyA-base");
    options.allow_text_only = true;
    const auto plain = UniviModel::load(options);
    EXPECT_EQ(plain->sight(), Sight::NoProjector);
    EXPECT_EQ(plain->vision(), nullptr);
    EXPECT_TRUE(plain->projector_parameters().empty());

    univi::test::ScratchFolder folder;
    TensorTable table = read_checkpoint_folder(golden_model("tinyA"));
    std::erase_if(table, [](const auto& each) {
        return each.first.find("vision_tower") != std::string::npos;
    });
    write_safetensors(folder.path() / "model.safetensors", table);
    write_config(folder.path(), {{"mm_vision_tower", "openai/not-here"}});
    options.model = folder.path();
    const auto blind = UniviModel::load(options);
    EXPECT_EQ(blind->sight(), Sight::NoVisionTower);
    EXPECT_EQ(blind->projector_parameters().size(), 2u);
    options.vision_tower = golden_model("openai/clip-vit-tiny-patch14");
    EXPECT_EQ(UniviModel::load(options)->sight(), Sight::Pictures);
    options.vision_tower = folder.path() / "nowhere";  // named by hand: a mistake, not an absence
    EXPECT_NE(load_error(options).find("nowhere does not exist"), std::string::npos);
    options.vision_tower.clear();
    options.allow_text_only = false;
    EXPECT_NE(load_error(options).find("not-here was not found"), std::string::npos);
    // A configuration that promises eyes, but a checkpoint without projector, is incomplete.
    table.erase("model.mm_projector.weight");
    write_safetensors(folder.path() / "model.safetensors", table);
    options.allow_text_only = true;
    EXPECT_NE(load_error(options).find("no model.mm_projector.weight"), std::string::npos);
}

/// As transformers saves tied models, and as others save them.
TEST(Loading, TiedHeadListedButNotHeld) {
    univi::test::ScratchFolder folder;
    TensorTable table = read_checkpoint_folder(golden_model("tinyA"));
    table.erase("lm_head.weight");
    write_safetensors(folder.path() / "one.safetensors", table);
    nlohmann::json map;
    for (const auto& [name, view] : table) map[name] = "one.safetensors";
    map["lm_head.weight"] = map["model.layers.0.self_attn.rotary_emb.inv_freq"] = "one.safetensors";
    map.erase("model.norm.weight");
    std::ofstream(folder.path() / "model.safetensors.index.json")
        << nlohmann::json{{"metadata", {{"total_size", 3}}}, {"weight_map", map}}.dump();
    LoadOptions options;
    options.model = folder.path();
    options.vision_tower = golden_model("openai/clip-vit-tiny-patch14");
    write_config(folder.path(), {{"tie_word_embeddings", true}});
    EXPECT_NE(UniviModel::load(options), nullptr);
    write_config(folder.path(), {{"tie_word_embeddings", false}});
    EXPECT_NE(load_error(options).find("1 missing (lm_head.weight)"), std::string::npos)
        << load_error(options);
}

/// Weights of a tower of that shape, seeded, under the names a full checkpoint gives them.
void add_tower(TensorTable& table, const VisionConfig& config, const std::string& prefix) {
    WeightSource empty({}, "none");
    const VisionTower shapes(config, empty, "", {});
    at::manual_seed(3);
    for (const auto& [name, tensor] : shapes.parameters())
        table[prefix + name] = to_view(at::randn(tensor.sizes()) * 0.1);
}

const std::string kEmbedded = "model.vision_tower.vision_tower.vision_model.";

/// tinyA-base with a tower of that shape inside, in one file of `folder`; no config.json.
TensorTable write_checkpoint_with_tower(const fs::path& folder, const VisionConfig& vision) {
    TensorTable table = read_checkpoint_folder(golden_model("tinyA-base"));
    add_tower(table, vision, kEmbedded);
    table["model.mm_projector.weight"] = to_view(at::randn({128, vision.hidden_size}));
    table["model.mm_projector.bias"] = to_view(at::randn({128}));
    write_safetensors(folder / "model.safetensors", table);
    return table;
}

/// The model's features are those of a tower made of `table` with that configuration, exactly.
void expect_tower(const fs::path& folder, const TensorTable& table, const VisionConfig& vision) {
    LoadOptions options;
    options.model = folder;
    const auto model = UniviModel::load(options);
    EXPECT_TRUE(model->vision_tower_folder().empty());
    EXPECT_TRUE(model->unused().empty());
    WeightSource source(table, "checkpoint");
    const VisionTower expected(vision, source, kEmbedded, {});
    const at::Tensor pixels = at::randn({1, 3, vision.image_size, vision.image_size});
    EXPECT_TRUE(at::equal(model->features(pixels), expected.forward(pixels)));
}

/// One download is enough: no tower folder is found, the copy inside the checkpoint is whole and
/// looks like CLIP.
TEST(Loading, VisionTowerInsideTheCheckpoint) {
    VisionConfig vision;
    vision.hidden_size = 512;
    vision.intermediate_size = 96;
    vision.num_layers = 2;
    vision.num_heads = 8;
    vision.image_size = 28;
    univi::test::ScratchFolder folder;
    const TensorTable table = write_checkpoint_with_tower(folder.path(), vision);
    write_config(folder.path(), {{"mm_vision_tower", "openai/not-here"}, {"mm_hidden_size", 512}});
    expect_tower(folder.path(), table, vision);
}

/// A tower like none of OpenAI's is built as config.json's vision_config says, whatever its name.
TEST(Loading, VisionTowerInsideBuiltFromVisionConfig) {
    VisionConfig vision;
    vision.hidden_size = 48;
    vision.intermediate_size = 80;
    vision.num_layers = 3;
    vision.num_heads = 3;
    vision.image_size = 24;
    vision.patch_size = 8;
    vision.layer_norm_eps = 1e-3;
    vision.quick_gelu = false;
    univi::test::ScratchFolder folder;
    const TensorTable table = write_checkpoint_with_tower(folder.path(), vision);
    nlohmann::json written = {{"model_type", "clip_vision_model"},
                              {"hidden_size", 48},
                              {"intermediate_size", 80},
                              {"num_hidden_layers", 3},
                              {"num_attention_heads", 3},
                              {"image_size", 24},
                              {"patch_size", 8},
                              {"layer_norm_eps", 1e-3},
                              {"hidden_act", "gelu"},
                              {"projection_dim", 64}};
    for (const char* name : {"openai/not-here", "openai/clip-vit-large-patch14"}) {
        write_config(
            folder.path(),
            {{"mm_vision_tower", name}, {"mm_hidden_size", 48}, {"vision_config", written}});
        expect_tower(folder.path(), table, vision);
    }
    // What the weights contradict is said, tensor by tensor.
    written["intermediate_size"] = 96;
    write_config(folder.path(), {{"mm_hidden_size", 48}, {"vision_config", written}});
    LoadOptions options;
    options.model = folder.path();
    const std::string sentence = load_error(options);
    EXPECT_NE(sentence.find("expected [96,48]"), std::string::npos) << sentence;
}

/// A copy whose head count nobody knows is not guessed at.
TEST(Loading, UnknownVisionTowerIsRefused) {
    univi::test::ScratchFolder folder;
    for (const auto& entry : fs::directory_iterator(golden_model("tinyA")))
        if (entry.path().filename() != "config.json")
            fs::copy_file(entry.path(), folder.path() / entry.path().filename());
    write_config(folder.path(), {{"mm_vision_tower", "openai/not-here"}});
    LoadOptions options;
    options.model = folder.path();
    EXPECT_NE(load_error(options).find("openai/not-here was not found"), std::string::npos)
        << load_error(options);
}

TEST(Loading, ErrorsAreSentences) {
    univi::test::ScratchFolder folder;
    LoadOptions options;
    options.model = folder.path() / "nowhere";
    EXPECT_NE(load_error(options).find("does not exist"), std::string::npos);
    options.model = folder.path();
    EXPECT_NE(load_error(options).find("not a Chat-UniVi model"), std::string::npos);
    write_config(folder.path(), nlohmann::json::object());
    EXPECT_NE(load_error(options).find("no weights"), std::string::npos);
    options.model = golden_model("tinyA-base-stage1");
    options.model_base = folder.path() / "nobase";
    EXPECT_NE(load_error(options).find("nobase does not exist"), std::string::npos);
    options = {};
    options.model = golden_model("tinyA");
    options.vision_tower = folder.path() / "notower";
    EXPECT_NE(load_error(options).find("notower does not exist"), std::string::npos);
}

TEST(Loading, ShapesThatDoNotFitAreListed) {
    univi::test::ScratchFolder folder;
    for (const auto& entry : fs::directory_iterator(golden_model("tinyA")))
        if (entry.path().filename() != "config.json")
            fs::copy_file(entry.path(), folder.path() / entry.path().filename());
    write_config(folder.path(), {{"intermediate_size", 360}, {"num_hidden_layers", 5}});
    LoadOptions options;
    options.model = folder.path();
    options.vision_tower = golden_model("openai/clip-vit-tiny-patch14");
    const std::string sentence = load_error(options);
    EXPECT_NE(sentence.find("9 missing (model.layers.4."), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("F16[352,128], expected [360,128]"), std::string::npos) << sentence;
}

TEST(Loading, CanBeStoppedAndReportsProgress) {
    LoadOptions options;
    options.model = golden_model("tinyA");
    double last = 0;
    options.progress = [&](double fraction, const std::string&) {
        EXPECT_GE(fraction, last);
        last = fraction;
    };
    UniviModel::load(options);
    EXPECT_EQ(last, 1.0);
    base::StopSource source;
    options.progress = [&](double fraction, const std::string&) {
        if (fraction > 0.4) source.request_stop();
    };
    options.stop = source.get_token();
    try {
        UniviModel::load(options);
        FAIL() << "was not stopped";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Stopped);
    }
}

TEST(Device, Names) {
    EXPECT_TRUE(open_device("cpu").is_cpu());
    for (const char* name : {"gpu", "cuda:", "cuda:x", "cuda1", "cuda:-1", ""}) {
        const std::string sentence = error_of([&] { open_device(name); });
        EXPECT_NE(sentence.find("use auto, cpu, cuda or cuda:N"), std::string::npos)
            << name << ": " << sentence;
    }
    if (why_no_cuda().empty()) GTEST_SKIP() << "a GPU is usable here";
    EXPECT_TRUE(open_device("auto").is_cpu());
    EXPECT_NE(error_of([] { open_device("cuda"); }).find("choose cpu"), std::string::npos);
    EXPECT_EQ(compute_dtype("auto", c10::kCPU), c10::kFloat);
    EXPECT_FALSE(error_of([] { compute_dtype("int3", c10::kCPU); }).empty());
}

}  // namespace
}  // namespace univi::model::test
