#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/session/engine.h"

namespace univi::session {

/// The tokenizer of a model folder alone, without its weights (for `univi-cli tokenize`).
class TextCodec {
  public:
    /// Uses `model` and `model_base` of the options. Throws base::Error.
    static TextCodec open(const EngineOptions& options);
    TextCodec(TextCodec&&) noexcept;
    ~TextCodec();
    /// Returns the ids with BOS first; text never becomes a control token.
    std::vector<std::int32_t> encode(const std::string& text) const;
    /// Returns the text of ids, control tokens left out. Throws Error{Usage} for an id outside the
    /// vocabulary.
    std::string decode(const std::vector<std::int32_t>& ids) const;

  private:
    struct Impl;
    explicit TextCodec(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::session
