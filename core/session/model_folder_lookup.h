#pragma once

#include <filesystem>
#include <string>

namespace univi::session {

/// Finds the folder that a --model value means: a path, or a repository name in the Hugging Face
/// cache; the demo model when empty. `what` names it in errors ("model", "vision tower"). Throws
/// Error{File}.
std::filesystem::path find_model_folder(const std::string& model,
                                        const std::string& what = "model");

}  // namespace univi::session
