#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/protocol/engine_protocol.h"
#include "core/text/tokenizer.h"

namespace univi::session {

/// A medium as a preview names it.
struct PreviewMedium {
    std::string name;
    int tokens = 0;  ///< -1: not known yet
};

/// Writes out a prompt whose media are one text::kImageToken each, in the order of `media`.
/// The counts are set, what was dropped is not.
protocol::PreviewEvent preview_prompt(const text::Tokenizer& tokenizer,
                                      const std::vector<std::int32_t>& ids,
                                      const std::vector<PreviewMedium>& media);

}  // namespace univi::session
