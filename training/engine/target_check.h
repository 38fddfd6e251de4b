#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/protocol/fault.h"
#include "core/text/tokenizer.h"
#include "training/data/dataset.h"
#include "training/engine/sample_reader.h"

namespace univi::training {

/// The data holds no word to learn: every label of what was looked at is ignored. Ends a run before
/// its first step, or after too many steps in a row, see TargetWatch.
class NothingToLearn : public protocol::FaultError {
  public:
    explicit NothingToLearn(const std::string& sentence)
        : FaultError(base::ErrorKind::Format, protocol::Fault::NothingToLearn, sentence) {}
};

/// Items that are looked at before the first step, spread evenly over the data.
inline constexpr std::size_t kSampledItems = 64;

/// Reads up to kSampledItems items of `dataset` as training would, until one has a target. Returns
/// an empty text then, else one sentence that names `data` (such as "--dataset_use D"), the first
/// item without a target and what is wrong with it. Pictures and videos are opened only where the
/// words alone would have a target.
std::string find_nothing_to_learn(const Dataset& dataset, const text::Tokenizer& tokenizer,
                                  const SampleReaderOptions& options, const VisualTokenCache* cache,
                                  const std::string& data);

}  // namespace univi::training
