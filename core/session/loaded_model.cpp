#include "core/session/loaded_model.h"

#include <system_error>

#include "core/base/error.h"
#include "core/model/checkpoint_assembly.h"
#include "core/model/univi_model.h"

namespace univi::session {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

/// Rows a checkpoint's embedding may have beyond its tokenizer's pieces: padding to a round number
/// and added tokens.
constexpr int kMostPaddingRows = 1024;

fs::path find_tokenizer_folder(const model::LoadOptions& options) {
    std::error_code error;
    if (fs::exists(options.model / "tokenizer.model", error)) return options.model;
    if (!options.model_base.empty()) return options.model_base;
    try {
        return model::find_checkpoint_folders(options).base;
    } catch (const Error&) {
        return options.model;  // the tokenizer's own sentence says what is missing
    }
}

void check_vocabulary(const text::Tokenizer& tokenizer, const fs::path& folder, int vocab) {
    const int pieces = tokenizer.vocab_size();
    if (pieces <= vocab && pieces + kMostPaddingRows >= vocab) return;
    throw Error(ErrorKind::Model,
                "The tokenizer in " + folder.string() + " has " + std::to_string(pieces) +
                    " pieces but the model's vocabulary has " + std::to_string(vocab) +
                    ": put the tokenizer.model of this very model there.");
}

/// `folder`: the model's, which has the file where the tower is a copy inside the checkpoint.
media::PreprocessOptions load_preprocess(const model::UniviModel& model, const fs::path& folder) {
    if (!model.vision()) return {};
    const fs::path tower =
        model.vision_tower_folder().empty() ? folder : model.vision_tower_folder();
    const int size = model.vision()->config().image_size;
    auto options = media::PreprocessOptions::load(tower / "preprocessor_config.json", size);
    if (options.crop_size != size)
        throw Error(ErrorKind::Model,
                    (tower / "preprocessor_config.json").string() + " crops pictures to " +
                        std::to_string(options.crop_size) + " pixels but the vision tower takes " +
                        std::to_string(size) + ".");
    options.pad_to_square = model.config().pad_to_square;
    return options;
}

}  // namespace

LoadedModel::LoadedModel() = default;
LoadedModel::LoadedModel(LoadedModel&&) noexcept = default;
LoadedModel& LoadedModel::operator=(LoadedModel&&) noexcept = default;
LoadedModel::~LoadedModel() = default;

LoadedModel load_model(const model::LoadOptions& options) {
    LoadedModel loaded;
    loaded.config_folder = model::find_checkpoint_folders(options).config;
    loaded.tokenizer_folder = find_tokenizer_folder(options);
    const auto config = model::read_model_config(loaded.config_folder);
    loaded.tokenizer = text::Tokenizer::load(loaded.tokenizer_folder);
    check_vocabulary(*loaded.tokenizer, loaded.tokenizer_folder, config.language.vocab_size);
    loaded.model = model::UniviModel::load(options);
    loaded.preprocess = load_preprocess(*loaded.model, options.model);
    return loaded;
}

text::Tokenizer load_tokenizer(const fs::path& model, const fs::path& model_base) {
    model::LoadOptions options;
    options.model = model;
    options.model_base = model_base;
    return text::Tokenizer::load(find_tokenizer_folder(options));
}

}  // namespace univi::session
