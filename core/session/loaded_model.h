#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/media/preprocess.h"
#include "core/text/tokenizer.h"

namespace univi::model {
class UniviModel;
struct LoadOptions;
}  // namespace univi::model

namespace univi::session {

/// A model and what belongs to it: everything that is read from its files.
struct LoadedModel {
    std::unique_ptr<model::UniviModel> model;
    std::optional<text::Tokenizer> tokenizer;
    media::PreprocessOptions preprocess;  ///< of its vision tower; the default without one
    /// that holds config.json: an adapter's may be its base's
    std::filesystem::path config_folder;
    /// that holds tokenizer.model: an adapter's and a projector's is often their base's
    std::filesystem::path tokenizer_folder;

    LoadedModel();
    LoadedModel(LoadedModel&&) noexcept;
    LoadedModel& operator=(LoadedModel&&) noexcept;
    ~LoadedModel();
};

/// Reads all of it. A tokenizer or preprocessing of another model is refused, the tokenizer before
/// the weights are read. Throws Error{File|Format|Model|Stopped} as UniviModel::load does.
LoadedModel load_model(const model::LoadOptions& options);

/// Returns the tokenizer alone: of a model folder, else of `model_base`, else of the base that the
/// folder names. Throws Error{File|Format}.
text::Tokenizer load_tokenizer(const std::filesystem::path& model,
                               const std::filesystem::path& model_base = {});

}  // namespace univi::session
