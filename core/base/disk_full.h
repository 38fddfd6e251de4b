#pragma once

#include "core/base/error.h"

namespace univi::base {

/// A file could not be written because its disk, or the user's share of it, is full.
class DiskFull : public Error {
  public:
    explicit DiskFull(const std::string& sentence) : Error(ErrorKind::File, sentence) {}
};

}  // namespace univi::base
