#include "training/demo/base_model.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/model/univi_model.h"
#include "core/text/tokenizer.h"
#include "training/demo/kinds.h"
#include "training/demo/recipe.h"
#include "training/demo/vocabulary.h"

namespace univi::training::demo {
namespace {

namespace fs = std::filesystem;

TEST(Vocabulary, NamesAreSinglePiecesAndTheControlIdsAreLlamas) {
    const auto sentences = vocabulary_sentences(1, 400);
    const std::string bytes = train_vocabulary(sentences, 1200);
    EXPECT_EQ(bytes, train_vocabulary(sentences, 1200));
    const PieceFinder pieces(bytes);
    for (const Kind& kind : kinds()) EXPECT_GE(pieces.find(std::string(kind.name)), 0) << kind.name;
    for (const Colour& colour : colours())
        EXPECT_GE(pieces.find(std::string(colour.name)), 0) << colour.name;
    EXPECT_EQ(pieces.find("xyzzy"), -1);
}

/// An untrained tower's checkpoint in a folder, and the base model round it.
class BaseModel : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        root_ = fs::path(testing::TempDir()) / "demo_base_model";
        fs::remove_all(root_);
        TowerOptions tower;
        tower.folder = root_ / "tower";
        tower.steps = 1, tower.batch_size = 2;
        train_tower(tower, {});
        options_.tower = tower.folder, options_.folder = root_ / "base";
        options_.vocabulary_scenes = 300, options_.probe_batches = 16;
        write_base_model(options_);
    }
    static void TearDownTestSuite() { fs::remove_all(root_); }

    static inline fs::path root_;
    static inline BaseModelOptions options_;
};

std::unique_ptr<model::UniviModel> load_model(const std::filesystem::path& folder) {
    model::LoadOptions options;
    options.model = folder;
    return model::UniviModel::load(options);
}

TEST_F(BaseModel, LoadsWholeAndSpeaksItsVocabulary) {
    const auto model = load_model(options_.folder);
    EXPECT_TRUE(model->missing().empty());
    EXPECT_EQ(model->config().select_layer, -1);
    EXPECT_EQ(model->vision()->config().num_patches(), kPatches);
    const text::Tokenizer tokenizer = text::Tokenizer::load(options_.folder);
    EXPECT_EQ(tokenizer.vocab_size(), model->config().language.vocab_size);
    EXPECT_EQ(tokenizer.bos_id(), 1);
    EXPECT_EQ(tokenizer.eos_id(), 2);
    const std::string sentence = "There is a dog and two red stars. \xC3\xA9\xE2\x82\xAC";
    EXPECT_EQ(tokenizer.decode(tokenizer.encode_text(sentence, false)), sentence);
}

/// What the readout calls a dog, the projector puts next to the word "dog".
TEST_F(BaseModel, ProjectorPutsWhatIsSeenNextToItsName) {
    TowerNet net({}, options_.seed);
    load_tower_checkpoint(options_.tower / "checkpoint.safetensors", net);
    const Readout readout = fit_readout(net, StampLibrary(), options_.seed, options_.probe_batches);
    const auto model = load_model(options_.folder);
    const text::Tokenizer tokenizer = text::Tokenizer::load(options_.folder);
    std::vector<std::int64_t> ids;
    for (const Kind& kind : kinds()) {
        const auto pieces = tokenizer.encode_text(kind.name, false);
        ASSERT_EQ(pieces.size(), 1U) << kind.name;
        ids.push_back(pieces[0]);
    }
    const at::Tensor names = model->language().embed(at::tensor(ids, at::kLong));
    const at::Tensor inverse = at::linalg_pinv(readout.weight);
    for (int k = 0; k < int(kinds().size()); ++k) {
        at::Tensor wanted = at::zeros({readout.weight.size(0)});
        wanted[k] = 1;
        // An object has a cell, and a shape a colour: the readouts of kinds, cells and colours
        // add up alike.
        if (is_shape(k)) wanted[std::int64_t(kinds().size())] = 1;
        wanted[std::int64_t(kinds().size() + colours().size()) + 14] = 1;
        const at::Tensor feature = at::matmul(inverse, wanted - readout.bias);
        const at::Tensor token = model->project(feature.unsqueeze(0)).squeeze(0);
        EXPECT_EQ(at::matmul(names, token).argmax().item<int>(), k) << kinds()[std::size_t(k)].name;
    }
}

TEST_F(BaseModel, ExportIsHalfTheSizeAndStandsAlone) {
    const fs::path result = root_ / "exported";
    export_model(options_.folder, options_.tower, result);
    EXPECT_LT(fs::file_size(result / "model.safetensors"),
              fs::file_size(options_.folder / "model.safetensors") * 0.51);
    const fs::path moved = root_ / "somewhere else";
    fs::rename(result, moved);
    const auto model = load_model(moved);
    EXPECT_TRUE(model->missing().empty());
    EXPECT_EQ(fs::weakly_canonical(model->vision_tower_folder()),
              fs::weakly_canonical(moved / "vision_tower"));
}

TEST_F(BaseModel, TooNarrowADecoderIsRefused) {
    BaseModelOptions narrow = options_;
    narrow.decoder.hidden = 64, narrow.folder = root_ / "narrow";
    EXPECT_THROW(write_base_model(narrow), base::Error);
    EXPECT_FALSE(fs::exists(narrow.folder));
}

TEST(Recipe, KnowsItsSizesAndRefusesOthers) {
    EXPECT_GT(recipe_size("full").tower_steps, recipe_size("small").tower_steps);
    EXPECT_THROW(recipe_size("huge"), base::Error);
}

}  // namespace
}  // namespace univi::training::demo
