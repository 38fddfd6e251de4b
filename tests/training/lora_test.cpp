// Adapters: what is trained, what is saved, and that both loaders see the model that was trained.
#include <gmock/gmock.h>

#include "core/base/sha256.h"
#include "core/model/torch_file.h"
#include "stage2_support.h"
#include "training/engine/lora.h"
#include "training/engine/run_setup.h"

namespace univi::training {
namespace {

using test::kModels;
using test::lora_options;
using test::ScratchFolder;
using test::train;
using ::testing::HasSubstr;

/// The model with its adapters beside the matrices, as a run started from `adapter` computes.
std::unique_ptr<model::UniviModel> with_adapters(TrainOptions options,
                                                 const test::fs::path& adapter) {
    options.lora_weight_path = adapter.string();
    options.pretrain_mm_mlp_adapter.clear();
    auto model = model::UniviModel::load(load_options(options, {}, {}));
    add_adapters(*model, options);
    return model;
}

std::unique_ptr<model::UniviModel> merged(const test::fs::path& folder,
                                          const test::fs::path& base = {}) {
    model::LoadOptions load;
    load.model = folder;
    load.model_base = base;
    load.vision_tower = kModels / "openai/clip-vit-tiny-patch14";
    return model::UniviModel::load(load);
}

/// PEFT's own adapter, merged by the loader that golden logits prove, is what the adapters compute
/// beside the base.
TEST(Lora, ForwardIsThatOfTheGoldenAdapterMerged) {
    ScratchFolder folder;
    const auto beside = with_adapters(lora_options(folder), kModels / "tinyA-lora");
    model::LoadOptions load;
    load.model = kModels / "tinyA-lora";
    load.placement.materialize = true;
    const auto golden = model::UniviModel::load(load);
    EXPECT_LT(test::relative_error(test::logits_of(*beside), test::logits_of(*golden)), 1e-5);
    EXPECT_LT(test::relative_error(test::logits_of(*beside, true), test::logits_of(*golden)), 1e-4);
    TrainOptions plain = lora_options(folder);
    const auto base = model::UniviModel::load(load_options(plain, {}, {}));
    EXPECT_GT(test::relative_error(test::logits_of(*base), test::logits_of(*golden)), 1e-3);
}

TEST(Lora, SavedFolderHasTheReferencesShapeAndTheLogitsOfTraining) {
    ScratchFolder folder;
    const TrainOptions options = lora_options(folder);
    const test::Curve curve = train(options);
    EXPECT_EQ(curve.first_gradients.size(), 56u + 2);  // adapters and projector, nothing else
    EXPECT_LT(curve.losses.back(), curve.losses.front());
    const auto out = folder / "out";

    const auto ours = model::read_torch_file(out / "adapter_model.bin");
    const auto golden = model::read_torch_file(kModels / "tinyA-lora/adapter_model.bin");
    ASSERT_EQ(ours.size(), golden.size());
    for (const auto& [name, view] : golden) {
        ASSERT_TRUE(ours.contains(name)) << name;
        EXPECT_EQ(ours.at(name).shape, view.shape) << name;
    }
    const auto others = model::read_torch_file(out / "non_lora_trainables.bin");
    for (const auto& [name, view] :
         model::read_torch_file(kModels / "tinyA-lora/non_lora_trainables.bin"))
        EXPECT_EQ(others.at(name).shape, view.shape) << name;
    auto config = test::read_json(out / "adapter_config.json"),
         expected = test::read_json(kModels / "tinyA-lora/adapter_config.json");
    EXPECT_EQ(config["base_model_name_or_path"], options.model_name_or_path);
    EXPECT_EQ(config["lora_dropout"], 0.1);
    for (const char* key : {"base_model_name_or_path", "lora_dropout"})
        config.erase(key), expected.erase(key);
    EXPECT_EQ(config, expected);
    const auto model_config = test::read_json(out / "config.json");
    const auto golden_config = test::read_json(kModels / "tinyA-lora/config.json");
    for (const auto& [key, value] : golden_config.items())
        if (key != "mm_vision_tower") {
            EXPECT_EQ(model_config.value(key, test::Json()), value) << key;
        }

    const auto beside = with_adapters(options, out);
    // given, and found by the name in the folder
    for (const test::fs::path& base : {kModels / "tinyA-base", test::fs::path()}) {
        const auto loaded = merged(out, base);
        EXPECT_LT(test::relative_error(test::logits_of(*loaded), test::logits_of(*beside)), 1e-5);
    }
}

TEST(Lora, StartsAsTheBaseAndFromItsSeed) {
    ScratchFolder folder;
    TrainOptions options = lora_options(folder), other = options;
    other.seed = 43;
    const auto make = [](const TrainOptions& with) {
        auto model = model::UniviModel::load(load_options(with, {}, {}));
        add_adapters(*model, with);
        return model;
    };
    const auto base = model::UniviModel::load(load_options(options, {}, {}));
    const auto one = make(options), two = make(options), three = make(other);
    EXPECT_TRUE(test::logits_of(*one).equal(test::logits_of(*base)));
    const auto& first = one->language().adapter_parameters();
    for (std::size_t i = 0; i < first.size(); ++i) {
        const at::Tensor value = first[i].second;
        EXPECT_TRUE(value.equal(two->language().adapter_parameters()[i].second));
        if (first[i].first.find("lora_B") != std::string::npos) {
            EXPECT_EQ(value.abs().max().item<double>(), 0) << first[i].first;
            continue;
        }
        EXPECT_FALSE(value.equal(three->language().adapter_parameters()[i].second));
        const double bound = 1 / std::sqrt(static_cast<double>(value.size(1)));
        EXPECT_LE(value.abs().max().item<double>(), bound);
        EXPECT_NEAR(value.std().item<double>(), bound / std::sqrt(3.0), 0.1 * bound);
    }
}

TEST(Lora, DropoutIsTheSameWhenLayersAreComputedAgain) {
    ScratchFolder folder;
    TrainOptions options = lora_options(folder, "a"), again = lora_options(folder, "b"),
                 none = lora_options(folder, "c"), seeded = lora_options(folder, "d");
    again.gradient_checkpointing = true;
    none.lora_dropout = 0;
    seeded.seed = 7, seeded.data_seed = 42;
    const test::Curve one = train(options), two = train(again), three = train(none),
                      four = train(seeded);
    EXPECT_EQ(one.losses, two.losses);
    EXPECT_EQ(one.norms, two.norms);
    EXPECT_EQ(one.losses[0], three.losses[0]);  // lora_B is zero
    EXPECT_NE(one.losses[3], three.losses[3]);
    EXPECT_NE(one.losses[3], four.losses[3]);
}

TEST(Lora, ResumesBitEqual) {
    ScratchFolder folder;
    TrainOptions whole = lora_options(folder, "whole");
    whole.save_strategy = "steps";
    whole.save_steps = 2;
    const test::Curve unbroken = train(whole);
    TrainOptions rest = lora_options(folder, "rest");
    rest.resume_from_checkpoint = (folder / "whole/checkpoint-2").string();
    const test::Curve resumed = train(rest);
    ASSERT_EQ(resumed.losses.size(), 2u);
    EXPECT_EQ(resumed.losses[0], unbroken.losses[2]);
    EXPECT_EQ(resumed.losses[1], unbroken.losses[3]);
    for (const char* file : {"adapter_model.bin", "non_lora_trainables.bin"})
        EXPECT_EQ(base::sha256_file_hex(folder / "whole" / file),
                  base::sha256_file_hex(folder / "rest" / file))
            << file;
    // A checkpoint is a folder that loads, too.
    EXPECT_NE(merged(folder / "whole/checkpoint-2", kModels / "tinyA-base"), nullptr);
}

TEST(Lora, GoesOnFromAnAdapter) {
    ScratchFolder folder;
    TrainOptions options = lora_options(folder);
    options.lora_weight_path = (kModels / "tinyA-lora").string();
    options.pretrain_mm_mlp_adapter.clear();
    options.learning_rate = 0;  // so that it comes out as it went in
    options.max_steps = 1;
    train(options);
    for (const char* file : {"adapter_model.bin", "non_lora_trainables.bin"}) {
        const auto ours = model::read_torch_file(folder / "out" / file);
        for (const auto& [name, view] : model::read_torch_file(kModels / "tinyA-lora" / file))
            EXPECT_TRUE(
                model::to_tensor(ours.at(name)).equal(model::to_tensor(view).to(at::kFloat)))
                << name;
    }
    options.lora_r = 16;
    options.overwrite_output_dir = true;
    EXPECT_THAT(test::training_error(options), HasSubstr("says r 8 where --lora_r says 16"));
}

TEST(Lora, BiasAllIsStoredAsTheReferenceDoesAndLoads) {
    ScratchFolder folder;
    TrainOptions options = lora_options(folder);
    options.lora_bias = "all";
    options.max_steps = 2;
    train(options);
    const auto adapter = model::read_torch_file(folder / "out/adapter_model.bin");
    EXPECT_EQ(adapter.size(), 57u);
    EXPECT_TRUE(adapter.contains("base_model.model.model.mm_projector.bias"));
    EXPECT_LT(test::relative_error(test::logits_of(*merged(folder / "out", kModels / "tinyA-base")),
                                   test::logits_of(*with_adapters(options, folder / "out"))),
              1e-5);
}

struct Bits {
    std::int64_t bits;
    const char* type;
    double loss, bytes;  ///< relative deviation of the loss, bytes of a weight, at most
};

/// A frozen base in few bits (random weights, the worst case for rounding): losses stay near, it
/// learns, its layers take the bytes stated, the run resumes bit-equal.
TEST(LowBitBase, LearnsNearTheWholeOne) {
    ScratchFolder folder;
    const test::Curve whole = train(lora_options(folder, "whole"));
    for (const Bits& test :
         {Bits{8, "nf4", 0.002, 1.05}, Bits{4, "nf4", 0.04, 0.53}, Bits{4, "fp4", 0.06, 0.53}}) {
        const std::string name = std::to_string(test.bits) + test.type;
        TrainOptions options = lora_options(folder, name);
        options.bits = test.bits;
        options.quant_type = test.type;
        options.gradient_checkpointing = test.bits == 4;
        options.save_strategy = "steps";
        options.save_steps = 2;
        const test::Curve curve = train(options);
        EXPECT_EQ(curve.first_gradients.size(), 58u);
        for (std::size_t i = 0; i < curve.losses.size(); ++i) {
            EXPECT_NEAR(curve.losses[i] / whole.losses[i], 1, test.loss) << name << " step " << i;
            EXPECT_NE(curve.losses[i], whole.losses[i]);
        }
        EXPECT_LT(curve.losses.back(), curve.losses.front());
        const auto model = model::UniviModel::load(load_options(options, {}, {}));
        constexpr double kLinear = 4.0 * (4 * 128 * 128 + 3 * 128 * 352);
        EXPECT_LT(static_cast<double>(model->language().quantized_bytes()) / kLinear, test.bytes)
            << name;
        TrainOptions rest = options;
        rest.output_dir = (folder / (name + "-rest")).string();
        rest.resume_from_checkpoint = (folder / name / "checkpoint-2").string();
        const test::Curve resumed = train(rest);
        EXPECT_EQ(resumed.losses.back(), curve.losses.back()) << name;
        EXPECT_EQ(base::sha256_file_hex(folder / name / "adapter_model.bin"),
                  base::sha256_file_hex(folder / (name + "-rest") / "adapter_model.bin"));
    }
}

}  // namespace
}  // namespace univi::training
