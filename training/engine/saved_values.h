#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "training/distributed/parameter_optimizer.h"

namespace univi::training {

/// Weights and moments of a checkpoint folder as a set of pieces: whole tensors of one process, or
/// the flat parts that several ranks wrote. Any range of any parameter can be read, so that a run
/// goes on with another number of ranks. Files stay mapped.
class CheckpointValues : public SavedValues {
  public:
    /// Throws Error{File|Format}.
    explicit CheckpointValues(const std::filesystem::path& folder);
    void read(const std::string& kind, const std::string& name, std::int64_t total,
              std::int64_t begin, const at::Tensor& out) const override;

  private:
    struct Piece {
        std::int64_t begin = 0, count = 0;
        model::TensorView view;
    };
    void add(const std::string& key, const model::TensorView& view);
    [[noreturn]] void refuse(const std::string& kind, const std::string& name) const;

    std::filesystem::path folder_;
    std::map<std::string, std::vector<Piece>> pieces_;  ///< by "kind.name"; sorted by begin
};

}  // namespace univi::training
