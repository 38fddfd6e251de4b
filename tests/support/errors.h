#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/error.h"

namespace univi::test {

/// Returns the sentence of the base::Error that `action` throws, whatever its kind; empty when it
/// throws none.
template <class Action>
std::string error_of(Action&& action) {
    try {
        action();
    } catch (const base::Error& error) {
        return error.what();
    }
    return {};
}

/// Returns the one sentence of the Error{kind} that `action` throws. No error, another kind and
/// several lines are failures.
template <class Action>
std::string error_of(Action&& action, base::ErrorKind kind) {
    try {
        action();
    } catch (const base::Error& error) {
        EXPECT_EQ(base::to_string(error.kind()), base::to_string(kind)) << error.what();
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << "one sentence";
        return error.what();
    }
    ADD_FAILURE() << "no error was thrown";
    return {};
}

}  // namespace univi::test
