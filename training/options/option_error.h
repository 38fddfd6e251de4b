#pragma once

#include <string>

#include "core/base/error.h"

namespace univi::training {

/// A setting that cannot be followed. A form marks the field of `option()`, so nobody searches the
/// sentence for it.
class OptionError : public base::Error {
  public:
    /// `option`: the name without dashes, "learning_rate".
    OptionError(std::string option, const std::string& sentence)
        : base::Error(base::ErrorKind::Usage, sentence), option_(std::move(option)) {}
    const std::string& option() const { return option_; }

  private:
    std::string option_;
};

}  // namespace univi::training
