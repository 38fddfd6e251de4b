#pragma once

#include <string>
#include <vector>

namespace univi::hub {

/// Returns of a repository's files those that this program reads: configuration, tokenizer, what
/// people read, and one form of the weights, safetensors before PyTorch's. Weights of other
/// frameworks, states of optimizers and pictures are left out. Where nothing of it is there, all
/// files are returned.
std::vector<std::string> loadable_files(const std::vector<std::string>& files);

}  // namespace univi::hub
