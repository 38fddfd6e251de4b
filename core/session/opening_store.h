#pragma once
// Inside of core/session only: holds LibTorch.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/stop_token.h"
#include "core/model/key_value_cache.h"
#include "core/session/kept_files.h"

namespace univi::session {

struct BuiltPrompt;
struct LoadedModel;

/// Keeps the keys and values of prompts' openings on disk (BuiltPrompt::opening: the system prompt
/// before the first question), so that the first question after a start pays for its own tokens
/// alone. A file an entry, named by the SHA-256 of the opening's tokens and of all that shapes
/// their keys and values; of the decoder's matrices parts are looked at. Whatever is wrong with the
/// folder costs a computation, never a reply. On the CPU; elsewhere an opening takes less time than
/// its file. One thread.
class OpeningStore {
  public:
    /// The model must outlive it.
    OpeningStore(const LoadedModel& model, KeptFiles::Options files);

    /// `cache` holds the first `shared` positions of the prompt, whose `embeds` are [L,D]. Where
    /// these end within the opening the cache holds all of it afterwards, as it was kept, or
    /// computed and kept. Either way the opening is computed alone, so a reply does not depend on
    /// what was kept. Returns how many positions the cache holds now. Throws what the language
    /// model throws.
    int fill(const BuiltPrompt& prompt, const at::Tensor& embeds, int shared,
             model::KeyValueCache& cache, const base::StopToken& stop);
    /// KeptFiles::set_limit().
    void set_limit(std::int64_t bytes) { files_.set_limit(bytes); }

  private:
    const std::string& recipe();
    std::string key_of(const BuiltPrompt& prompt);
    bool find(const std::string& key, int length, model::KeyValueCache& cache) const;
    void keep(const std::string& key, int length, const model::KeyValueCache& cache) const;

    const LoadedModel& model_;
    KeptFiles files_;
    std::optional<std::string> recipe_;  ///< made when first needed
};

}  // namespace univi::session
