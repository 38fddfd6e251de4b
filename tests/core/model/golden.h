#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/model/safetensors.h"
#include "core/model/tensor_table.h"
#include "core/model/univi_model.h"
#include "core/model/visual_merger.h"
#include "core/model/weight_source.h"
#include "tests/support/errors.h"
#include "tests/support/tensors.h"

namespace univi::model::test {

using univi::test::error_of;
using univi::test::relative_error;
using univi::test::same_integers;

inline std::filesystem::path golden(const std::string& name) {
    return std::filesystem::path(UNIVI_GOLDEN) / name;
}
inline std::filesystem::path golden_model(const std::string& name) {
    return golden("models/" + name);
}

/// One golden .safetensors file.
class GoldenFile {
  public:
    explicit GoldenFile(const std::string& name)
        : table_(read_safetensors(golden("data/" + name))) {}
    bool has(const std::string& name) const { return table_.contains(name); }
    at::Tensor operator[](const std::string& name) const {
        const auto found = table_.find(name);
        if (found == table_.end())
            throw std::runtime_error("golden tensor " + name + " is missing");
        return to_tensor(found->second);
    }

  private:
    TensorTable table_;
};

inline nlohmann::json golden_json(const std::string& name) {
    std::ifstream file(golden("data/" + name));
    return nlohmann::json::parse(file);
}

inline at::Tensor unit_pixels(const at::Tensor& u8) {
    const auto options = at::TensorOptions().dtype(c10::kFloat);
    const at::Tensor mean =
        at::tensor({0.48145466f, 0.4578275f, 0.40821073f}, options).view({3, 1, 1});
    const at::Tensor deviation =
        at::tensor({0.26862954f, 0.26130258f, 0.27577711f}, options).view({3, 1, 1});
    return (u8.to(c10::kFloat) / 255 - mean) / deviation;
}

inline std::unique_ptr<UniviModel> load_tiny(const std::string& name, const std::string& base = {},
                                             PlacementOptions placement = {}) {
    LoadOptions options;
    options.model = golden_model(name);
    if (!base.empty()) options.model_base = golden_model(base);
    options.placement = placement;
    return UniviModel::load(options);
}

/// The frames of one picture or video, features [T,N,C], merged.
inline VisualEncoding merge_frames(const ClusterConfig& config, const at::Tensor& features,
                                   const ClusterNoise& noise = {}) {
    VisualMerger merger(config);
    for (std::int64_t t = 0; t < features.size(0); ++t) merger.add(features[t]);
    return merger.finish(noise);
}

}  // namespace univi::model::test
