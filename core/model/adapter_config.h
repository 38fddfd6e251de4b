#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/pattern.h"

namespace univi::model {

/// Which modules an adapter changes, by PEFT's rules.
struct ModuleChoice {
    std::optional<base::Pattern> pattern;  ///< a text: an expression that the whole name matches
    std::vector<std::string> names;        ///< a list: names, or ends of names behind a dot
    bool contains(const std::string& module) const;
};

/// What adapter_config.json says that a merge needs. Every field PEFT 0.21 writes is computed,
/// without effect on a merge, or refused by name.
class AdapterConfig {
  public:
    int rank = 8;
    double alpha = 8;
    bool rank_stabilized = false;  ///< use_rslora: alpha / sqrt(rank) in place of alpha / rank
    bool dora = false;             ///< use_dora: every row gets a trained length
    bool has_biases = false;       ///< bias is "all" or "lora_only"
    bool ties_weights = false;     ///< ensure_weight_tying
    std::vector<std::string> modules_to_save;  ///< modules that were trained whole
    /// Embedding module -> token ids whose rows were trained.
    std::map<std::string, std::vector<std::int64_t>> trained_tokens;

    /// Of a module such as "model.layers.0.self_attn.q_proj".
    int rank_of(const std::string& module) const;
    /// What B A is multiplied by.
    double scale_of(const std::string& module) const;
    bool targets(const std::string& module) const;
    /// Returns true when nothing but rank and alpha of all modules alike matters.
    bool is_plain() const;

  private:
    friend AdapterConfig read_adapter_config(const std::filesystem::path& folder);
    friend class AdapterConfigReader;
    /// In the file's order: the first that matches counts.
    std::vector<std::pair<base::Pattern, double>> ranks_, alphas_;
    std::optional<ModuleChoice> targets_, excluded_;
    bool all_linear_ = false;
    std::vector<std::int64_t> layers_;  ///< layers_to_transform; empty: all
};

/// Throws Error{File|Format|Model} naming the first field that cannot be followed.
AdapterConfig read_adapter_config(const std::filesystem::path& folder);

/// Returns the error "The LoRA adapter <folder> cannot be merged: <what>.", thrown as Error{Model}.
[[noreturn]] void refuse_adapter(const std::filesystem::path& folder, const std::string& what);

}  // namespace univi::model
