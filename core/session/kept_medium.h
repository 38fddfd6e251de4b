#pragma once
// Inside of core/session only: holds LibTorch.

#include <filesystem>
#include <string>

#include "core/model/univi_model.h"
#include "core/session/encoded_medium.h"

namespace univi::session {

// An encoded medium as a safetensors file:
//   visual_tokens [n,D]  as they are, in the type they were computed in
//   groups [bytes] U8    TokenGroups as the protocol's JSON; no source, frames by their file names
//   sha256 [64] U8       over the file's key, and type, shape and bytes of the two others
// The file is private to one version of the program: whatever does not fit is encoded again.

/// Writes the file atomically, without a wait for the disk. False, and nothing is written, when the
/// frames are not in `pictures`. Throws Error{File}.
bool write_kept_medium(const std::filesystem::path& file, const std::string& key,
                       const EncodedMedium& medium, const std::filesystem::path& pictures);

/// Reads it back: tokens on the model's device, groups of `source` with the frames of `pictures`;
/// MediumKey and serial are not set. Throws Error{File|Format} for a file that is damaged, of
/// another key, or that the model could not have made, and when a frame's picture is gone.
EncodedMedium read_kept_medium(const std::filesystem::path& file, const std::string& key,
                               const model::UniviModel& model, const std::string& source,
                               const std::filesystem::path& pictures);

}  // namespace univi::session
