#pragma once

#include <exception>
#include <string_view>

#include "core/base/error.h"

namespace univi::session {

/// Returns the one sentence for whatever was thrown: an Error as it is, a failed allocation (the
/// C++ library's or LibTorch's, CPU or device) as ErrorKind::Memory, anything else as
/// ErrorKind::Internal with the first line of its text. `doing` completes "while …", e.g.
/// "answering a question".
base::Error describe_failure(const std::exception_ptr& failure, std::string_view doing);

}  // namespace univi::session
