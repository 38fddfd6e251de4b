#pragma once

#include <string>
#include <vector>

#include "core/protocol/token_groups.h"

namespace univi::session {

/// Draws token groups in the published style: every patch filled with its group's mean colour at
/// 0.8 over the picture at 0.2, white lines where neighbouring patches belong to different groups.
/// Writes into `folder` (which exists) `stage<s>.png` of a picture; `frame<fff>_stage<s>.png` and
/// `event<e>_stage<s>.png` (its frames side by side, framed) of a video. `groups` must be complete,
/// with stored pictures. Returns the file names in order. Throws Error{File|Media}.
std::vector<std::string> write_group_pictures(const protocol::TokenGroups& groups,
                                              const std::string& folder);

}  // namespace univi::session
