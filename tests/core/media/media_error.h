#pragma once

#include <gmock/gmock.h>

#include <utility>

#include "tests/support/errors.h"

namespace univi::test {

/// Returns the sentence with which `action` refuses a medium (Error{Media}).
template <class Action>
std::string media_error_of(Action&& action) {
    return error_of(std::forward<Action>(action), base::ErrorKind::Media);
}

}  // namespace univi::test
