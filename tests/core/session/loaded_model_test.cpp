// A model with its tokenizer and preprocessing, and what is refused.
#include "core/session/loaded_model.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/model/univi_model.h"
#include "tests/support/scratch_folder.h"

namespace univi::session {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using univi::test::ScratchFolder;

const fs::path kModels = fs::path(UNIVI_GOLDEN) / "models";

/// Links to the files of `from` in a folder that a test changes.
void link_files(const fs::path& from, const fs::path& to) {
    fs::create_directories(to);
    for (const auto& entry : fs::directory_iterator(from))
        if (entry.is_regular_file()) fs::create_symlink(entry.path(), to / entry.path().filename());
}

std::string load_error(const model::LoadOptions& options) {
    try {
        load_model(options);
    } catch (const base::Error& error) {
        return error.what();
    }
    return {};
}

class LoadedModelTest : public testing::Test {
  protected:
    LoadedModelTest() {
        options_.model = kModels / "tinyA";
        options_.vision_tower = kModels / "openai/clip-vit-tiny-patch14";
    }

    ScratchFolder folder_;
    model::LoadOptions options_;
};

TEST_F(LoadedModelTest, BringsAllThatBelongsTogether) {
    const LoadedModel loaded = load_model(options_);
    EXPECT_LE(loaded.tokenizer->vocab_size(), loaded.model->config().language.vocab_size);
    EXPECT_EQ(loaded.preprocess.crop_size, loaded.model->vision()->config().image_size);
    EXPECT_EQ(loaded.config_folder, options_.model);
    EXPECT_EQ(loaded.tokenizer_folder, options_.model);
}

TEST_F(LoadedModelTest, AnAdaptersTokenizerIsItsBases) {
    options_.model = kModels / "tinyA-lora";
    options_.model_base = kModels / "tinyA-base";
    const LoadedModel loaded = load_model(options_);
    EXPECT_EQ(loaded.tokenizer_folder, options_.model_base);
    EXPECT_GT(loaded.tokenizer->vocab_size(), 0);
}

TEST_F(LoadedModelTest, ATokenizerOfAnotherModelIsRefusedBeforeTheWeightsAreRead) {
    link_files(options_.model, folder_ / "model");
    fs::remove(folder_ / "model/tokenizer.model");
    fs::create_symlink(fs::path(UNIVI_SOURCE_DIR) / "resources/demo/tokenizer.model",
                       folder_ / "model/tokenizer.model");
    options_.model = folder_ / "model";
    options_.progress = [](double, const std::string&) { FAIL() << "the weights were read"; };
    EXPECT_THAT(load_error(options_), HasSubstr("put the tokenizer.model of this very model"));
}

TEST_F(LoadedModelTest, PreprocessingOfAnotherTowerIsRefused) {
    link_files(options_.vision_tower, folder_ / "tower");
    fs::remove(folder_ / "tower/preprocessor_config.json");
    folder_.write("tower/preprocessor_config.json", R"({"crop_size": 28, "size": 28})");
    options_.vision_tower = folder_ / "tower";
    EXPECT_THAT(load_error(options_), HasSubstr("crops pictures to 28 pixels"));
}

}  // namespace
}  // namespace univi::session
